"""scikit-learn-intelex: scikit-learn's interface to oneDAL."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import DTypeLike
from sklearn.multiclass import OneVsRestClassifier

from benchmarks.race.contenders.base import NEVER, STEPS, Contender, counted
from benchmarks.race.task import Task, Weights


class OneDAL(Contender):
    """Its lbfgs. A fit that it hands back to scikit-learn is a failure, not a result."""

    package = "scikit-learn-intelex"
    ladder = counted("max_iter", STEPS)

    def __init__(self, dtype: DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self.name = f"scikit-learn-intelex lbfgs, {self.dtype}"

    def fit(self, task: Task, options: dict[str, Any]) -> Weights:
        from sklearnex.linear_model import LogisticRegression

        features = task.features(self.dtype)
        model = LogisticRegression(C=task.C, tol=NEVER, **options)
        with _Watch() as watch:
            if task.one_vs_rest:
                model = OneVsRestClassifier(model)
            model.fit(features.X, task.y)
        if watch.handed_back:
            raise NotImplementedError("hands such a fit back to scikit-learn")
        fits = model.estimators_ if task.one_vs_rest else [model]
        return Weights(
            np.vstack([one.coef_ for one in fits]),
            np.concatenate([one.intercept_ for one in fits]),
            features,
            finished=all(int(np.max(one.n_iter_)) < options["max_iter"] for one in fits),
        )


class _Watch(logging.Handler):
    """Listens to whether a fit ran in oneDAL."""

    def __enter__(self) -> _Watch:
        self.handed_back = False
        self.logger = logging.getLogger("sklearnex")
        self.before = self.logger.level, self.logger.propagate, self.logger.handlers[:]
        self.logger.handlers[:] = [self]
        self.logger.propagate = False
        self.logger.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        level, self.logger.propagate, self.logger.handlers[:] = self.before
        self.logger.setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        self.handed_back |= "fallback" in record.getMessage()


SOLVERS = (OneDAL(np.float32), OneDAL(np.float64))
