"""The finished model: what was trained on is what is used."""

import pickle

import numpy as np
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from linocut.classifier import ImageClassifier, classify_files
from linocut.core import LinocutError
from linocut.data import Intake, load_dataset
from linocut.features import (
    Augmentation,
    Decorrelate,
    Equalise,
    NormaliseMoments,
    Scattering,
    UnitPixels,
)
from linocut.ladder import climb
from linocut.models import ClassMeans, LeastSquaresClassifier, SoftmaxRegression
from support.photos import write_photos

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def model(digits):
    return ImageClassifier(make_pipeline(UnitPixels(), SoftmaxRegression(tol=1e-3))).fit(digits)


@pytest.fixture(scope="module")
def photos(digits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    some = slice(0, 300)
    images = np.kron(digits.train.images[some], np.ones((3, 3), np.uint8))
    write_photos(folder, images, digits.train.labels[some], NAMES)
    return load_dataset(folder, normalise=True), folder


# -- the five faults ---------------------------------------------------------------------------


@pytest.mark.parametrize("rung", ["nearest-mean", "softmax"])
def test_a_file_is_read_as_its_row_was(photos, rung):
    """`explain DIR FILE --normalise` used to read FILE without normalising it."""
    dataset, folder = photos
    model = climb(dataset, rungs=[rung]).rungs[0].model
    files = [folder / name for name in dataset.test.names]
    np.testing.assert_array_equal(model.scores(files), model.scores(dataset.test.images))
    truth = np.asarray(dataset.class_names)[dataset.test.labels]
    assert (model.predict(files) == truth).mean() > 0.6


def test_a_rung_can_be_fitted_again(digits):
    """Folding used to take the steps away that gave C its meaning: 99.2 became 94.7 %."""
    rung = climb(digits, rungs=["scattering"]).rungs[0]
    names = np.asarray(digits.class_names)
    for again in (
        clone(rung.model).fit(digits),
        clone(rung.model.compact()).fit(digits),
        clone(rung.estimator).fit(digits.train.images, digits.train.labels),
    ):
        said = again.predict(digits.test.images)
        truth = names[digits.test.labels] if said.dtype.kind == "U" else digits.test.labels
        assert abs((said == truth).mean() - rung.test.accuracy) < 0.006


def test_copies_are_part_of_what_is_fitted_again(digits):
    rung = climb(digits, rungs=["scattering-copies"]).rungs[0]
    assert isinstance(rung.model.augmentation, Augmentation)
    again = clone(rung.model).fit(digits)
    truth = np.asarray(digits.class_names)[digits.test.labels]
    assert abs((again.predict(digits.test.images) == truth).mean() - rung.test.accuracy) < 0.006


@pytest.mark.parametrize("rung", ["nearest-mean", "least-squares", "one-vs-rest", "pca-quadratic"])
def test_a_rungs_probabilities_are_had_from_its_model(digits, rung):
    """The temperature used to be dropped."""
    found = climb(digits, rungs=[rung]).rungs[0]
    P = found.model.predict_proba(digits.test.images)
    np.testing.assert_allclose(P, found.probabilities, atol=1e-6)
    np.testing.assert_array_equal(found.on_test.labels, digits.test.labels)
    assert found.on_validation.evaluation.accuracy == pytest.approx(found.validation_accuracy)
    assert found.on_train.scores.shape == (len(digits.train), 10)


def test_predictions_are_the_users_names(photos):
    """They used to be positions."""
    dataset, _ = photos
    model = ImageClassifier().fit(dataset)
    assert set(model.predict(dataset.test.images)) <= set(NAMES)
    assert list(model.classes_) == sorted(NAMES)


# -- what it takes -----------------------------------------------------------------------------


def test_arrays_are_prepared_images_in_any_shape_that_fits(model, digits):
    X = digits.test.images[:6]
    expected = model.predict(X)
    for given in (X.reshape(6, 64), X.astype(np.int64), X.astype(float), list(X)):
        np.testing.assert_array_equal(model.predict(given), expected)
    assert model.predict(X[0]) == expected[:1]
    assert model.predict(X[:0]).shape == (0,)
    assert model.predict_proba(X[:0]).shape == (0, 10)


def test_files_bytes_and_pil_images_pass_the_intake(model, digits, tmp_path):
    image = digits.test.images[3]
    expected = model.scores(image)
    dark = Image.fromarray(255 - image)
    path = tmp_path / "a.png"
    dark.save(path)
    for given in (path, str(path), path.read_bytes(), dark, [dark], tmp_path, [tmp_path, path]):
        scores = model.scores(given)
        np.testing.assert_allclose(scores, np.repeat(expected, len(scores), axis=0), rtol=1e-5)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (np.zeros((2, 9, 8), np.uint8), "an image of another size is prepared by intake.read"),
        (np.full((2, 8, 8), 0.5), "pixels from 0.5 to 0.5, of type float64 — whole numbers"),
        (np.full((2, 8, 8), 300), "pixels from 300 to 300"),
        (np.full((2, 8, 8), np.nan), "whole numbers"),
        (np.array([["a"] * 64]), "images of type"),
        (None, "NoneType — an array of images, a path"),
        ([np.zeros((3, 8, 8), np.uint8)], "one image each"),
        ("nowhere.png", "nowhere.png: No such file"),
    ],
)  # fmt: skip
def test_what_is_no_prepared_image_is_refused_in_one_line(model, given, told):
    with pytest.raises(LinocutError, match=told) as error:
        model.predict(given)
    assert "\n" not in str(error.value)


def test_a_model_of_wide_images_refuses_tall_ones():
    images = np.zeros((20, 4, 6), np.uint8)
    images[::2, 1, 1:3] = 200
    model = ImageClassifier().fit(images, np.arange(20) % 2)
    with pytest.raises(LinocutError, match=r"4 × 6 pixels"):
        model.predict(images.transpose(0, 2, 1))


def test_memory_is_bounded_for_many_images(digits):
    """Features of 100,000 images would take 700 MB; a batch takes 15."""
    import tracemalloc

    model = ImageClassifier(
        make_pipeline(Scattering(1, 8), Decorrelate(0.9), Equalise(), SoftmaxRegression(tol=1e-2))
    ).fit(digits)
    few = digits.test.images
    model.predict(few)
    many = np.broadcast_to(few[:1], (20_000, 8, 8))
    tracemalloc.start()
    said = model.predict(many)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(said) == 20_000
    assert peak < 60e6


# -- scikit-learn's contract --------------------------------------------------------------------


def test_it_can_be_searched_over_and_cross_validated(digits):
    X, y = digits.train.images[:400], digits.train.labels[:400]
    model = ImageClassifier(make_pipeline(UnitPixels(), SoftmaxRegression(tol=1e-2)))
    assert cross_val_score(model, X, y, cv=3).mean() > 0.85
    search = GridSearchCV(model, {"estimator__softmaxregression__C": [1e-3, 1.0]}, cv=3).fit(X, y)
    assert search.best_params_ == {"estimator__softmaxregression__C": 1.0}


def test_its_probabilities_can_be_calibrated(digits):
    X, y = digits.train.images[:400], digits.train.labels[:400]
    model = ImageClassifier(make_pipeline(UnitPixels(), LeastSquaresClassifier()))
    calibrated = CalibratedClassifierCV(model, cv=3).fit(X, y)
    P = calibrated.predict_proba(digits.test.images)
    assert (P.argmax(axis=1) == digits.test.labels).mean() > 0.8


def test_two_classes_have_one_margin(digits):
    some = digits.train.labels < 2
    names = np.array(["nought", "one"])[digits.train.labels[some]]
    model = ImageClassifier().fit(digits.train.images[some], names)
    X = digits.test.images[:5]
    scores, margin = model.scores(X), model.decision_function(X)
    assert (scores.shape, margin.shape) == ((5, 2), (5,))
    np.testing.assert_allclose(margin, scores[:, 1] - scores[:, 0])
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)


def test_scores_without_probabilities_get_a_temperature_of_held_out_images(digits):
    model = ImageClassifier(make_pipeline(UnitPixels(), ClassMeans())).fit(digits)
    assert model.temperature_ != 1
    P = model.predict_proba(digits.test.images)
    truth = P[np.arange(len(P)), digits.test.labels]
    assert -np.log(truth).mean() < 0.5
    plain = ImageClassifier(make_pipeline(UnitPixels(), SoftmaxRegression(tol=1e-2))).fit(digits)
    assert plain.temperature_ == 1


def test_a_model_that_is_not_linear_reads_but_is_not_saved(digits, tmp_path):
    tree = make_pipeline(UnitPixels(), DecisionTreeClassifier(random_state=0))
    model = ImageClassifier(tree).fit(digits)
    truth = np.asarray(digits.class_names)[digits.test.labels]
    assert (model.predict(digits.test.images) == truth).mean() > 0.75
    with pytest.raises(LinocutError, match="DecisionTreeClassifier is no linear model"):
        model.save(tmp_path / "a.linocut")


def test_it_can_be_cloned_pickled_and_made_compact(model, digits):
    X = digits.test.images
    expected = model.scores(X)
    for same in (model.compact(), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(same.scores(X), expected)
        np.testing.assert_array_equal(same.predict(X), model.predict(X))
    assert not hasattr(clone(model), "estimator_")
    assert [type(step).__name__ for _, step in model.compact().estimator_.steps] == ["FittedLinear"]
    assert type(model.estimator_[-1]) is SoftmaxRegression  # as it was fitted


def test_a_second_fit_forgets_the_first(digits):
    model = ImageClassifier().fit(digits.train.images, digits.train.labels)
    model.predict(digits.test.images)
    model.fit(digits.train.images, digits.train.labels[::-1])
    assert (model.predict(digits.train.images) == digits.train.labels[::-1]).mean() > 0.2
    assert (model.predict(digits.test.images) == digits.test.labels).mean() < 0.5


@pytest.mark.parametrize(
    ("fit", "told"),
    [
        (lambda d: ImageClassifier().fit(d, d.train.labels), "leave out y"),
        (lambda d: ImageClassifier().fit(d.train.images), "y is missing"),
        (lambda d: ImageClassifier().fit(d.train.images, [1, 2]), "1438 images but 2 labels"),
        (lambda d: ImageClassifier().fit([b"x"], [1]), r"need intake=Intake\(\(h, w\)\)"),
        (lambda d: ImageClassifier().fit(np.zeros((4, 7), int), [0, 1] * 2), "rows of square"),
        (lambda d: ImageClassifier(intake=Intake((9, 9))).fit(d), "was prepared by"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_one_line(digits, fit, told):
    with pytest.raises(LinocutError, match=told):
        fit(digits)


def test_it_explains_files_and_rows_alike(photos):
    dataset, folder = photos
    model = ImageClassifier(make_pipeline(NormaliseMoments(), UnitPixels(), SoftmaxRegression()))
    model.fit(dataset)
    file, row = folder / dataset.test.names[0], dataset.test.images[0]
    by_file, by_row = model.explain(file), model.explain(row)
    np.testing.assert_array_equal(by_file.pixels, by_row.pixels)
    assert by_file.label in NAMES
    assert by_file.pixels.sum() + by_file.offset == pytest.approx(by_file.margin)


# -- many files ---------------------------------------------------------------------------------


def test_a_bad_file_does_not_stop_the_others(model, digits, tmp_path):
    for k in range(3):
        Image.fromarray(digits.test.images[k]).save(tmp_path / f"{k}.png")
    (tmp_path / "1.png").write_bytes(b"no image")
    read = list(classify_files(model, [tmp_path, tmp_path / "none.png"], top=2))
    assert [each.error for each in read] == [
        "", "not an image", "", "no such file or folder"
    ]  # fmt: skip
    P = model.predict_proba(digits.test.images[[0, 2]])
    for each, p in zip((read[0], read[2]), P, strict=True):
        assert [label for label, _ in each.top] == [str(k) for k in np.argsort(-p)[:2]]
        assert [share for _, share in each.top] == pytest.approx(np.sort(p)[::-1][:2])
