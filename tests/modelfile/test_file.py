"""What is read from a model file is what was written: to the last bit, and nothing that is not."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load as load_tensors
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.feature_selection import VarianceThreshold
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, RobustScaler, StandardScaler

import linocut.core.steps as core_steps
from linocut.classifier import ImageClassifier, load_model
from linocut.core import LinocutError
from linocut.core.decisions import DecisionRule
from linocut.core.steps import StepKind, register
from linocut.data import Intake, LoadOptions, TableOptions
from linocut.features import Deskew, NormaliseMoments, UnitPixels
from linocut.ladder import recipes
from linocut.modelfile import Provenance, model_bytes, model_of_bytes, read_model, write_model
from linocut.models import ClassMeans, SoftmaxRegression

RUNGS = [each.name for each in recipes() if each.linear]


def large(images):
    """Make the digits as large as MNIST's images are."""
    return np.kron(images, np.ones((1, 4, 4), np.uint8))[:, 2:30, 2:30]


@pytest.mark.parametrize("rung", RUNGS)
def test_a_rung_comes_back_to_the_last_bit(rung, model_of, digits, tmp_path):
    model = model_of(rung)
    loaded = load_model(model.save(tmp_path / "model.linocut"))
    images = digits.test.images
    np.testing.assert_array_equal(loaded.scores(images), model.scores(images))
    np.testing.assert_array_equal(loaded.predict_proba(images), model.predict_proba(images))
    np.testing.assert_array_equal(loaded.predict(images), model.predict(images))
    # One row is multiplied by another routine than many.
    np.testing.assert_array_equal(loaded.scores(images[:1]), model.scores(images[:1]))
    np.testing.assert_array_equal(loaded.classes_, model.classes_)
    assert loaded.provenance_ == model.provenance_
    assert loaded.intake_ == model.intake_
    assert loaded.temperature_ == model.temperature_
    assert (loaded.augmentation, loaded.random_state) == (model.augmentation, model.random_state)


@pytest.mark.parametrize("rung", ["normalise-softmax", "patches", "scattering-copies"])
def test_a_loaded_model_can_be_fitted_again_as_it_was(rung, model_of, digits, tmp_path):
    model = model_of(rung)
    again = clone(load_model(model.save(tmp_path / "model.linocut"))).fit(digits)
    test = digits.test
    names = np.asarray(digits.class_names)[test.labels]
    assert again.score(test.images, names) == pytest.approx(
        model.score(test.images, names), abs=0.003
    )


def test_a_loaded_model_saved_again_is_the_same_file(model_of, tmp_path):
    path = model_of("scattering-pairs").save(tmp_path / "model.linocut")
    again = load_model(path).save(tmp_path / "again.linocut")
    assert again.read_bytes() == path.read_bytes()


def test_equal_models_make_equal_files_in_every_process(tmp_path):
    code = (
        "import sys; from linocut.classifier import ImageClassifier;"
        "from linocut.data import load_dataset; from linocut.models import ClassMeans;"
        "ImageClassifier(ClassMeans()).fit(load_dataset('digits')).save(sys.argv[1])"
    )
    files = [tmp_path / "first", tmp_path / "second"]
    for seed, path in enumerate(files):
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={**os.environ, "PYTHONHASHSEED": str(seed)}, check=True,
        )  # fmt: skip
    assert files[0].read_bytes() == files[1].read_bytes()


def test_softmax_of_mnist_size_takes_less_than_40_kilobytes(digits, tmp_path):
    model = ImageClassifier().fit(large(digits.train.images), digits.train.labels)
    path = model.save(tmp_path / "model.linocut")
    assert model.image_shape_ == (28, 28)
    assert path.stat().st_size < 40_000


@pytest.mark.parametrize(
    "steps",
    [
        [UnitPixels(), StandardScaler(with_std=False), PolynomialFeatures(2)],
        [UnitPixels(), PCA(5, whiten=True, random_state=0), PolynomialFeatures((2, 2))],
        [UnitPixels(), RobustScaler(with_scaling=False), MinMaxScaler(clip=True)],
    ],
)
def test_a_pipeline_of_scikit_learn_comes_back_to_the_last_bit(steps, digits, tmp_path):
    recipe = make_pipeline(*steps, LogisticRegression(C=0.01, tol=0.1, max_iter=1000))
    model = ImageClassifier(recipe).fit(digits.train.images[:300], digits.train.labels[:300])
    loaded = load_model(model.save(tmp_path / "model.linocut"))
    images = digits.test.images
    np.testing.assert_array_equal(loaded.scores(images), model.scores(images))
    assert str(loaded.estimator) == str(model.estimator)


@pytest.mark.parametrize("names", [np.arange(10) * 3 - 5, np.array(list("zyxwvutsrq"))])
def test_labels_keep_their_type(names, digits, tmp_path):
    labels = names[digits.train.labels]
    model = ImageClassifier(ClassMeans()).fit(digits.train.images, labels)
    loaded = load_model(model.save(tmp_path / "model.linocut"))
    assert loaded.classes_.dtype.kind == names.dtype.kind
    assert loaded.score(digits.train.images, labels) == model.score(digits.train.images, labels)


def test_parameters_that_json_has_no_name_for_come_back(digits):
    recipe = make_pipeline(
        UnitPixels(), SoftmaxRegression(C=np.inf, image_shape=(8, 8), class_weight={0: 2.0})
    )
    contents = replace(_contents(digits), recipe=recipe)
    (_, model) = model_of_bytes(model_bytes(contents)).recipe.steps[-1]
    assert (model.C, model.image_shape, model.class_weight) == (np.inf, (8, 8), {0: 2.0})


def test_thresholds_come_back(digits):
    contents = replace(_contents(digits), decisions=DecisionRule(np.linspace(0.1, 0.9, 10)))
    again = model_of_bytes(model_bytes(contents))
    np.testing.assert_array_equal(again.decisions.thresholds, contents.decisions.thresholds)


def test_how_images_are_prepared_comes_back(digits):
    intake = Intake((8, 8), ink="dark-on-light", resampling="nearest", box=6)
    assert model_of_bytes(model_bytes(replace(_contents(digits), intake=intake))).intake == intake


@pytest.mark.parametrize(
    "options",
    [
        LoadOptions(),
        LoadOptions(0.25, 7, "ordered", skip_bad=True, shape=(4, 16), labels="/a/labels é.txt"),
        LoadOptions(table=TableOptions("digit", header=False, skip_columns=("a,b", "-1"))),
        LoadOptions(class_names=("zero", "one")),
    ],
    ids=["left open", "told", "of a table", "class names"],
)
def test_how_the_images_were_loaded_comes_back(options, digits):
    contents = replace(_contents(digits), provenance=Provenance(loaded_with=options))
    assert model_of_bytes(model_bytes(contents)).provenance.loaded_with == options


def test_no_training_image_leaves_with_a_model(digits):
    inputs = load_tensors(model_bytes(_contents(digits)))["parity.inputs"]
    for image in inputs[1:]:
        assert not (digits.train.images == image).all(axis=(1, 2)).any()


def test_any_reader_of_safetensors_reads_the_tensors(model_of):
    contents = model_of("softmax").contents
    tensors = load_tensors(model_bytes(contents))
    np.testing.assert_array_equal(tensors["coef"], contents.linear.coef_)
    assert set(tensors) == {"coef", "intercept", "parity.inputs", "parity.scores"}


# What cannot be saved


class Doubled(UnitPixels):
    """Something that a user wrote."""


def test_a_step_that_is_not_known_is_named_and_what_is_known_is_listed(digits, tmp_path):
    recipe = Pipeline([("twice", Doubled()), ("deskewed", Deskew()), ("means", ClassMeans())])
    contents = replace(_contents(digits), recipe=recipe)
    with pytest.raises(
        LinocutError, match=r"recipe step 'twice': Doubled is none .* saved: UnitPixels, "
    ):
        write_model(contents, tmp_path / "model.linocut")
    assert list(tmp_path.iterdir()) == []


def test_what_a_user_registers_is_not_saved(digits, monkeypatch):
    monkeypatch.setattr(core_steps, "_registered", dict(core_steps._registered))
    register(VarianceThreshold, StepKind("variance-threshold", ("variances_",)))
    recipe = make_pipeline(UnitPixels(), VarianceThreshold(1e-3), StandardScaler(), ClassMeans())
    model = ImageClassifier(recipe).fit(digits)
    with pytest.raises(LinocutError, match="VarianceThreshold is none that a model file can hold"):
        model_bytes(model.contents)


def test_a_parameter_that_is_no_plain_value_is_named(digits):
    recipe = make_pipeline(SoftmaxRegression(class_weight={0: object()}))
    with pytest.raises(LinocutError, match="class_weight is a object — a model file keeps numbers"):
        model_bytes(replace(_contents(digits), recipe=recipe))


def test_a_model_that_computes_no_numbers_is_not_written(digits, tmp_path):
    contents = _contents(digits)
    contents.linear.coef_[3, 5] = np.nan
    with pytest.raises(LinocutError, match="'coef' holds values that are no finite numbers"):
        write_model(contents, tmp_path / "model.linocut")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_older_model_alone(digits, tmp_path, monkeypatch):
    contents = _contents(digits)
    path = write_model(contents, tmp_path / "model.linocut")
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LinocutError, match="No space left on device"):
        write_model(replace(contents, temperature=2.0), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["model.linocut"]


# What cannot be read


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "is a folder"),
        (os.mkfifo, "no regular file"),
        (lambda path: path.write_bytes(b""), "no model file of linocut"),
        (lambda path: path.write_bytes(b"\x89PNG" * 100), "no model file of linocut"),
        (lambda path: path.write_bytes(b"\2\0\0\0\0\0\0\0{}"), "no model file of linocut"),
    ],
)
def test_what_is_no_model_file_is_refused_by_its_name(make, message, tmp_path):
    path = tmp_path / "model.linocut"
    make(path)
    with pytest.raises(LinocutError, match=rf"model\.linocut: .*{message}"):
        read_model(path)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "model.linocut"
    with path.open("wb") as file:
        file.truncate(3 * 10**9)  # sparse: it takes no room
    with pytest.raises(LinocutError, match=r"3,000 MB — a model file has 2,000 MB at most"):
        read_model(path)


def _contents(digits):
    recipe = make_pipeline(NormaliseMoments(), UnitPixels(), ClassMeans())
    return ImageClassifier(recipe).fit(digits).contents
