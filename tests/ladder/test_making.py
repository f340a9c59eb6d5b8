"""How rungs are made: work is shared, and seconds are estimated."""

import importlib
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.features import Augmentation, Decorrelate, Deskew, PatchDictionary, Scattering
from linocut.ladder import RECIPES, Ladder, climb, recipes
from linocut.ladder.budget import Budget
from linocut.ladder.features import SharedWork, chain_name, common_part, fixed_part
from linocut.ladder.making import RungMaker


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def few(digits):
    return replace(digits, train=digits.train.take(np.arange(400)))


def recipe(name):
    return next(each for each in RECIPES if each.name == name)


def test_shared_work_is_done_once_and_its_seconds_are_told_again():
    images = load_dataset("digits").train.images
    calls = []

    class Counted(Deskew):
        def transform(self, X):
            calls.append(len(X))
            time.sleep(0.02)
            return super().transform(X)

    shared = SharedWork(images)
    first = [("deskew", Counted()), ("scattering", Scattering(1, 4))]
    again = [("deskew", Counted()), ("scattering", Scattering(1, 4, root=True))]
    _, rows, seconds = shared.after(first, keep=True)
    steps, other, more = shared.after(again, keep=True)
    assert len(calls) == 1
    assert seconds > 0.02 < more
    assert [type(step).__name__ for _, step in steps] == ["Counted", "Scattering"]
    np.testing.assert_allclose(np.sqrt(rows), other, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(Pipeline(steps).transform(images), other)  # all are fitted
    calls.clear()
    shared.forget_all_but([])
    shared.after(first, keep=False)
    assert len(calls) == 1


def test_chains_are_told_apart_by_their_parameters():
    a, b = [("x", Deskew()), ("s", Scattering(1))], [("x", Deskew()), ("s", Scattering(2))]
    assert chain_name(a) != chain_name(b)
    assert common_part([a, b]) == 1
    assert common_part([a, a]) == 2
    assert fixed_part([*a, ("axes", Decorrelate())]) == 2


def test_long_chains_that_differ_in_their_middle_have_two_names():
    def chain(middle):
        views = [(f"view-{k}", Scattering(J=middle if k == 15 else 2)) for k in range(40)]
        return (("views", FeatureUnion(views)),)

    assert chain_name(chain(2)) == chain_name(chain(2))
    assert chain_name(chain(2)) != chain_name(chain(3))


def test_a_rung_is_the_same_whether_work_was_shared_or_not(few):
    names = ["scattering", "scattering-copies"]
    together = climb(few, rungs=names)
    alone = climb(few, rungs=names[1:])
    np.testing.assert_array_equal(together["scattering-copies"].predicted, alone.rungs[0].predicted)
    np.testing.assert_allclose(
        together["scattering-copies"].probabilities, alone.rungs[0].probabilities, atol=1e-4
    )


def test_copies_are_fitted_on_and_their_number_is_not_counted_as_images(digits):
    rung = RungMaker(digits, 0).make(recipe("scattering-copies"))
    assert len(rung.on_train.predicted) == len(digits.train)
    assert rung.train.n == len(digits.train)


def test_what_was_climbed_corrects_what_is_to_come(digits):
    budget = Budget.of(5.0, digits)
    cheap, dear = recipe("nearest-mean"), recipe("scattering-pairs")
    before = budget.estimate(dear)
    assert budget.estimate(cheap) < before
    budget.learn(recipe("softmax"), 10.0)
    assert before < budget.estimate(dear) <= 3.1 * before  # slow so far is slow to come
    assert budget.estimate(dear, done=0.4 * before) < budget.estimate(dear)
    assert budget.seconds < 5


def test_without_a_budget_nothing_is_measured(digits, monkeypatch):
    module = importlib.import_module("linocut.ladder.budget")
    monkeypatch.setattr(module, "Estimates", lambda *_: pytest.fail("measured"))
    assert climb(digits, rungs=["mean-dot"]).rungs


def test_rungs_on_the_same_copies_share_their_axes(few, monkeypatch):
    module = importlib.import_module("linocut.features.whiten")
    decomposed, distorted = [], []
    found, copies = module.principal_axes, Augmentation.copies

    def principal_axes(blocks, *arguments, **named):
        decomposed.append(blocks.shape)
        return found(blocks, *arguments, **named)

    def copied(self, images, **named):
        distorted.append(len(images))
        return copies(self, images, **named)

    monkeypatch.setattr(module, "principal_axes", principal_axes)
    monkeypatch.setattr(Augmentation, "copies", copied)
    climb(few, rungs=["scattering", "scattering-copies", "scattering-pairs"])
    n = len(few.train)
    assert sorted(rows for rows, _ in decomposed) == [n, 2 * n]
    assert distorted == [n]


def test_what_trials_made_of_all_images_is_not_made_again(few, monkeypatch):
    calls = {"transform": [], "fit": []}

    def count(kind, method):
        original = getattr(kind, method)

        def counted(self, X, *rest):
            calls[method].append(len(X))
            return original(self, X, *rest)

        monkeypatch.setattr(kind, method, counted)

    count(Scattering, "transform")
    count(PatchDictionary, "fit")
    climb(few, rungs=["patches", "scattering", "views"])
    n = len(few.train)
    # As they are, normalised, and in local contrast on either scale.
    assert calls["transform"].count(n) == 4
    assert calls["fit"].count(n) == 2  # of the views, and of the rung of its own


def test_a_ladder_within_a_budget_says_what_it_left_out(digits):
    ladder = climb(digits, rungs=["mean-dot", "softmax", "scattering-pairs"], budget=0.4)
    assert ladder.rungs[0].name == "mean-dot"
    assert {rung.name for rung in ladder.rungs} | {rung.name for rung in ladder.skipped} == {
        "mean-dot", "softmax", "scattering-pairs"
    }  # fmt: skip
    for rung in ladder.skipped:
        assert rung.estimated > rung.left
    assert [rung["name"] for rung in ladder.to_dict()["skipped"]] == [
        rung.name for rung in ladder.skipped
    ]


def test_a_budget_too_short_for_anything_is_refused(digits):
    with pytest.raises(LinocutError, match="too short for any rung"):
        climb(digits, rungs=["scattering-pairs"], budget=1e-6)
    with pytest.raises(LinocutError, match="budget=-1"):
        climb(digits, budget=-1)


def test_steps_add_up_to_the_difference_in_accuracy(digits):
    ladder = climb(digits, rungs=["nearest-mean", "least-squares", "softmax"])
    for step, (a, b) in zip(
        ladder.steps(digits.test.labels),
        [(ladder.rungs[0], ladder.rungs[1]), (ladder.rungs[1], ladder.rungs[2])],
        strict=True,
    ):
        assert len(step.gained) - len(step.lost) == b.test.correct - a.test.correct
        assert (step.before, step.name) == (a.name, b.name)
        assert not set(step.gained) & set(step.lost)


def test_the_recommended_rung_is_the_smallest_within_one_standard_error(digits):
    from dataclasses import replace

    rung = climb(digits, rungs=["nearest-mean"]).rungs[0]

    def made(name, accuracy, parameters):
        return replace(
            rung, name=name, validation_accuracy=accuracy, validation_rows=400,
            parameters=parameters,
        )  # fmt: skip

    rungs = (made("poor", 0.90, 10), made("small", 0.955, 100), made("big", 0.96, 10_000))
    assert Ladder("d", rungs).recommended.name == "small"  # 0.96 ± 0.0098
    rungs = (*rungs[:2], made("best", 0.985, 10_000))
    assert Ladder("d", rungs).recommended.name == "best"  # 0.985 ± 0.0061


def test_rungs_that_need_an_extra_are_named_when_it_is_absent(monkeypatch):
    module = importlib.import_module("linocut.ladder.standard_recipes")
    monkeypatch.setattr(module, "neural_available", lambda: False)
    assert "lenet" not in [each.name for each in recipes()]
    with pytest.raises(LinocutError, match=r"'lenet' needs.*linocut\[neural\]"):
        recipes(["lenet"])


def test_images_too_small_for_a_rung_are_named(need_extra):
    need_extra("torch")
    tiny = load_dataset("digits", size=(6, 6))
    with pytest.raises(LinocutError, match="lenet: it needs images of at least 8 pixels"):
        climb(tiny, rungs=["lenet"])


def test_seeds_draw_other_validation_rows_and_other_copies(digits):
    one, other = (climb(digits, rungs=["scattering-copies"], seed=s).rungs[0] for s in (1, 2))
    assert one.validation_accuracy != other.validation_accuracy
    assert (one.probabilities != other.probabilities).any()
