"""linocut: stopped after some steps, as the others are, and stopped by its own proof."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.race.contenders.base import Contender, Setting, tolerances
from benchmarks.race.results import OURS, PROVED
from benchmarks.race.task import Features, Task, Weights
from linocut.models import OneVsRestRegression, SoftmaxRegression

STEPS = (*range(2, 20), 22, 24, 27, 30, 33, 36, 40, 45, 50, 60, 70, 100, 140, 200, 280, 400)
FEW = 15  # steps, after which a proof of 1e-2 would end the fit
TOLERANCES = (3.0, 1.0, 0.3, 0.1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7)


class Linocut(Contender):
    """Bytes stay bytes: where the features are rows times a unit, C takes the unit up."""

    package = "linocut"

    def __init__(self, name: str, ladder: tuple[Setting, ...]) -> None:
        self.name, self.ladder = name, ladder

    @property
    def version(self) -> str:
        from linocut import __version__

        return __version__

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        return self._fit(task, self._features(task), task.unit or 1.0, **options)

    def reference(self, task: Task, dtype: np.dtype[Any]) -> Weights:
        """Find the optimum of the features of a float type, before the race."""
        if task.unit:  # exact in any type
            return self.fit(task, {"tol": task.tolerance})
        return self._fit(task, task.features(dtype), 1.0, tol=task.tolerance)

    def _fit(
        self,
        task: Task,
        features: Features,
        unit: float,
        *,
        tol: float,
        max_iter: int = 10_000,
    ) -> Weights:
        model = OneVsRestRegression if task.one_vs_rest else SoftmaxRegression
        # W x u = (u W) x, and ‖W‖² = ‖u W‖²/u²: the same problem with C u² on the rows themselves.
        settings = {"C": task.C * unit**2, "tol": tol, "max_iter": max_iter, **self._settings()}
        fitted = model(**settings).fit(features.X, task.y)
        # A fit ends before its tolerance and its last step only where its arithmetic does.
        finished = not fitted.converged_ and fitted.n_iter_ < max_iter
        return Weights(fitted.coef_ / unit, fitted.intercept_, features, finished)

    def _settings(self) -> dict[str, Any]:
        """Return what else the model is told."""
        return {}

    def _features(self, task: Task) -> Features:
        if task.unit:
            # To tell the accuracy afterwards, new rows are read as everybody's are.
            return Features(task.rows, lambda new: task.make(new, self.dtype).X)
        return task.features(self.dtype)


def _steps() -> tuple[Setting, ...]:
    """A step costs what its tolerance makes worth while, so it goes with the number of steps."""
    return tuple(
        Setting(f"max_iter={k}", {"max_iter": k, "tol": 1e-2 if k <= FEW else 1e-7}, k)
        for k in STEPS
    )


REFERENCE = Linocut(PROVED, tolerances(TOLERANCES))
SOLVERS = (Linocut(OURS, _steps()), REFERENCE)
