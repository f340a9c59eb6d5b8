"""An estimator, a pipeline and an `ImageClassifier` of one model are explained alike."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.explain import (
    AVERAGE,
    EigenTemplates,
    Influence,
    evidence_maps,
    explain,
    lineage,
    noise_flips,
    pull_back,
    replay_fit,
    selection_frequency,
    shift_map,
    smallest_flip,
    templates_of,
    training_coefficients,
)
from linocut.features import Deskew, PrincipalPairs, UnitPixels
from linocut.models import LeastSquaresClassifier, OneVsRestRegression, SoftmaxRegression

NEW = slice(600, 620)
SOFTMAX = {"C": 0.01, "tol": 1e-9}


@pytest.fixture(scope="module")
def digits():
    digits = load_digits()
    images, y = digits.images.astype(np.uint8), digits.target
    names = np.array([f"d{k}" for k in y])
    return SimpleNamespace(
        images=images[:500], y=y[:500], names=names[:500], new=images[NEW], new_names=names[NEW]
    )


def given(way, make, digits):
    """Return a fitted model, its training labels, and what it calls a class."""
    if way == "estimator":
        return make().fit(digits.images, digits.y), digits.y, int
    # Pixels divided by 1: the optimum is that of the bare estimator.
    pipeline = make_pipeline(UnitPixels(1.0), make())
    if way == "pipeline":
        return pipeline.fit(digits.images, digits.y), digits.y, int
    model = ImageClassifier(pipeline).fit(digits.images, digits.names)
    return (model.compact() if way == "compact" else model), digits.names, "d{}".format


@pytest.fixture(scope="module")
def softmax(digits):
    return {
        way: given(way, lambda: SoftmaxRegression(**SOFTMAX), digits)
        for way in ("estimator", "pipeline", "ImageClassifier", "compact")
    }


def _evidence(model, digits, name):
    evidence = explain(model, digits.new[0], label=name(3), versus=name(5))
    assert (evidence.label, evidence.versus) == (name(3), name(5))
    return evidence.pixels, evidence.offset, evidence.margin


def _maps(model, digits, name):
    return evidence_maps(model, digits.new, labels=[name(3)] * len(digits.new), versus=AVERAGE)


def _templates(model, digits, name):
    templates = templates_of(model, digits.images)
    assert templates.classes == tuple(str(name(k)) for k in range(10))
    return templates.weights, templates.patterns, templates.agreement


def _smallest_flip(model, digits, name):
    flip = smallest_flip(model, digits.new[1], versus=name(8), within=(0, 16))
    assert flip.versus == name(8)
    return flip.change, flip.distance


def _noise_flips(model, digits, name):
    return (noise_flips(model, digits.new[2], 3.0).probabilities,)


def _shift_map(model, digits, name):
    return (shift_map(model, digits.new[3], 2).scores,)


OF_ANY_MODEL = (_evidence, _maps, _templates, _smallest_flip, _noise_flips, _shift_map)


@pytest.mark.parametrize("function", OF_ANY_MODEL)
@pytest.mark.parametrize("way", ["pipeline", "ImageClassifier", "compact"])
def test_what_is_said_of_images_is_the_same(function, way, softmax, digits):
    expected_model, _, expected_name = softmax["estimator"]
    model, _, name = softmax[way]
    for of_pulled in (model, pull_back(model)):
        for value, expected in zip(
            function(of_pulled, digits, name),
            function(expected_model, digits, expected_name),
            strict=True,
        ):
            size = float(np.abs(expected).max()) or 1.0
            np.testing.assert_allclose(value, expected, rtol=0, atol=1e-4 * size)


def _coefficients(model, digits, labels, name):
    training = training_coefficients(model, digits.images, labels)
    assert training.training.class_names == tuple(str(name(k)) for k in range(10))
    towards, _ = training.pulls(digits.new[0], name(3), name(5), count=3)
    sums = training.running_sum(name(3)).sums
    return training.coefficients, sums, np.array([pull.evidence for pull in towards])


def _influence(model, digits, labels, name):
    influence = Influence(model, digits.images, labels)
    W, b = influence.without(7)
    flips = influence.flips(digits.new, confirm=0)
    return W, b, influence.on(digits.new[0], name(3), name(5)), np.array([flips.tried])


def _lineage(model, digits, labels, name):
    models = lineage([("this", training_coefficients(model, digits.images, labels))])
    assert models.classes == tuple(str(name(k)) for k in range(10))
    return models.templates[0], models.half


def _replay_fit(model, digits, labels, name):
    test = digits.images[:50], labels[:50]
    replay = replay_fit(model, digits.images, labels, test=test)
    assert replay.classes == tuple(str(name(k)) for k in range(10))
    return replay.frames[-1], replay.accuracies[-1]


OF_TRAINING_IMAGES = (_coefficients, _influence, _lineage, _replay_fit)


@pytest.mark.parametrize("function", OF_TRAINING_IMAGES)
@pytest.mark.parametrize("way", ["pipeline", "ImageClassifier", "ImageClassifier by positions"])
def test_what_is_said_of_training_images_is_the_same(function, way, softmax, digits):
    model, labels, name = softmax[way.split()[0]]
    labels = digits.y if "positions" in way else labels
    expected_model, expected_labels, expected_name = softmax["estimator"]
    for value, expected in zip(
        function(model, digits, labels, name),
        function(expected_model, digits, expected_labels, expected_name),
        strict=True,
    ):
        size = float(np.abs(expected).max()) or 1.0
        np.testing.assert_allclose(value, expected, rtol=0, atol=1e-3 * size)


@pytest.mark.parametrize("function", OF_TRAINING_IMAGES)
def test_a_compact_model_is_no_longer_what_was_fitted(function, softmax, digits):
    model, labels, name = softmax["compact"]
    with pytest.raises(LinocutError, match="as it was fitted"):
        function(model, digits, labels, name)


def test_the_pixels_that_l1_keeps_are_the_same(digits):
    kept = {}
    for way in ("estimator", "pipeline", "ImageClassifier"):
        model, labels, name = given(
            way, lambda: SoftmaxRegression(0.01, l1_ratio=1.0, tol=1e-4), digits
        )
        frequency = selection_frequency(model, digits.images, labels, fits=2)
        assert frequency.classes == tuple(str(name(k)) for k in range(10))
        kept[way] = frequency.frequency
    np.testing.assert_array_equal(kept["pipeline"], kept["estimator"])
    np.testing.assert_array_equal(kept["ImageClassifier"], kept["estimator"])
    with pytest.raises(LinocutError, match="as it was fitted"):
        selection_frequency(model.compact(), digits.images, labels)


def test_an_image_in_any_form_is_explained(tmp_path):
    digits = load_dataset("digits")
    model = ImageClassifier(make_pipeline(UnitPixels(), SoftmaxRegression(tol=1e-4))).fit(digits)
    image = digits.test.images[4]
    path = tmp_path / "digit.png"
    Image.fromarray(image).save(path)
    expected = explain(model, image)
    forms = (path, str(path), path.read_bytes(), io.BytesIO(path.read_bytes()), Image.open(path))
    for form in (*forms, image.ravel(), image.tolist()):
        evidence = explain(model, form)
        np.testing.assert_array_equal(evidence.pixels, expected.pixels)
    assert smallest_flip(model, path).distance == smallest_flip(model, image).distance
    assert noise_flips(model, path, 9.0).bounds == noise_flips(model, image, 9.0).bounds
    np.testing.assert_array_equal(shift_map(model, path).scores, shift_map(model, image).scores)
    training = training_coefficients(model, digits.train.images, digits.train.labels)
    one, two = (training.pulls(each, "3", "5")[0][0] for each in (path, image))
    assert one.evidence == two.evidence
    influence = Influence(model, digits.train.images, digits.train.labels)
    np.testing.assert_array_equal(influence.on(path, "3", "5"), influence.on(image, "3", "5"))
    Image.fromarray(image).save(tmp_path / "again.png")
    with pytest.raises(LinocutError, match="2 images — one at a time"):
        explain(model, tmp_path)
    with pytest.raises(LinocutError, match="reads arrays only"):
        explain(model.estimator_, path)


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize(
    "steps",
    [
        (UnitPixels(), SoftmaxRegression(tol=1e-4)),
        (UnitPixels(), StandardScaler(), OneVsRestRegression(tol=1e-3)),
        (Deskew(), UnitPixels(), SoftmaxRegression(tol=1e-3)),
        (PrincipalPairs(8), LeastSquaresClassifier()),
    ],
    ids=["softmax", "scaled", "deskewed", "pairs"],
)
def test_evidence_adds_up_to_the_scores_of_the_finished_model(steps, compact):
    digits = load_dataset("digits")
    model = ImageClassifier(make_pipeline(*steps)).fit(digits)
    model = model.compact() if compact else model
    images = digits.test.images[:30]
    scores = model.scores(images)
    for image, row in zip(images, scores, strict=True):
        evidence = explain(model, image)
        a, b = (list(model.classes_).index(name) for name in (evidence.label, evidence.versus))
        total = evidence.pixels.sum() + evidence.offset
        assert total == pytest.approx(evidence.margin, abs=1e-9 * np.abs(evidence.pixels).sum())
        assert evidence.margin == pytest.approx(float(row[a]) - float(row[b]), abs=1e-4)
    np.testing.assert_allclose(pull_back(model).scores(images), scores, atol=1e-4)


def test_products_of_pixels_have_templates_however_the_model_is_given():
    digits = load_dataset("digits")
    model = ImageClassifier(make_pipeline(PrincipalPairs(6), LeastSquaresClassifier())).fit(digits)
    expected = templates_of(model.estimator_, digits.train.images)
    for given_as in (model, model.compact()):
        templates = templates_of(given_as, digits.train.images)
        assert isinstance(templates, EigenTemplates)
        assert templates.classes == digits.class_names
        np.testing.assert_allclose(templates.values, expected.values, rtol=0, atol=1e-4)


def test_images_that_are_not_square_keep_their_shape():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60, 4, 16), dtype=np.uint8)
    y = np.arange(60) % 2
    model = ImageClassifier(make_pipeline(UnitPixels(), StandardScaler(), SoftmaxRegression()))
    model.fit(images, np.array(["left", "right"])[y])
    assert explain(model, images[0]).pixels.shape == (4, 16)
    assert templates_of(model.compact(), images).weights.shape == (2, 4, 16)


def test_whole_numbers_that_are_names_are_taken_for_names(digits):
    some = digits.y >= 3
    model = ImageClassifier(make_pipeline(UnitPixels(1.0), SoftmaxRegression(**SOFTMAX)))
    model.fit(digits.images[some], digits.y[some])
    by_name = training_coefficients(model, digits.images[some], digits.y[some])
    by_position = training_coefficients(model, digits.images[some], digits.y[some] - 3)
    np.testing.assert_array_equal(by_name.coefficients, by_position.coefficients)
    assert by_name.training.class_names == ("3", "4", "5", "6", "7", "8", "9")


def test_a_label_that_is_no_name_is_refused(softmax, digits):
    model, _, _ = softmax["ImageClassifier"]
    for wrong in (np.where(digits.y == 3, "cat", digits.names), digits.y + 100):
        with pytest.raises(LinocutError, match=r"is not a class of this model — known: d0, d1"):
            training_coefficients(model, digits.images, wrong)
