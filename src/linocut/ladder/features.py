"""From training images to the rows that a rung is fitted on, each piece of work done once."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from linocut.core.steps import kind_of
from linocut.ladder.recipe import Steps

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Done:
    """Rows as some fitted steps make them, and the seconds that it took."""

    steps: Steps
    rows: Any
    seconds: float


@dataclass
class SharedWork:
    """What several rungs need: the training images after steps that treat each image on its own.

    Whoever takes a result from here is told the seconds that it took to make, so that a rung's
    time is what it would be alone.
    """

    images: Array
    _kept: dict[str, Done] = field(default_factory=dict)

    def after(self, steps: Steps, *, keep: bool) -> tuple[Steps, Array, float]:
        """Return the fitted steps, what they make of the images, and the seconds it took."""
        done = self.found(steps) or Done([], self.images, 0.0)
        for position in range(len(done.steps), len(steps)):
            began = time.perf_counter()
            made = steps[position][1].fit_transform(done.rows)
            seconds = done.seconds + time.perf_counter() - began
            done = Done([*done.steps, steps[position]], made, seconds)
            if keep:
                self.put(done)
        return done.steps, done.rows, done.seconds

    def found(self, steps: Steps) -> Done | None:
        """Return what was kept of the most of these steps; None if of none."""
        for count in range(len(steps), 0, -1):
            kept = self._kept.get(chain_name(steps[:count]))
            if kept is not None:
                return kept
        return None

    def put(self, done: Done) -> None:
        """Keep what others will need."""
        self._kept[chain_name(done.steps)] = done

    def forget_all_but(self, chains: Sequence[Steps]) -> None:
        """Drop what none of these chains of steps begins with."""
        wanted = {
            chain_name(steps[:count]) for steps in chains for count in range(1, len(steps) + 1)
        }
        for name in [name for name in self._kept if name not in wanted]:
            del self._kept[name]


@dataclass
class TrialFeatures:
    """Make the features of a trial: where it is of all images, for the rungs that need them, too.

    What steps learn of all images, they learn of those that the trial judges by, too, as in a rung.

    Attributes
    ----------
    shared : SharedWork
        Of the training images.
    seconds : float
        Spent just now on what is shared.
    shared_seconds : float
        What that took to make, whenever it was.
    """

    shared: SharedWork
    seconds: float = 0.0
    shared_seconds: float = 0.0

    def __call__(self, steps: Steps, rows: NDArray[np.intp]) -> Any:
        """Return what unfitted steps make of the images of some rows."""
        images = self.shared.images
        if len(rows) < len(images):
            return transformed(steps, images[rows])
        began = time.perf_counter()
        _, made, seconds = self.shared.after(steps, keep=True)
        self.seconds += time.perf_counter() - began
        self.shared_seconds += seconds
        return made[rows]


def chain_name(steps: Steps) -> str:
    """Return a name that equal chains of unfitted steps share, and different ones do not."""
    return " | ".join(_step_name(step) for _, step in steps)


_names = WeakKeyDictionary[Any, str]()


def _step_name(step: Any) -> str:
    """Return what a step of a chain is called: nobody changes its parameters any more."""
    if step not in _names:  # to write it out takes longer than much that it stands for
        # all of it: scikit-learn leaves out the middle of long ones, where two views may differ
        _names[step] = step.__repr__(N_CHAR_MAX=math.inf)
    return _names[step]


def fixed_part(steps: Steps) -> int:
    """Count the first steps that learn (nearly) nothing: those need be done only once."""
    for count, (_, step) in enumerate(steps):
        if not kind_of(step).fixed:
            return count
    return len(steps)


def common_part(chains: Sequence[Steps]) -> int:
    """Count the first steps that all chains share."""
    shortest = min(len(chain) for chain in chains)
    for count in range(shortest):
        if len({chain_name(chain[: count + 1]) for chain in chains}) > 1:
            return count
    return shortest


def transformed(steps: Steps, X: Any) -> Any:
    """Fit the steps one after the other and return what the last one makes."""
    for _, step in steps:
        X = step.fit_transform(X)
    return X
