"""scikit-learn's LogisticRegression: its solvers for the softmax, and one class at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from joblib import parallel_backend
from numpy.typing import DTypeLike
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from threadpoolctl import threadpool_limits

from benchmarks.race.contenders.base import NEVER, STEPS, Contender, Setting, counted
from benchmarks.race.task import Features, Task, Weights

EPOCHS = counted("max_iter", (2, 5, 10, 20, 40, 80, 120, 160, 240, 320, 480, 640))
NEWTON_STEPS = counted("max_iter", (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15))
NEWTON_CG_STEPS = counted("max_iter", (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 26, 32, 40, 50))
SPEED = 1e11  # operations a second, generously, to foresee a Hessian
MOST_MEMORY = 4e9  # bytes of a Hessian


class ScikitLearn(Contender):
    """The solvers of the softmax; for one-vs-rest K binary fits, two at a time in threads."""

    package = "scikit-learn"

    def __init__(self, solver: str, dtype: DTypeLike, ladder: tuple[Setting, ...]) -> None:
        self.solver, self.dtype, self.ladder = solver, np.dtype(dtype), ladder
        self.name = f"scikit-learn {solver}, {self.dtype}"

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        features = task.features(self.dtype)
        model = self._model(task, {"tol": NEVER, **options})
        if task.one_vs_rest:
            return _one_vs_rest(model, features, task, options)
        model.fit(features.X, task.y)
        W, b = model.coef_, model.intercept_
        return Weights(W, b, features, _finished(model, options))

    def _model(self, task: Task, options: dict[str, Any]) -> LogisticRegression:
        return LogisticRegression(C=task.C, solver=self.solver, random_state=0, **options)


class NewtonCholesky(ScikitLearn):
    """Newton's method with the whole Hessian."""

    def refusal(self, task: Task, limit: float) -> str | None:
        n, d = task.shape
        K = 1 if task.one_vs_rest else task.n_classes
        size = float((d + 1) * K) ** 2 * self.dtype.itemsize
        if size > MOST_MEMORY:
            return f"one Hessian takes {size / 1e9:,.0f} GB"
        seconds = n * float(d + 1) ** 2 * K * (K + 1) / SPEED
        seconds *= task.n_classes if task.one_vs_rest else 1
        return f"one Hessian takes about {seconds:,.0f} s" if seconds > limit else None


class Liblinear(ScikitLearn):
    """One class at a time; liblinear penalises the intercept, hence the scaling.

    It holds the intercept as the weight of one more column of that constant, so the penalty on it
    is divided by the constant's square.
    """

    def refusal(self, task: Task, limit: float) -> str | None:
        return None if task.one_vs_rest else "has no softmax"

    def _model(self, task: Task, options: dict[str, Any]) -> LogisticRegression:
        del options["tol"]
        return LogisticRegression(
            C=task.C,
            solver="liblinear",
            intercept_scaling=100,
            random_state=0,
            tol=1e-10,
            **options,
        )


def _one_vs_rest(
    model: LogisticRegression, features: Features, task: Task, options: dict[str, Any]
) -> Weights:
    # Two fits at once with a thread each are quicker than one after the other with two.
    with parallel_backend("threading", n_jobs=2), threadpool_limits(1):
        fitted = OneVsRestClassifier(model, n_jobs=2).fit(features.X, task.y)
    W = np.vstack([one.coef_ for one in fitted.estimators_])
    b = np.concatenate([one.intercept_ for one in fitted.estimators_])
    return Weights(W, b, features, all(_finished(one, options) for one in fitted.estimators_))


def _finished(model: LogisticRegression, options: dict[str, Any]) -> bool:
    return int(np.max(model.n_iter_)) < options["max_iter"]


SOLVERS = (
    ScikitLearn("lbfgs", np.float32, counted("max_iter", STEPS)),
    ScikitLearn("lbfgs", np.float64, counted("max_iter", STEPS)),
    ScikitLearn("newton-cg", np.float32, NEWTON_CG_STEPS),
    ScikitLearn("newton-cg", np.float64, NEWTON_CG_STEPS),
    NewtonCholesky("newton-cholesky", np.float64, NEWTON_STEPS),
    ScikitLearn("saga", np.float32, EPOCHS),
    Liblinear("liblinear", np.float64, counted("max_iter", (2, 3, 4, 5, 6, 8, 10, 14, 20, 28))),
)
