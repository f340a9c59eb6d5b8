"""The order in which rungs are made, and what they are called."""

from __future__ import annotations

import time

from linocut.data import load_dataset
from linocut.ladder import RECIPES, Estimates, climb, plan, recipes
from linocut.ladder.budget import Budget, in_turn, that_fit


def test_the_likely_best_are_made_before_the_rest_and_stand_in_the_order_of_the_ladder():
    made = []
    names = ["softmax", "pca-quadratic", "scattering"]
    ladder = climb(load_dataset("digits"), rungs=names, on_rung=lambda rung: made.append(rung.name))
    assert made == ["softmax", "scattering", "pca-quadratic"]
    assert [rung.name for rung in ladder.rungs] == names


def test_what_there_was_no_time_for_comes_with_the_budget_that_brings_it():
    names = ["mean-dot", "random-layer", "scattering-pairs"]
    ladder = climb(load_dataset("digits"), rungs=names, budget=0.2)
    assert "scattering-pairs" in [rung.name for rung in ladder.late]
    assert ladder.budget_for_all >= sum(rung.estimated for rung in ladder.late)


def costing(**seconds):
    return lambda recipe: seconds.get(recipe.name.replace("-", "_"), 1.0)


def test_the_likely_best_has_the_first_claim_to_the_time():
    names = ["softmax", "pca-quadratic", "scattering", "scattering-copies", "scattering-pairs"]
    wanted = in_turn(recipes(names))
    cost = costing(scattering_pairs=50.0, scattering_copies=30.0, scattering=10.0)

    def kept(seconds):
        return {recipe.name for recipe in that_fit(wanted, cost, seconds)}

    assert kept(100) == set(names)
    assert kept(51) == {"scattering-pairs", "softmax"}
    assert kept(49) == {"scattering-copies", "scattering", "softmax", "pca-quadratic"}
    assert kept(10) == {"scattering"}
    assert kept(0.5) == set()


def test_the_best_that_fits_is_made_although_cheap_ones_come_first():
    wanted = in_turn(recipes(["softmax", "scattering", "scattering-pairs", "fourier"]))
    assert [recipe.name for recipe in wanted] == [
        "softmax", "scattering-pairs", "scattering", "fourier"
    ]  # fmt: skip

    class Fixed:
        seconds = staticmethod(costing(scattering_pairs=50.0, softmax=20.0))

    def first(seconds, waiting=wanted):
        budget = Budget(time.perf_counter() + seconds, Fixed())
        recipe = budget.next_of(waiting)
        return recipe and recipe.name

    assert first(200) == "softmax"
    assert first(60) == "scattering-pairs"  # softmax would take the time from it
    assert first(30) == "scattering"  # the best that fits, before softmax can take too long
    assert first(50.5) == "scattering-pairs"
    assert first(0.5) is None


def test_a_plan_keeps_to_its_seconds():
    digits = load_dataset("digits")
    wanted = recipes(["mean-dot", "softmax", "fourier", "scattering", "scattering-copies"])
    estimates = Estimates(digits)
    everything = plan(wanted, digits, None, estimates)
    assert set(everything.names) == {recipe.name for recipe in wanted}
    cut = plan(wanted, digits, everything.seconds / 2, estimates)
    assert cut.seconds <= everything.seconds / 2
    assert "scattering-copies" in cut.names


def test_short_names_are_short_and_tell_the_rungs_apart():
    short = [recipe.short for recipe in RECIPES]
    assert len(set(short)) == len(short)
    assert max(map(len, short)) <= 22
