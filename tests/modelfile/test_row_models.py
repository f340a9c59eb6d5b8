"""Models of rows in files: the same model comes back, and none that is wrong."""

import numpy as np
import pytest
from scipy import sparse

import linocut
from linocut.classifier import ImageClassifier, RowClassifier
from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.data import load_dataset
from linocut.modelfile import Provenance, model_bytes, model_of_bytes
from linocut.modelfile.container import pack, unpack
from linocut.solve.rows import open_rows


@pytest.fixture
def model():
    rng = np.random.default_rng(0)
    return RowClassifier(
        rng.normal(size=(3, 5)),
        rng.normal(size=3),
        ["ant", "bee", "cat"],
        feature_names=list("abcde"),
        temperature=2.0,
        provenance=Provenance(title="linear probe", chosen={"C": 0.1}, gap=1e-5, rows=10),
    )


@pytest.fixture
def rows():
    return np.random.default_rng(1).normal(size=(40, 5)).astype(np.float32)


def test_a_saved_model_computes_the_same_to_the_last_bit(model, rows, tmp_path):
    again = linocut.load_model(model.save(tmp_path / "m.linocut"))
    assert isinstance(again, RowClassifier)
    assert np.array_equal(again.predict_proba(rows), model.predict_proba(rows))
    assert again.feature_names_ == model.feature_names_
    assert again.provenance_ == model.provenance_
    assert again.temperature_ == 2.0


def test_whole_numbers_come_back_as_such(rows, tmp_path):
    model = RowClassifier(np.eye(2, 5), np.zeros(2), np.array([-3, 7]))
    again = linocut.load_model(model.save(tmp_path / "m.linocut"))
    assert again.predict(rows).tolist() == model.predict(rows).tolist()
    assert again.classes_.dtype.kind == "i"


def test_equal_models_make_equal_bytes(model):
    data = model_bytes(model.contents)
    assert data == model_bytes(RowClassifier.of_contents(model_of_bytes(data)).contents)


def test_all_forms_of_rows_have_the_same_scores(model, rows):
    scores = model.scores(rows)
    source = open_rows(rows)
    for same in (sparse.csr_matrix(rows), source, ArrayBlocks(rows, np.float32), rows.tolist()):
        assert model.scores(same) == pytest.approx(scores, abs=1e-12)
    assert np.array_equal(model.scores(rows[3:4])[0], scores[3])
    assert model.scores(rows[:0]).shape == (0, 3)


def test_probabilities_are_those_of_the_temperature(model, rows):
    scores = model.scores(rows) / 2
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert model.predict_proba(rows) == pytest.approx(shares)


def test_rows_that_do_not_fit_are_refused(model, rows):
    with pytest.raises(LinocutError, match="rows of 4 features — the model takes 5"):
        model.predict(rows[:, 1:])
    bad = rows.copy()
    bad[2, 2] = np.nan
    with pytest.raises(LinocutError, match="a row has no finite score"):
        model.predict(bad)
    with pytest.raises(LinocutError, match="an array of numbers"):
        model.predict(np.array([["a", "b"]]))


def test_what_does_not_fit_together_is_no_model():
    with pytest.raises(LinocutError, match=r"and 2 classes"):
        RowClassifier(np.eye(3), np.zeros(3), ["a", "b"])
    with pytest.raises(LinocutError, match="1 names of features for 2"):
        RowClassifier(np.eye(2), np.zeros(2), ["a", "b"], feature_names=["x"])


def test_each_kind_of_model_refuses_the_file_of_the_other(model, tmp_path):
    rows = model.save(tmp_path / "rows.linocut")
    with pytest.raises(LinocutError, match="classifies rows of 5 features, not images"):
        ImageClassifier.load(rows)
    digits = load_dataset("digits")
    images = ImageClassifier().fit(digits.train.images[:100], digits.train.labels[:100])
    with pytest.raises(LinocutError, match="classifies images, not rows"):
        RowClassifier.load(images.save(tmp_path / "images.linocut"))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda d, t: d["rows"].update(features=6, names=None), "tensor 'coef' holds .* of shape"),
        (lambda d, t: d["rows"].update(names=["a"]), "1 names of features, but 5 features"),
        (lambda d, t: d["rows"].update(more=1), "'more' is no field"),
        (lambda d, t: d.pop("link"), "field 'link' is missing"),
        (lambda d, t: d.update(link="magic"), "link is 'magic'"),
        (lambda d, t: d.update(intake={}), "'intake' is no field"),
        (lambda d, t: d.update(temperature=0), "temperature is 0"),
        (lambda d, t: d["classes"].update(names=["a", "a", "b"]), "comes twice"),
        (lambda d, t: t["coef"].__setitem__((0, 0), 9.0), "does not compute what it did"),
        (lambda d, t: t["coef"].__setitem__((0, 0), np.inf), "no finite numbers"),
        (lambda d, t: t.update(more=np.zeros(3)), "tensor 'more' belongs to no part"),
        (lambda d, t: t.pop("parity.scores"), "tensor 'parity.scores' is missing"),
        (lambda d, t: t.update(coef=t["coef"].astype(np.float32)), "holds float32"),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_refused(model, edit, message):
    document, tensors = unpack(model_bytes(model.contents))
    tensors = {name: array.copy() for name, array in tensors.items()}
    edit(document, tensors)
    with pytest.raises(LinocutError, match=message) as caught:
        model_of_bytes(pack(document, tensors))
    assert "\n" not in str(caught.value)


def test_a_summary_tells_features_choice_and_accuracy(model):
    said = dict(model.summary().lines())
    assert said["rows"] == "5 features: a, b, c, d, e"
    assert said["chosen"] == "C=0.1"
    assert model.summary().to_dict()["features"] == 5
