"""Whether an optimum exists at all, where nothing is penalised.

If some weights give every row of every class a margin that is not negative, and some row a
positive one, then longer weights in that direction always have less loss: there is no optimum
(Albert & Anderson, "On the existence of maximum likelihood estimates in logistic regression
models", 1984). Otherwise there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core.blocks import Matrix
from linocut.solve.losses import Loss
from linocut.solve.objective import Objective, Point, targets
from linocut.solve.products import scores

Floats = NDArray[np.float64]

LARGEST_PROGRAM = 1_000_000  # entries of the linear program's matrix


def separates(objective: Objective, point: Point) -> bool:
    """Tell whether all rows have a positive margin at the point: half a pass.

    For one-vs-rest, whether all rows have in the score of any one class.
    """
    task = AllRight(point.W, point.b, objective.loss)
    return bool(np.any(np.all(list(objective.blocks.astype(np.float64).map(task)), axis=0)))


@dataclass(frozen=True, eq=False)
class AllRight:
    """The task of `separates`: whether each class's score, or all, has all rows on its side."""

    W: Floats
    b: Floats
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> NDArray[np.bool_]:
        """See `Task`."""
        Z = scores(X, self.W, self.b)
        rounding = 1e-10 * np.abs(Z).max()
        Y = targets(y, len(self.W)) > 0
        if not self.loss.shift_invariant:
            return np.asarray(np.all(np.where(Y, Z, -Z) > rounding, axis=1))
        true, best_other = np.where(Y, Z, np.inf).min(axis=0), np.where(Y, -np.inf, Z).max(axis=0)
        return np.array([np.all(true - best_other > rounding)])


def optimum_exists(objective: Objective) -> bool | None:
    """Tell by a linear program whether there is an optimum; None if it would be too large.

    The program seeks weights between −1 and 1 with the largest sum of margins, none of them
    negative: that sum is zero if and only if an optimum exists (Konis, 2007).
    """
    n, d = objective.blocks.shape
    K, softmax = objective.n_classes, objective.loss.shift_invariant
    if n * (K - 1 if softmax else 1) * (2 if softmax else 1) * d > LARGEST_PROGRAM:
        return None
    rows = objective.blocks.brought(np.arange(n))
    X = rows.astype(np.float64).dense(np.arange(n))
    y = rows.y
    assert y is not None
    X = X / np.maximum(np.abs(X).max(axis=0), 1e-300)
    if objective.fit_intercept:
        X = np.column_stack([X, np.ones(n)])
    if softmax:
        return _no_direction(_margins(X, y, K))
    signs = 2 * targets(y, K) - 1
    return all(_no_direction(sparse.csr_array(X * sign[:, None])) for sign in signs)


def _margins(X: Floats, y: NDArray[np.int64], n_classes: int) -> sparse.csr_array:
    """Return the rows that, times the weights as one vector, are the margins of all images."""
    X_ = sparse.csr_array(X)
    parts = []
    for k in range(n_classes):
        mine = X_[np.flatnonzero(y == k)]
        for other in range(n_classes):
            if other == k:
                continue
            row = [None] * n_classes
            row[k], row[other] = mine, -mine
            blank = sparse.csr_array(mine.shape)
            parts.append(sparse.hstack([blank if part is None else part for part in row]))
    return sparse.csr_array(sparse.vstack(parts))


def _no_direction(M: sparse.csr_array) -> bool:
    from scipy.optimize import linprog  # loads much

    found = linprog(
        -np.asarray(M.sum(axis=0)).ravel(),
        A_ub=-M,
        b_ub=np.zeros(M.shape[0]),
        bounds=(-1, 1),
        method="highs",
    )
    return bool(found.status == 0 and -found.fun <= 1e-7 * M.shape[0])
