"""The ladder: rungs agree with what is known, and see no test image before they are scored."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load
from linocut.ladder import RECIPES, climb
from linocut.ladder.choose import ValidationSplit, choose

FAST = ["mean-dot", "nearest-mean", "least-squares", "softmax"]


@pytest.fixture(scope="module")
def digits():
    return load("digits")


@pytest.fixture(scope="module")
def ladder(digits):
    return climb(digits)


def test_every_rung_is_climbed_in_order(ladder):
    assert [rung.name for rung in ladder.rungs] == [recipe.name for recipe in RECIPES]
    assert all(rung.linear for rung in ladder.rungs)
    assert ladder.best.test.accuracy == max(rung.test.accuracy for rung in ladder.rungs)


def test_the_estimator_of_a_rung_reads_images(ladder, digits):
    for rung in ladder.rungs:
        np.testing.assert_array_equal(rung.estimator.predict(digits.test.images), rung.predicted)
        assert (rung.predicted == digits.test.labels).mean() == pytest.approx(rung.test.accuracy)
        assert rung.converged in {True, None}
        assert rung.bytes == 4 * rung.parameters


def test_probabilities_are_probabilities(ladder, digits):
    for rung in ladder.rungs:
        np.testing.assert_allclose(rung.probabilities.sum(axis=1), 1, rtol=1e-5)
        P = rung.probabilities.astype(float)
        expected = log_loss(digits.test.labels, P / P.sum(axis=1, keepdims=True))
        assert rung.test.log_loss == pytest.approx(expected, rel=1e-3)
        best = rung.probabilities.argmax(axis=1)
        assert (best == rung.predicted).mean() > 0.99


def test_no_rung_sees_test_images_before_it_is_scored(digits):
    """Other test images change no weight, no choice and no training figure."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, digits.test.images.shape).astype(np.uint8)
    other = ImageDataset(
        digits.name,
        digits.class_names,
        digits.train,
        ImagePart(noise, rng.permutation(digits.test.labels)),
    )
    for here, there in zip(climb(digits).rungs, climb(other).rungs, strict=True):
        assert here.chosen == there.chosen
        np.testing.assert_array_equal(here.estimator[-1].coef_, there.estimator[-1].coef_)
        assert here.train.accuracy == there.train.accuracy


def test_the_choice_is_the_best_on_the_validation_part(digits):
    recipe = next(recipe for recipe in RECIPES if recipe.name == "softmax")
    parts = ValidationSplit.of(digits.train, split="stratified", seed=42)
    chosen = choose(recipe, parts)
    losses = {}
    for candidate in recipe.options(parts.fit).model:
        model = recipe.model(candidate).fit(parts.fit.images / 255, parts.fit.labels)
        p = model.predict_proba(parts.validation.images / 255)
        losses[candidate["C"]] = log_loss(parts.validation.labels, p)
    assert losses[chosen["C"]] <= 1.05 * min(losses.values())


def test_an_ordered_set_is_validated_in_order():
    labels = np.tile(np.arange(2), 50)
    part = ImagePart(
        np.arange(100, dtype=np.uint8)[:, None, None] * np.ones((2, 2), np.uint8), labels
    )
    parts = ValidationSplit.of(part, split="ordered", seed=0)
    assert parts.fit.images.max() < parts.validation.images.min()


def test_the_same_seed_gives_the_same_ladder(digits):
    first, again = (climb(digits, rungs=FAST, seed=3) for _ in range(2))
    for one, other in zip(first.rungs, again.rungs, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_few_images_of_two_classes_are_enough():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (8, 4, 4)).astype(np.uint8)
    labels = np.array([0, 1] * 4)
    tiny = ImageDataset("tiny", ("a", "b"), ImagePart(images[:4], labels[:4]),
                        ImagePart(images[4:], labels[4:]))  # fmt: skip
    assert len(climb(tiny).rungs) == len(RECIPES)


def test_an_unknown_rung_is_named(digits):
    with pytest.raises(LinocutError, match=r"'lenet' is no rung.*softmax"):
        climb(digits, rungs=["lenet"])
    with pytest.raises(KeyError, match="it has nearest-mean"):
        climb(digits, rungs=["nearest-mean"])["softmax"]


def test_the_rungs_on_mnist_agree_with_what_is_known(real_data):
    real_data("mnist")
    known = {
        "mean-dot": 63.1,
        "mean-difference": 63.2,
        "mean-offset": 76.3,
        "nearest-mean": 82.0,
        "least-squares": 86.0,
        "softmax": 92.55,
    }
    for rung in climb(load("mnist"), rungs=list(known)).rungs:
        assert 100 * rung.test.accuracy == pytest.approx(known[rung.name], abs=0.3)
