"""What a contender is: a name, a ladder of settings, and one way from rows to weights."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from benchmarks.race.task import Task, Weights


@dataclass(frozen=True)
class Setting:
    """One rung of a contender's ladder.

    Attributes
    ----------
    name : str
        As the option is written.
    options : dict
        What the contender's fit is given.
    work : float
        Expected cost in any unit, to foresee the seconds of the next setting.
    """

    name: str
    options: dict[str, Any] = field(hash=False)
    work: float


class Contender:
    """Fits a task at a setting; everything inside `fit` is timed."""

    name: str
    package: ClassVar[str]  # the distribution that is raced
    ladder: tuple[Setting, ...]
    dtype: np.dtype[Any] = np.dtype(np.float32)

    @property
    def version(self) -> str:
        return importlib.metadata.version(self.package)

    def refusal(self, task: Task, limit: float) -> str | None:
        """Tell why the task is not for this contender; None if it is."""
        return None

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        """Go from the rows of a task that is not refused to weights."""
        raise NotImplementedError  # what refuses every task has no other


def counted(option: str, values: Iterable[int]) -> tuple[Setting, ...]:
    """Make a ladder of an option that counts iterations."""
    return tuple(Setting(f"{option}={value}", {option: value}, value) for value in values)


def tolerances(values: Iterable[float]) -> tuple[Setting, ...]:
    """Make a ladder of tolerances; each is foreseen to cost half as much again as the last."""
    return tuple(
        Setting(f"tol={value:g}", {"tol": value}, 1.5**step) for step, value in enumerate(values)
    )


# Steps of √2: a contender is charged at most 40 % more than it needed.
STEPS = (10, 18, 25, 35, 50, 70, 100, 140, 200, 280, 400, 560, 800, 1130, 1600, 2260, 3200)
NEVER = 1e-14  # a tolerance that is not reached: the number of steps decides
