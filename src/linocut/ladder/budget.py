"""How much of the ladder the time allows, and what is to be left out if not all fits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.ladder.estimating import Estimates
from linocut.ladder.recipe import Recipe, Turn

PRIOR = 1.0  # seconds as estimated that count as climbed: tiny rungs must not decide alone
OFF = 2.0  # times that an estimate may be wrong by
FURTHEST = 3.0  # times that what was climbed may correct an estimate by


@dataclass
class Budget:
    """Seconds for a climb, and what rungs are estimated to take of them.

    How far estimates were off so far corrects those to come: the machine may have got busier, or
    the images need more passes than most.

    Attributes
    ----------
    deadline : float
        On the clock of ``time.perf_counter``; infinite if there is no limit.
    estimates : Estimates or None
        None where there is no limit, so that nothing need be estimated.
    """

    deadline: float
    estimates: Estimates | None = None
    _estimated: float = 0.0
    _taken: float = 0.0

    @classmethod
    def of(
        cls,
        seconds: float | None,
        dataset: ImageDataset,
        recipes: Iterable[Recipe] = (),
        estimates: Estimates | None = None,
    ) -> Budget:
        """Estimate what recipes take, if there is a limit, and then start the clock.

        Raises
        ------
        LinocutError
            If the budget is not above zero.
        """
        if seconds is not None and not seconds > 0:
            raise LinocutError(f"budget={seconds!r} — a number of seconds above zero")
        if seconds is None:
            return cls(np.inf)
        estimates = estimates or Estimates(dataset)
        for recipe in recipes:
            estimates.seconds(recipe)
        return cls(time.perf_counter() + seconds, estimates)

    @property
    def seconds(self) -> float:
        """Seconds left."""
        return self.deadline - time.perf_counter()

    def estimate(self, recipe: Recipe, done: float = 0.0) -> float:
        """Return the seconds that a rung is likely to take here, less those done for others."""
        if self.estimates is None:
            return 0.0
        off = (self._taken + PRIOR) / (self._estimated + PRIOR)
        off = float(np.clip(off, 1 / FURTHEST, FURTHEST))
        whole = off * self.estimates.seconds(recipe)
        return max(0.1 * whole, whole - done)

    def learn(self, recipe: Recipe, seconds: float) -> None:
        """Take note of what a rung took, work done for others included."""
        if self.estimates is not None:
            self._taken += seconds
            self._estimated += self.estimates.seconds(recipe)

    def next_of(
        self, waiting: Sequence[Recipe], done: Callable[[Recipe], float] = lambda _: 0.0
    ) -> Recipe | None:
        """Return which of the recipes, in the order of making, comes next; None if none fits.

        The likely best one comes at once where it might no longer fit after those before it.
        """
        if self.estimates is None:
            return next(iter(waiting), None)
        cost = {recipe.name: self.estimate(recipe, done(recipe)) for recipe in waiting}
        fitting = that_fit(waiting, lambda recipe: cost[recipe.name], self.seconds)
        best = next((recipe for recipe in fitting if recipe.turn is Turn.LIKELY_BEST), None)
        until = 0.0
        for recipe in waiting:
            if recipe in fitting:
                until += cost[recipe.name]
            if recipe is best and OFF * until > self.seconds:
                return best
        return next((recipe for recipe in waiting if recipe in fitting), None)


@dataclass(frozen=True)
class Plan:
    """What a climb is likely to come to, before it begins.

    Attributes
    ----------
    names : tuple of str
        The rungs that there is likely to be time for, in the order they are made in.
    seconds : float
        What they take together, each as if it were alone.
    """

    names: tuple[str, ...]
    seconds: float


def in_turn(recipes: Iterable[Recipe]) -> tuple[Recipe, ...]:
    """Return recipes, given as on the ladder, in the order they are made in.

    Cheap ones, the likely best from the last on the ladder down, the rest.
    """
    recipes = tuple(recipes)
    best = [recipe for recipe in recipes if recipe.turn is Turn.LIKELY_BEST]
    others = [recipe for recipe in recipes if recipe.turn is not Turn.LIKELY_BEST]
    return tuple(sorted((*reversed(best), *others), key=lambda recipe: recipe.turn))


def that_fit(
    recipes: Iterable[Recipe], cost: Callable[[Recipe], float], seconds: float
) -> list[Recipe]:
    """Return those that there is time for, if the likely best have the first choice.

    Recipes are in the order of making, of which the likely best come second.
    """
    kept = list[Recipe]()
    for recipe in sorted(recipes, key=lambda recipe: recipe.turn is not Turn.LIKELY_BEST):
        if cost(recipe) <= seconds:
            kept.append(recipe)
            seconds -= cost(recipe)
    return kept


def plan(
    recipes: Iterable[Recipe],
    dataset: ImageDataset,
    seconds: float | None,
    estimates: Estimates | None = None,
) -> Plan:
    """Estimate which of the recipes a budget has time for, and how long they take.

    Parameters
    ----------
    recipes : iterable of Recipe
        In the order of the ladder.
    dataset : ImageDataset
        Its images decide how long it takes.
    seconds : float or None
        The budget; None for no limit.
    estimates : Estimates, optional
        For that dataset; measured if not given.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.ladder import recipes
    >>> plan(recipes(["mean-dot", "softmax"]), load_dataset("digits"), None).names
    ('mean-dot', 'softmax')
    """
    ordered, estimates = in_turn(recipes), estimates or Estimates(dataset)
    left = np.inf if seconds is None else seconds
    fitting = that_fit(ordered, estimates.seconds, left)
    names = tuple(recipe.name for recipe in ordered if recipe in fitting)
    return Plan(names, sum(map(estimates.seconds, fitting)))
