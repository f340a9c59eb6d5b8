"""How images are prepared is chosen by a trial, once for the rungs that share features."""

from dataclasses import replace

import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.features import Deskew, NormaliseMoments, Scattering
from linocut.ladder import climb, recipes
from linocut.ladder.choose import ValidationSplit
from linocut.ladder.preparation import Preparations, clearly_best, in_words, told, trial_rows
from linocut.ladder.recipe import AS_THEY_ARE, PREPARE, Candidates


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


def bars(n, seed):
    """Draw bars that lean to the left or to the right, which is what normalising takes out."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    y, x = np.mgrid[:16, :16]
    lean = np.where(labels, 0.4, -0.4) + rng.normal(0, 0.15, n)
    top, left = rng.uniform(6, 9, n), rng.uniform(6, 9, n)
    off = x - left[:, None, None] + lean[:, None, None] * (y - top[:, None, None])
    inside = np.abs(y - 7.5) < 5
    images = 255 * np.clip(1.5 - np.abs(off), 0, 1) * inside
    return ImagePart(images.astype(np.uint8), labels.astype(np.int64))


@pytest.fixture(scope="module")
def leaning():
    return ImageDataset("bars", ("left", "right"), bars(240, 0), bars(100, 1), split="given")


def test_images_stay_as_they_are_where_normalising_takes_out_what_tells_them_apart(
    leaning, tmp_path
):
    (rung,) = climb(leaning, rungs=["scattering"]).rungs
    assert rung.preparation.name != "normalised"
    assert rung.chosen[PREPARE] == rung.preparation.name
    assert rung.test.accuracy > 0.95
    normalised = rung.preparation.tried[0]
    assert normalised.name == "normalised"
    assert normalised.mistakes > 20
    assert f"taken {rung.preparation.name}" in rung.preparation.sentence
    assert not any(isinstance(step, NormaliseMoments) for _, step in rung.estimator.steps)
    path = rung.model.save(tmp_path / "model.safetensors")
    loaded = ImageClassifier.load(path)
    assert loaded.provenance_.chosen[PREPARE] == rung.preparation.name
    np.testing.assert_array_equal(
        loaded.scores(leaning.test.images), rung.model.scores(leaning.test.images)
    )


def test_one_trial_serves_all_rungs_that_look_at_the_same_features(digits):
    maker = Preparations(digits.train, ValidationSplit.of(digits.train, split="given", seed=0), 0)
    names = ["patches", "random-layer", "scattering", "scattering-copies", "scattering-pairs"]
    made = {
        recipe.name: maker.decide(recipe, Candidates.of(recipe, digits.train))[1]
        for recipe in recipes(names)
    }
    assert len(maker._trials) == 3  # normalised, as they are, by local contrast
    assert made["scattering"] == made["scattering-copies"] == made["scattering-pairs"]
    assert made["patches"].tried == made["scattering"].tried[:2]
    for recipe in recipes(names):
        assert maker.spent(recipe, Candidates.of(recipe, digits.train)) == made[recipe.name].seconds


def test_the_rest_of_the_grid_is_left_to_the_preparation_chosen(digits):
    (recipe,) = recipes(["scattering"])
    candidates = Candidates.of(recipe, digits.train)
    maker = Preparations(digits.train, ValidationSplit.of(digits.train, split="given", seed=0), 0)
    first = maker.known(recipe, candidates)
    assert {in_words(each[PREPARE]) for each in first.features} == {"normalised"}
    decided, made = maker.decide(recipe, candidates)
    assert {in_words(each[PREPARE]) for each in decided.features} == {made.name}
    assert len(decided.features) * 3 == len(candidates.features)
    assert decided.model == candidates.model
    assert maker.known(recipe, candidates).features == decided.features


def test_too_few_images_tell_nothing(digits):
    few = digits.train.take(np.arange(40))
    (recipe,) = recipes(["scattering"])
    candidates = Candidates.of(recipe, few)
    maker = Preparations(few, ValidationSplit.of(few, split="given", seed=0), 0)
    decided, made = maker.decide(recipe, candidates)
    assert made is None
    assert {in_words(each[PREPARE]) for each in decided.features} == {"normalised"}


@pytest.mark.parametrize(
    "labels",
    [np.arange(60) == 0, np.arange(60) // 2, np.arange(60) % 2],
    ids=["one", "pairs", "two"],
)
def test_blank_images_and_rare_classes_are_no_obstacle(labels):
    part = ImagePart(np.zeros((60, 8, 8), np.uint8), labels.astype(np.int64))
    (recipe,) = recipes(["scattering"])
    maker = Preparations(part, ValidationSplit.of(part, split="given", seed=0), 0)
    _, made = maker.decide(recipe, Candidates.of(recipe, part))
    assert made.name == "normalised"


def test_a_recipe_without_a_choice_is_left_alone(digits):
    (recipe,) = recipes(["deskew-softmax"])
    candidates = Candidates.of(recipe, digits.train)
    maker = Preparations(digits.train, ValidationSplit.of(digits.train, split="given", seed=0), 0)
    assert maker.decide(recipe, candidates) == (candidates, None)
    assert maker.known(recipe, candidates) is candidates


def test_images_as_they_are_need_no_step():
    part = load_dataset("digits").train
    candidates = Candidates.of(recipes(["scattering"])[0], part)
    chosen = next(each for each in candidates.features if each[PREPARE] == AS_THEY_ARE)
    assert isinstance(candidates.steps(chosen)[0][1], Scattering)
    assert PREPARE not in candidates.chosen_pipeline(chosen).named_steps


def test_what_is_chosen_is_told_in_words():
    assert told({PREPARE: Deskew(), "softmax__C": 0.1}) == {
        PREPARE: "deskewed", "softmax__C": 0.1
    }  # fmt: skip


@pytest.mark.parametrize("n", [30, 300, 2400, 6000])
def test_each_row_is_judged_by_a_fit_on_others(n):
    labels = np.random.default_rng(n).integers(3, size=n)
    split = ValidationSplit.of(
        ImagePart(np.zeros((n, 2, 2), np.uint8), labels), split="given", seed=0
    )
    rows, folds = trial_rows(labels, split, 0)
    assert len(np.unique(rows)) == len(rows) <= 4500
    judged = np.concatenate([held for _, held in folds])
    assert len(np.unique(judged)) == len(judged)
    for fit, held in folds:
        assert not np.intersect1d(fit, held).size
    if len(folds) == 1:
        assert np.isin(rows[judged], split.validation).all()
    else:
        assert len(judged) == len(rows)


def test_noise_decides_nothing():
    rng = np.random.default_rng(0)
    usual = rng.exponential(size=1000)
    taken = [clearly_best([usual, usual + rng.normal(0, 1, 1000)]) for _ in range(200)]
    assert 0.05 < np.mean(taken) < 0.3  # one standard error: a sixth of all draws
    assert clearly_best([usual, usual + rng.normal(-0.2, 1, 1000)]) == 1


def test_a_set_of_either_polarity_is_classified_nearly_as_well_as_one_sense(digits):
    def inverted(part):
        images = part.images.copy()
        images[::2] = 255 - images[::2]
        return ImagePart(images, part.labels)

    mixed = replace(digits, train=inverted(digits.train), test=inverted(digits.test))
    one, both = (climb(each, rungs=["scattering"]).rungs[0] for each in (digits, mixed))
    assert both.test.accuracy > one.test.accuracy - 0.01
