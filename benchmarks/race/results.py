"""What a race leaves behind, as plain data: every run, and who did not run and why."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

FLOOR = 1e-9  # relative distances below this are rounding, of the objective and of the optimum
OURS = "linocut"  # stopped after some steps, as the others are
PROVED = "linocut, with its proof"


@dataclass(frozen=True)
class Run:
    """One fit: from the user's rows to weights."""

    task: str
    contender: str
    setting: str
    step: int  # place of the setting on its ladder
    repeat: int
    seconds: float
    value: float
    dtype: str
    accuracy: float | None = None


@dataclass(frozen=True)
class Optimum:
    """The optimum of a task's features in one float type."""

    dtype: str
    value: float
    lower: float
    seconds: float


@dataclass(frozen=True)
class TaskNote:
    """What a reader needs to know of a task."""

    name: str
    title: str
    rows: int
    features: int
    classes: int
    C: float
    loss: str
    exact: bool  # one optimum for all float types
    optima: list[Optimum]

    @property
    def heading(self) -> str:
        return f"{self.title} ({self.rows:,} × {self.features:,}, {self.classes:,} classes)"


@dataclass(frozen=True)
class Absence:
    """Why a contender did not run, or not with all its settings."""

    task: str
    contender: str
    reason: str
    partly: bool = False


@dataclass(frozen=True)
class Mark:
    """The median over repeats at one setting."""

    setting: str
    seconds: float
    distance: float
    accuracy: float | None
    repeats: int


@dataclass
class Race:
    """Everything."""

    environment: dict[str, str]
    versions: dict[str, str]
    tasks: list[TaskNote] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    warm_up: dict[str, float] = field(default_factory=dict)  # task/contender: seconds

    def best_value(self, task: TaskNote, dtype: str) -> float:
        """Return the lowest objective that anybody reached: what distances are measured from."""
        reached = [
            run.value
            for run in self.runs
            if run.task == task.name and (task.exact or run.dtype == dtype)
        ]
        found = [each.value for each in task.optima if task.exact or each.dtype == dtype]
        return min(reached + found)

    def contenders(self, task: TaskNote) -> list[str]:
        """Return who ran, in the order of the contenders."""
        ran = {run.contender for run in self.runs if run.task == task.name}
        return [name for name in self.versions if name in ran]

    def curve(self, task: TaskNote, contender: str) -> list[Mark]:
        """Return the contender's settings, in the order of its ladder."""
        mine = [run for run in self.runs if (run.task, run.contender) == (task.name, contender)]
        marks = []
        for step in sorted({run.step for run in mine}):
            runs = [run for run in mine if run.step == step]
            best = self.best_value(task, runs[0].dtype)
            marks.append(
                Mark(
                    runs[0].setting,
                    statistics.median(run.seconds for run in runs),
                    max(statistics.median(run.value for run in runs) / best - 1, FLOOR),
                    runs[0].accuracy,
                    len(runs),
                )
            )
        return marks

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Race:
        data = json.loads(path.read_text(encoding="utf-8"))
        for task in data["tasks"]:
            task["optima"] = [Optimum(**each) for each in task["optima"]]
        data["tasks"] = [TaskNote(**each) for each in data["tasks"]]
        data["runs"] = [Run(**each) for each in data["runs"]]
        data["absences"] = [Absence(**each) for each in data["absences"]]
        return cls(**data)


def first_to(curve: list[Mark], target: float) -> Mark | None:
    """Return the quickest measured setting that reaches a distance.

    Examples
    --------
    >>> curve = [Mark("a", 1.0, 1e-2, None, 3), Mark("b", 4.0, 1e-4, None, 3)]
    >>> first_to(curve, 1e-3).setting
    'b'
    """
    return min(
        (mark for mark in curve if mark.distance <= target),
        key=lambda mark: mark.seconds,
        default=None,
    )


def least_seconds(curve: list[Mark], target: float) -> float:
    """Return the seconds to a distance between two settings, log-log; inf if never reached.

    In the contender's favour: the measured setting that reaches it takes longer.

    Examples
    --------
    >>> least_seconds([Mark("a", 1.0, 1e-2, None, 3), Mark("b", 4.0, 1e-4, None, 3)], 1e-3)
    2.0
    """
    hit = first_to(curve, target)
    if hit is None:
        return np.inf
    least = hit.seconds
    for before, after in pairwise(sorted(curve, key=lambda mark: mark.seconds)):
        if before.distance > target >= after.distance:
            far, near = np.log(before.distance), np.log(after.distance)
            share = (far - np.log(target)) / (far - near)
            between = before.seconds * (after.seconds / before.seconds) ** share
            least = min(least, float(between))
    return round(least, 6)
