"""linocut: its estimators with a tolerance that they prove."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.race.contenders.base import Contender, tolerances
from benchmarks.race.task import Features, Task, Weights
from linocut.models import OneVsRestRegression, SoftmaxRegression

TOLERANCES = (3.0, 1.0, 0.3, 0.1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7)


class Linocut(Contender):
    """Bytes stay bytes: where the features are rows times a unit, C takes the unit up."""

    name = "linocut"
    package = "linocut"
    ladder = tolerances(TOLERANCES)

    @property
    def version(self) -> str:
        from linocut import __version__

        return __version__

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        model = OneVsRestRegression if task.one_vs_rest else SoftmaxRegression
        unit = task.unit or 1.0
        # W x u = (u W) x, and ‖W‖² = ‖u W‖²/u²: the same problem with C u² on the rows themselves.
        features = self._features(task)
        fitted = model(C=task.C * unit**2, max_iter=10_000, **options).fit(features.X, task.y)
        # A fit ends before its tolerance only where its arithmetic does.
        return Weights(
            fitted.coef_ / unit, fitted.intercept_, features, finished=not fitted.converged_
        )

    def reference(self, task: Task, dtype: np.dtype[Any]) -> Weights:
        """Find the optimum of the features of a float type, before the race."""
        model = OneVsRestRegression if task.one_vs_rest else SoftmaxRegression
        features = task.features(dtype)
        fitted = model(C=task.C, max_iter=10_000, tol=task.tolerance).fit(features.X, task.y)
        return Weights(fitted.coef_, fitted.intercept_, features)

    def _features(self, task: Task) -> Features:
        if task.unit:
            # To tell the accuracy afterwards, new rows are read as everybody's are.
            return Features(task.rows, lambda new: _rows(new) * np.float32(task.unit))
        return task.features(self.dtype)


def _rows(new: Any) -> Any:
    return new.reshape(len(new), -1) if isinstance(new, np.ndarray) else new
