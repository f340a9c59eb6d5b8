"""The rules of a review: silent on clean data, and each finds the fault that is made for it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset, split_rows
from linocut.evaluate import Predictions, review, review_model
from linocut.evaluate.checks import RULES
from linocut.evaluate.checks.simpler import advantage
from linocut.features import UnitPixels
from linocut.models import ClassMeans, SoftmaxRegression


@pytest.fixture(scope="module")
def ordered():
    """The digits, of whose writers none is in both parts."""
    return load_dataset("digits", split="ordered")


@pytest.fixture(scope="module")
def shuffled():
    """The digits in an order that means nothing."""
    digits = load_dataset("digits")
    rows = np.random.default_rng(0).permutation(len(digits.labels))
    return split(digits.images[rows], digits.labels[rows])


def split(images, labels, name="made"):
    names = tuple(map(str, range(labels.max() + 1)))
    parts = [ImagePart(images[rows], labels[rows]) for rows in split_rows(labels)]
    return ImageDataset(name, names, *parts, split="stratified")


def with_images(dataset, change):
    """Change a copy of the images of each part: ``change(images, labels)``."""
    parts = {}
    for name in ("train", "test"):
        part = getattr(dataset, name)
        images = part.images.copy()
        change(images, part.labels)
        parts[name] = ImagePart(images, part.labels)
    return replace(dataset, **parts)


def fitted(dataset, **parameters):
    recipe = make_pipeline(UnitPixels(), SoftmaxRegression(**parameters))
    return ImageClassifier(recipe).fit(dataset)


def found(checked, name):
    (check,) = [check for check in checked.checks if check.name == name]
    return check


def warnings_of(checked):
    return [check.name for check in checked.checks if check.level == "warning"]


def of_many_classes(digits, n_classes):
    """Digits, turned and mirrored into other classes."""
    turned = [np.rot90(digits.images, k, axes=(1, 2)) for k in range(4)]
    images = np.concatenate(turned + [each[:, :, ::-1] for each in turned])
    labels = np.concatenate([digits.labels + 10 * k for k in range(8)])
    kept = labels < n_classes
    rows = np.random.default_rng(0).permutation(np.flatnonzero(kept))[: 30 * n_classes]
    return split(images[rows], labels[rows])


def clean(name, digits):
    if name == "all":
        return digits
    if name == "sixty":
        rows = np.random.default_rng(1).permutation(len(digits.labels))[:60]
        return split(digits.images[rows], digits.labels[rows])
    if name == "two":
        rows = np.isin(digits.labels, (3, 8))
        return split(digits.images[rows], (digits.labels[rows] == 8).astype(np.int64))
    return of_many_classes(digits, 62)


@pytest.mark.parametrize("name", ["all", "sixty", "two", "many"])
def test_clean_images_give_no_warning(shuffled, name):
    dataset = clean(name, shuffled)
    means = ImageClassifier(make_pipeline(UnitPixels(), ClassMeans())).fit(dataset)
    right = means.predict(dataset.test.images) == np.array(dataset.class_names)[dataset.test.labels]
    checked = review_model(fitted(dataset), dataset, simpler=[("nearest-mean", right)])
    assert warnings_of(checked) == []
    # The border of 3s and 8s is mostly ink, so that nothing is known of their paper.
    assert set(checked.unasked) - {"mixed polarity"} == {"suspect labels", "calibration"}


def test_no_writer_on_both_sides_gives_no_warning(ordered):
    checked = review_model(fitted(ordered), ordered)
    assert warnings_of(checked) == []
    assert "writers on both sides" in checked.unasked


def test_a_random_split_of_a_set_that_comes_writer_by_writer_is_found(shuffled):
    digits = load_dataset("digits")
    check = found(review_model(fitted(digits), digits), "writers on both sides")
    assert check.level == "warning"
    assert check.interval[0] > 0.6
    fine = found(review_model(fitted(shuffled), shuffled), "writers on both sides")
    assert fine.level == "fine"
    assert fine.interval[0] < 0.5 < fine.interval[1]


def test_a_split_with_another_seed_and_share_is_drawn_again():
    digits = load_dataset("digits", seed=7, test_size=0.3)
    assert found(review_model(fitted(digits), digits), "writers on both sides").level == "warning"


def test_parts_that_no_draw_gives_are_not_asked_for_writers():
    digits = load_dataset("digits")
    fewer = replace(digits, test=digits.test.take(np.arange(100)))
    assert "writers on both sides" in review_model(fitted(digits), fewer).unasked


def test_a_fit_that_ended_early_is_found(shuffled):
    with pytest.warns(ConvergenceWarning):
        model = fitted(shuffled, max_iter=1)
    check = found(review_model(model, shuffled), "convergence")
    assert check.level == "warning"
    assert check.value == model.provenance_.gap


def test_a_fit_without_a_bound_is_a_warning(shuffled):
    test = Predictions.from_arrays([0, 1], [[0.9, 0.1], [0.2, 0.8]])
    assert found(review(test, gap=np.nan), "convergence").level == "warning"


def test_test_images_that_were_learned_are_found(shuffled):
    images = shuffled.test.images.copy()
    images[:90] = shuffled.train.images[:90]
    labels = shuffled.test.labels.copy()
    labels[:90] = shuffled.train.labels[:90]
    dataset = replace(shuffled, test=ImagePart(images, labels))
    check = found(review_model(fitted(dataset), dataset), "test images in train")
    assert check.level == "warning"
    assert check.value == 90 / len(images)
    images[3:90], labels[3:90] = shuffled.test.images[3:90], shuffled.test.labels[3:90]
    three = replace(shuffled, test=ImagePart(images, labels))
    assert found(review_model(fitted(three), three), "test images in train").level == "note"


def test_duplicates_that_others_found_count(shuffled):
    near = SimpleNamespace(n_test=len(shuffled.test), test_images_in_train=tuple(range(200)))
    checked = review_model(fitted(shuffled), shuffled, duplicates=near)
    assert found(checked, "test images in train").figure.startswith("200 of")


def test_a_class_of_few_images_that_suffers_is_found(shuffled):
    labels = shuffled.train.labels
    kept = np.flatnonzero((labels != 8) | (np.cumsum(labels == 8) <= 2))
    dataset = replace(shuffled, train=shuffled.train.take(kept))
    check = found(review_model(fitted(dataset), dataset), "small classes")
    assert check.level == "warning"
    assert check.sentence.startswith("8 has 2 of")
    assert check.interval[1] < 0.9


def test_a_class_of_few_images_that_does_well_is_a_note():
    shares = np.array([[0.9, 0.1], [0.1, 0.9]])
    train = np.repeat([0, 1], [97, 3])
    test = np.repeat([0, 1], [50, 50])
    checked = review(
        Predictions.from_arrays(test, shares[test]),
        train=Predictions.from_arrays(train, shares[train]),
    )
    assert found(checked, "small classes").level == "note"


def test_a_class_without_a_test_image_is_a_note():
    shares = np.eye(3)
    checked = review(
        Predictions.from_arrays([0, 1], shares[[0, 1]]),
        train=Predictions.from_arrays([0, 1, 2], shares),
    )
    check = found(checked, "small classes")
    assert check.level == "note"
    assert "no image of 2" in check.sentence


def test_images_learned_by_heart_are_found(shuffled):
    rng = np.random.default_rng(0)
    labels = shuffled.train.labels[:100].copy()
    wrong = rng.random(100) < 0.4
    labels[wrong] = rng.integers(10, size=wrong.sum())
    dataset = replace(shuffled, train=ImagePart(shuffled.train.images[:100], labels))
    check = found(review_model(fitted(dataset, C=1e4), dataset), "overfitting")
    assert check.level == "warning"
    assert check.interval[0] > 0.25


@pytest.mark.parametrize("level", [3, 255])
def test_a_marked_corner_is_found(shuffled, level):
    def mark(images, labels):
        images[labels == 4, 0, 0] = level

    dataset = with_images(shuffled, mark)
    check = found(review_model(fitted(dataset), dataset), "leaking pixels")
    assert check.level == "warning"
    assert "row 0, column 0" in check.sentence
    assert "tells 4 from" in check.sentence


def test_paper_of_another_grey_is_found(shuffled):
    def tint(images, labels):
        mine = labels == 2
        images[mine] = np.maximum(images[mine], 9)

    dataset = with_images(shuffled, tint)
    check = found(review_model(fitted(dataset), dataset), "leaking pixels")
    assert check.level == "warning"
    assert "tells 2 from" in check.sentence


def test_a_mark_on_training_images_alone_is_not_confirmed(shuffled):
    images = shuffled.train.images.copy()
    images[shuffled.train.labels == 4, 0, 0] = 255
    dataset = replace(shuffled, train=ImagePart(images, shuffled.train.labels))
    check = found(review_model(fitted(dataset), dataset), "leaking pixels")
    assert check.level == "fine"


@pytest.mark.parametrize(("share", "level"), [(0.05, "warning"), (0.005, "note"), (0, "fine")])
def test_mixed_polarity_is_found(shuffled, share, level):
    def invert(images, labels):
        rows = np.random.default_rng(0).random(len(images)) < share
        images[rows] = 255 - images[rows]

    dataset = with_images(shuffled, invert)
    assert found(review_model(fitted(dataset), dataset), "mixed polarity").level == level


def test_photographs_are_not_asked_for_their_paper():
    rng = np.random.default_rng(0)
    dataset = split(rng.integers(0, 256, (100, 8, 8), np.uint8), rng.integers(0, 2, 100))
    assert "mixed polarity" in review_model(fitted(dataset), dataset).unasked


def test_a_better_simpler_model_is_a_warning_and_one_as_good_a_note(shuffled):
    model = fitted(shuffled)
    right = model.predict(shuffled.test.images).astype(int) == shuffled.test.labels

    def with_simpler(*masks):
        simpler = [(f"rung{k}", mask) for k, mask in enumerate(masks)]
        return found(review_model(model, shuffled, simpler=simpler), "simpler models")

    assert with_simpler(np.ones_like(right)).level == "warning"
    assert with_simpler(right).level == "note"
    assert with_simpler(np.zeros_like(right)).level == "fine"
    assert with_simpler(np.zeros_like(right), np.ones_like(right)).level == "warning"


@pytest.mark.parametrize(
    ("low", "level"), [(0.0, "fine"), (0.025, "note"), (0.06, "warning"), (np.nan, "warning")]
)
def test_a_calibration_error_counts_by_its_lower_end(low, level):
    test = Predictions.from_arrays([0, 1], [[0.9, 0.1], [0.2, 0.8]])
    measured = SimpleNamespace(value=0.1, low=low, high=0.3)
    assert found(review(test, calibration=measured), "calibration").level == level


@pytest.mark.parametrize(
    ("wrong", "n", "level"),
    [(1, 60, "fine"), (10, 1000, "fine"), (200, 10_000, "note"), (500, 10_000, "warning")],
)
def test_many_labels_that_are_likely_wrong_are_found(wrong, n, level):
    test = Predictions.from_arrays([0, 1], [[0.9, 0.1], [0.2, 0.8]])
    suspects = SimpleNamespace(
        examined={"train": n - 5, "test": 5}, expected={"train": wrong - 0.5, "test": 0.5}
    )
    check = found(review(test, suspects=suspects), "suspect labels")
    assert check.level == level
    assert check.value == wrong / n


def test_a_review_lists_warnings_first_and_says_what_was_not_asked():
    right, wrong = [[0.9, 0.1], [0.2, 0.8]] * 50, [[0.1, 0.9], [0.8, 0.2]] * 50
    labels = [0, 1] * 50
    checked = review(
        Predictions.from_arrays(labels, wrong),
        train=Predictions.from_arrays(labels, right),
        gap=0.0,
    )
    assert [check.level for check in checked.checks] == ["warning", "fine", "fine"]
    assert checked.sentence == (
        "1 thing to look at: overfitting (warning); 2 checks found nothing."
    )
    names = {check.name for check in checked.checks}
    assert names.isdisjoint(checked.unasked)
    assert names | set(checked.unasked) == set(RULES)
    assert [row["level"] for row in checked.rows()] == [check.level for check in checked.checks]
    assert {"name", "level", "figure", "sentence", "advice"} <= checked.to_dict()["checks"][
        0
    ].keys()


@pytest.mark.parametrize(
    ("given_", "named"),
    [
        ({"simpler": [("mean", np.ones(3, bool))]}, "mean: a mask of shape"),
        ({"duplicates": SimpleNamespace(n_test=3, test_images_in_train=())}, "among 3 test images"),
        ({"train": Predictions.from_arrays([0], [[0.2, 0.3, 0.5]])}, "one list of classes"),
        ({"dataset": load_dataset("digits")}, "predictions for 2 test images"),
    ],
)
def test_what_does_not_belong_together_is_refused(given_, named):
    test = Predictions.from_arrays([0, 1], [[0.9, 0.1], [0.2, 0.8]])
    with pytest.raises(LinocutError, match=named):
        review(test, **given_)


def test_images_of_another_size_and_unknown_classes_are_refused(shuffled):
    model = fitted(shuffled)
    larger = split(np.zeros((40, 9, 9), np.uint8), np.arange(40) % 2)
    with pytest.raises(LinocutError, match="8 × 8 pixels"):
        review_model(model, larger)
    with pytest.raises(LinocutError, match="label x is none"):
        review_model(model, replace(shuffled, class_names=("x", *shuffled.class_names[1:])))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_an_advantage_lies_in_its_interval_and_turns_its_sign(pairs):
    first, second = np.array(pairs).T
    value, (low, high) = advantage(first, second)
    assert value == pytest.approx(first.mean() - second.mean())
    assert -1 <= low <= value + 2 / len(first)
    assert value - 2 / len(first) <= high <= 1
    turned, (turned_low, turned_high) = advantage(second, first)
    assert (turned, turned_low, turned_high) == pytest.approx((-value, -high, -low))
