"""skglm: a data fit plus a penalty; its logistic data fit is binary, so one class at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.race.contenders.base import Contender, counted
from benchmarks.race.task import Task, Weights


class Skglm(Contender):
    """Its proximal Newton method: its L-BFGS fits no intercept."""

    name = "skglm ProxNewton, float32"
    package = "skglm"
    ladder = counted("max_iter", (1, 2, 3, 4, 6, 8, 12, 16, 24, 32))

    def refusal(self, task: Task, limit: float) -> str | None:
        return None if task.one_vs_rest else "has no softmax loss"

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        from skglm import GeneralizedLinearEstimator
        from skglm.datafits import Logistic
        from skglm.penalties import L1_plus_L2
        from skglm.solvers import ProxNewton

        features = task.features(self.dtype)
        X = np.asfortranarray(features.X)  # it walks along columns
        ones = []
        for k in range(task.n_classes):
            model = GeneralizedLinearEstimator(
                Logistic(),
                L1_plus_L2(alpha=1 / (task.C * len(task.y)), l1_ratio=0.0),
                ProxNewton(tol=1e-10, **options),
            )
            ones.append(model.fit(X, np.where(task.y == k, 1, -1)))
        W = np.vstack([np.ravel(one.coef_) for one in ones])
        b = np.array([np.ravel(one.intercept_)[0] for one in ones])
        finished = max(int(np.max(one.n_iter_)) for one in ones) < options["max_iter"]
        return Weights(W, b, features, finished)


SOLVERS = (Skglm(),)
