"""How much of the ladder the time allows: estimate what a rung takes from those before it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.ladder.recipe import Recipe


@dataclass
class Budget:
    """Seconds for a climb.

    What recipes say they cost is true for one machine; how much slower or faster this one is, the
    rungs climbed so far tell.

    Attributes
    ----------
    deadline : float
        On the clock of ``time.perf_counter``; infinite if there is no limit.
    n, pixels : int
        Training images, and pixels of each.
    """

    deadline: float
    n: int
    pixels: int
    _declared: float = 0.0
    _taken: float = 0.0

    @classmethod
    def of(cls, seconds: float | None, dataset: ImageDataset) -> Budget:
        """Start the clock.

        Raises
        ------
        LinocutError
            If the budget is not above zero.
        """
        if seconds is not None and not seconds > 0:
            raise LinocutError(f"budget={seconds!r} — a number of seconds above zero")
        deadline = np.inf if seconds is None else time.perf_counter() + seconds
        return cls(deadline, len(dataset.train), int(np.prod(dataset.train.images.shape[1:])))

    @property
    def seconds(self) -> float:
        """Seconds left."""
        return self.deadline - time.perf_counter()

    def estimate(self, recipe: Recipe) -> float:
        """Return the seconds that a rung is likely to take here."""
        # One second of the other machine keeps the first, tiny rungs from deciding alone.
        speed = (self._taken + 1) / (self._declared + 1)
        return speed * recipe.cost.seconds(self.n, self.pixels)

    def learn(self, recipe: Recipe, seconds: float) -> None:
        """Take note of what a rung took."""
        self._taken += seconds
        self._declared += recipe.cost.seconds(self.n, self.pixels)


@dataclass(frozen=True)
class Plan:
    """What a climb is likely to come to, before it begins.

    Attributes
    ----------
    names : tuple of str
        The rungs that there is likely to be time for, in the order they are made in.
    seconds : float
        What they take together on the machine that recipes know.
    """

    names: tuple[str, ...]
    seconds: float


def in_turn(recipes: Iterable[Recipe]) -> tuple[Recipe, ...]:
    """Return recipes in the order they are made in: cheap ones, the likely best, the rest."""
    return tuple(sorted(recipes, key=lambda recipe: recipe.turn))


def plan(recipes: Iterable[Recipe], dataset: ImageDataset, seconds: float | None) -> Plan:
    """Estimate which of the recipes a budget has time for, and how long they take.

    Parameters
    ----------
    recipes : iterable of Recipe
        In the order of the ladder.
    dataset : ImageDataset
        Its images decide how long it takes.
    seconds : float or None
        The budget; None for no limit.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.ladder import recipes
    >>> plan(recipes(["softmax", "patches", "scattering"]), load_dataset("digits"), 1.0).names
    ('softmax', 'scattering')
    """
    budget = Budget.of(None, dataset)
    names, taken = list[str](), 0.0
    for recipe in in_turn(recipes):
        cost = recipe.cost.seconds(budget.n, budget.pixels)
        if seconds is None or taken + cost <= seconds:
            names.append(recipe.name)
            taken += cost
    return Plan(tuple(names), taken)
