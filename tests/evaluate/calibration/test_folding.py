"""Temperatures, slopes and priors lie in the weights, in the file and in explanations alike."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.evaluate import folded, read_priors, training_priors, with_priors, with_temperature
from linocut.evaluate.calibration import with_scores
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import (
    BinaryRegression,
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def softmax(digits):
    return ImageClassifier().fit(digits)


@pytest.mark.parametrize(
    "estimator",
    [
        SoftmaxRegression(C=0.01),
        OneVsRestRegression(C=0.01),
        LeastSquaresClassifier(),
        ClassMeans(),
        make_pipeline(UnitPixels(), LogisticRegression(C=0.1)),
        make_pipeline(PrincipalPairs(8), SoftmaxRegression(C=0.1)),
    ],
    ids=lambda each: type(each[-1] if hasattr(each, "steps") else each).__name__,
)
def test_a_folded_temperature_changes_no_probability_and_stays_in_the_file(
    digits, estimator, tmp_path
):
    model = ImageClassifier(estimator).fit(digits)
    images = digits.test.images
    made = folded(model)
    assert made.temperature_ == 1
    assert_allclose(made.predict_proba(images), model.predict_proba(images), atol=1e-4)
    assert_array_equal(made.predict(images), model.predict(images))
    same = ImageClassifier.load(made.save(tmp_path / "made.linocut"))
    assert_array_equal(same.scores(images), made.scores(images))
    hotter = with_temperature(model, 3 * model.temperature_)
    expected = model._link.probabilities(model.scores(images), 3 * model.temperature_)
    assert_allclose(hotter.predict_proba(images), expected, atol=1e-4)


def test_an_explanation_of_a_folded_model_still_adds_up(digits, softmax):
    priors = np.linspace(1, 2, 10) / np.linspace(1, 2, 10).sum()
    made = with_priors(softmax, priors)
    image = digits.test.images[3]
    before, after = (each.explain(image, label="3", versus="8") for each in (softmax, made))
    assert_allclose(after.pixels, before.pixels, rtol=1e-4, atol=1e-6)
    margin = np.subtract(*made.scores(image[None])[0, [3, 8]])
    assert after.margin == pytest.approx(margin, abs=1e-4)
    assert after.margin - before.margin == pytest.approx(np.log(priors[3] / priors[8]), abs=1e-4)


def test_new_priors_are_bayes_theorem(digits, softmax):
    new = np.arange(1, 11) / 55
    old = np.arange(10, 0, -1) / 55
    P = softmax.predict_proba(digits.test.images)
    expected = P * new / old
    expected /= expected.sum(axis=1, keepdims=True)
    made = with_priors(softmax, new, old)
    assert_allclose(made.predict_proba(digits.test.images), expected, atol=1e-4)
    # The same by name, in any order.
    named = dict(reversed(list(zip("0123456789", new, strict=True))))
    named_old = dict(zip("0123456789", old, strict=True))
    assert_array_equal(
        with_priors(softmax, named, named_old).scores(digits.test.images),
        made.scores(digits.test.images),
    )


def two_classes(digits):
    def only(part):
        return part.take(np.flatnonzero(part.labels < 2))

    return ImageDataset("two", ("0", "1"), only(digits.train), only(digits.test))


@pytest.mark.parametrize("model", [BinaryRegression(), SoftmaxRegression()])
def test_priors_of_two_classes_shift_their_margin(digits, model):
    two = two_classes(digits)
    fitted = ImageClassifier(model).fit(two)
    made = with_priors(fitted, {"0": 0.2, "1": 0.8}, {"0": 0.6, "1": 0.4})
    shift = made.decision_function(two.test.images) - fitted.decision_function(two.test.images)
    assert_allclose(shift, np.log(0.8 / 0.4) - np.log(0.2 / 0.6), atol=1e-3)


def test_priors_of_one_vs_rest_change_the_odds_of_each_class(digits):
    model = ImageClassifier(OneVsRestRegression(C=0.01)).fit(digits)
    new = np.arange(1, 11) / 55
    made = with_priors(model, new)
    odds = new / (1 - new) * 9
    expected = expit(model.scores(digits.test.images) + np.log(odds))
    expected /= expected.sum(axis=1, keepdims=True)
    assert_allclose(made.predict_proba(digits.test.images), expected, atol=1e-4)


def test_accuracies_are_forgotten_where_classes_may_change(softmax):
    from dataclasses import replace

    model = with_temperature(softmax, 1.0)
    model.provenance_ = replace(model.provenance_, accuracy=0.9, low=0.8, high=0.95)
    assert with_temperature(model, 2.0).provenance_.accuracy == 0.9
    changed = with_scores(model, 1.0, np.arange(10)).provenance_
    assert (changed.accuracy, changed.low, changed.high) == (None, None, None)


def test_fitted_again_it_is_what_it_was(digits, softmax):
    again = with_temperature(softmax, 2.0).fit(digits)
    assert_array_equal(again.scores(digits.test.images), softmax.scores(digits.test.images))


@pytest.mark.parametrize(
    ("priors", "said"),
    [
        ([0.1] * 9, r"priors of shape \(9,\)"),
        ([0.0] + [1 / 9] * 9, "a share of 0 for class 0 — above zero"),
        ([-0.1] + [1.1 / 9] * 9, "a share of -0.1 for class 0"),
        ([np.nan] + [1 / 9] * 9, "a share of nan for class 0"),
        ([0.2] * 10, "shares that sum to 2 — they must sum to 1"),
        ({"x": 1.0}, "no class 'x' — the model's are 0, 1"),
        ({"0": 1.0}, "no share of class 1"),
    ],
)
def test_shares_that_are_none_are_refused(softmax, priors, said):
    with pytest.raises(LinocutError, match=said):
        with_priors(softmax, priors)


@pytest.mark.parametrize("temperature", [0, -1, np.nan, np.inf])
def test_a_temperature_that_is_none_is_refused(softmax, temperature):
    with pytest.raises(LinocutError, match="a number above 0 is needed"):
        with_temperature(softmax, temperature)


def test_a_model_that_is_not_linear_is_refused(digits):
    from sklearn.tree import DecisionTreeClassifier

    model = ImageClassifier(make_pipeline(UnitPixels(), DecisionTreeClassifier(max_depth=3)))
    with pytest.raises(LinocutError, match="not linear in its features"):
        with_temperature(model.fit(digits), 2.0)


def test_priors_are_those_of_the_training_part_and_its_weights(digits, softmax):
    counts = np.bincount(digits.train.labels)
    assert_allclose(list(training_priors(softmax, digits).values()), counts / counts.sum())
    balanced = ImageClassifier(SoftmaxRegression(class_weight="balanced")).fit(digits)
    assert_allclose(list(training_priors(balanced, digits).values()), 0.1)
    weights = {k: 1.0 + (k == 3) for k in range(10)}
    weighted = ImageClassifier(SoftmaxRegression(class_weight=weights)).fit(digits)
    counts[3] *= 2
    assert_allclose(list(training_priors(weighted, digits).values()), counts / counts.sum())


def test_priors_of_another_dataset_are_refused(digits, softmax):
    part = ImagePart(digits.train.images[:4], np.array([0, 1, 0, 1]))
    with pytest.raises(LinocutError, match="class 0 is none of the classes a, b"):
        training_priors(softmax, ImageDataset("other", ("a", "b"), part, part))


@pytest.mark.parametrize(
    ("name", "text"),
    [("shares.csv", "cat,0.25\n\n dog ,0.75\n"), ("shares.json", '{"cat": 0.25, "dog": 0.75}')],
)
def test_priors_are_read_from_files(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    assert read_priors(path) == {"cat": 0.25, "dog": 0.75}
    assert read_priors(str(path)) == read_priors("cat=0.25, dog=0.75")


def test_a_name_may_hold_an_equals_sign():
    assert read_priors("a=b=0.5,c=0.5") == {"a=b": 0.5, "c": 0.5}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nowhere.csv", "is no file and names no shares"),
        ("a=0.5,b", "'b' in 'a=0.5,b' — NAME=SHARE"),
        ("a=0.5,b=x", "a share of 'x' for class b — a number"),
        ("a=0.5,a=0.5", "class a stands there twice"),
    ],
)
def test_priors_that_cannot_be_read_are_refused(given, said):
    with pytest.raises(LinocutError, match=said):
        read_priors(given)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "cat,0.2,0.3\n", "the line 'cat,0.2,0.3'"),
        ("a.json", "[0.2, 0.8]", "no object of names and shares"),
        ("a.json", "{", "no JSON"),
        ("a.json", '{"a": 0.5, "a": 0.5}', "class a stands there twice"),
    ],
)
def test_files_that_hold_no_priors_are_refused(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(LinocutError, match=said):
        read_priors(tmp_path / name)


@pytest.mark.parametrize(("name", "kind"), [("shares.csv", "CSV"), ("shares.json", "JSON")])
def test_a_file_of_shares_that_is_no_text_is_one_line(name, kind, tmp_path):
    (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LinocutError, match=f"{name} cannot be read: it is no {kind} in UTF-8"):
        read_priors(tmp_path / name)
