"""scikit-learn's answer to the same problem with an L1 penalty, by its one solver for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

from linocut.solve import Objective
from support.problems import Floats, plain_value


def saga(X: Any, y: Any, w: Any = None, **parameters: Any) -> tuple[Floats, Floats]:
    """Fit LogisticRegression by saga to the last digit; weights as one row a class."""
    if tuple(map(int, sklearn.__version__.split(".")[:2])) < (1, 8):
        parameters["penalty"] = "elasticnet"  # from 1.8 on, l1_ratio alone says it
    model = LogisticRegression(solver="saga", tol=1e-11, max_iter=200_000, **parameters)
    model.fit(X, y, w)
    W, b = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        W, b = np.vstack([-W, W]) / 2, np.r_[-b, b] / 2
    return W, b


def plain_sparse_value(objective: Objective, l1: float, W: Floats, b: Floats) -> float:
    """The definition, without blocks."""
    return plain_value(objective, W, b) + l1 * float(np.abs(W).sum())
