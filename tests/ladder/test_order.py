"""The order in which rungs are made, and what they are called."""

from __future__ import annotations

from linocut.data import load_dataset
from linocut.ladder import RECIPES, climb, plan, recipes


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


def test_a_plan_has_the_cheap_and_the_likely_best_first():
    digits = load_dataset("digits")
    everything = plan(recipes(), digits, None)
    assert set(everything.names) == {recipe.name for recipe in recipes()}
    cut = plan(recipes(), digits, everything.seconds / 2)
    assert cut.seconds <= everything.seconds / 2
    assert {"softmax", "scattering", "scattering-copies"} <= set(cut.names)
    assert "lenet" not in cut.names


def test_short_names_are_short_and_tell_the_rungs_apart():
    short = [recipe.short for recipe in RECIPES]
    assert len(set(short)) == len(short)
    assert max(map(len, short)) <= 22
