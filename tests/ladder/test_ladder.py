"""The ladder: rungs agree with what is known, and see no test image before they are scored."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import log_loss

from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.ladder import RECIPES, climb
from linocut.ladder.choose import ValidationSplit, best_of
from linocut.ladder.recipe import Candidates
from linocut.models import neural_available
from linocut.solve.temperature import fit_temperature

FAST = ["mean-dot", "nearest-mean", "least-squares", "softmax"]


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def ladder(digits):
    return climb(digits)


def test_every_rung_is_climbed_in_order(ladder):
    assert [rung.name for rung in ladder.rungs] == [recipe.name for recipe in RECIPES]
    assert {rung.name for rung in ladder.rungs if not rung.linear} == {"mlp", "lenet"}
    assert ladder.best.test.accuracy == max(rung.test.accuracy for rung in ladder.rungs)


def test_the_estimator_of_a_rung_reads_images(ladder, digits):
    for rung in ladder.rungs:
        said = rung.model.predict(digits.test.images)
        np.testing.assert_array_equal(said, np.array(digits.class_names)[rung.predicted])
        as_fitted = rung.estimator.predict(digits.test.images)
        assert (as_fitted == rung.predicted).mean() > 0.997
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
    digits = replace(digits, train=digits.train.take(np.arange(400)))
    noise = rng.integers(0, 256, digits.test.images.shape).astype(np.uint8)
    other = replace(digits, test=ImagePart(noise, rng.permutation(digits.test.labels)))
    # One of each kind: means, pairs, patches, copies, views side by side, a network.
    some = ["nearest-mean", "softmax", "deskew-quadratic", "patches", "scattering-copies", "views"]
    some += ["mlp"] if neural_available() else []
    pairs = zip(climb(digits, rungs=some).rungs, climb(other, rungs=some).rungs, strict=True)
    for here, there in pairs:
        assert here.chosen == there.chosen
        if here.linear:
            np.testing.assert_array_equal(here.estimator[-1].coef_, there.estimator[-1].coef_)
        assert here.train.accuracy == there.train.accuracy


def test_the_choice_is_the_best_on_the_validation_part(digits):
    recipe = next(recipe for recipe in RECIPES if recipe.name == "softmax")
    parts = ValidationSplit.of(digits.train, split="stratified", seed=42)
    X, y = digits.train.images.reshape(-1, 64) / 255, digits.train.labels
    candidates = Candidates.of(recipe, digits.train)
    judged = best_of(candidates.classifier, candidates.model, X, y, parts.fit, parts.validation)
    losses, right = {}, {}
    for candidate in candidates.model:
        model = candidates.classifier.set_params(**candidate).fit(X[parts.fit], y[parts.fit])
        scores, held = model.scores(X[parts.validation]), y[parts.validation]
        P = softmax(scores / fit_temperature(scores, held), axis=1)
        losses[candidate["C"]] = log_loss(held, P)
        right[candidate["C"]] = model.score(X[parts.validation], held)
    assert losses[judged.chosen["C"]] <= 1.05 * min(losses.values())
    assert judged.accuracy == pytest.approx(right[judged.chosen["C"]], abs=0.01)


def test_an_ordered_set_is_validated_in_order():
    labels = np.tile(np.arange(2), 50)
    part = ImagePart(
        np.arange(100, dtype=np.uint8)[:, None, None] * np.ones((2, 2), np.uint8), labels
    )
    parts = ValidationSplit.of(part, split="ordered", seed=0)
    assert parts.fit.max() < parts.validation.min()


@pytest.mark.parametrize("sorted_by_class", [True, False])
def test_validation_rows_come_in_runs_so_that_few_writers_are_on_both_sides(sorted_by_class):
    labels = np.repeat(np.arange(4), 500) if sorted_by_class else np.tile(np.arange(4), 500)
    part = ImagePart(np.zeros((2000, 2, 2), np.uint8), labels)
    parts = ValidationSplit.of(part, split="stratified", seed=1)
    assert np.array_equal(np.sort(np.concatenate([parts.fit, parts.validation])), np.arange(2000))
    for k in range(4):
        held = np.isin(np.flatnonzero(labels == k), parts.validation)
        assert held.sum() == 100
        assert np.count_nonzero(np.diff(held)) <= 10  # five runs have ten ends
    other = ValidationSplit.of(part, split="stratified", seed=2)
    assert not np.array_equal(parts.validation, other.validation)


def test_copies_of_images_held_out_are_held_out():
    part = ImagePart(np.zeros((100, 2, 2), np.uint8), np.tile(np.arange(2), 50))
    parts = ValidationSplit.of(part, split="stratified", seed=0)
    rows = parts.fit_with_copies(100, 1)
    assert len(rows) == 2 * len(parts.fit)
    assert not np.isin(rows % 100, parts.validation).any()


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
    names = [rung.name for rung in climb(tiny).rungs]
    assert names == [each.name for each in RECIPES if each.name != "lenet"]  # images of 4 × 4


def test_an_unknown_rung_is_named(digits):
    with pytest.raises(LinocutError, match=r"'vgg' is no rung.*softmax"):
        climb(digits, rungs=["vgg"])
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
    for rung in climb(load_dataset("mnist"), rungs=list(known)).rungs:
        assert 100 * rung.test.accuracy == pytest.approx(known[rung.name], abs=0.3)
