"""Least squares with a ridge in closed form.

minimise  Σ_i w_i ‖W x_i + b − y_i‖² + α ‖W‖²,  y_i the indicator of row i's class
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from linocut.core.blocks import ArrayBlocks, Matrix
from linocut.core.gram import gram_matrix
from linocut.solve.moments import class_sums, indicators

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RidgeSolution:
    """The optimum of the ridge problem.

    Attributes
    ----------
    W, b : float64 arrays, shapes (K, d) and (K,)
        Weights and intercept.
    objective : float
        Mean squared error plus α‖W‖²/Σw at the optimum.
    gradient_norm : float
        Largest absolute entry of that objective's gradient: rounding only.
    """

    W: Floats
    b: Floats
    objective: float
    gradient_norm: float


def solve_ridge(
    blocks: ArrayBlocks,
    y: NDArray[np.int64],
    weights: Floats | None,
    n_classes: int,
    alpha: float,
    *,
    fit_intercept: bool,
) -> RidgeSolution:
    """Solve the ridge problem from its normal equations, or from their dual where n < d.

    Both are formed in float64 from centred rows, which is what keeps their condition in hand.
    With ``alpha`` 0 the solution of least norm is taken.
    """
    n, d = blocks.shape
    sums = class_sums(blocks, y, weights, n_classes)
    mean = sums.mean if fit_intercept else np.zeros(d)
    target = sums.shares if fit_intercept else np.zeros(n_classes)
    XY = sums.rows - np.outer(target, sums.rows.sum(axis=0))
    XY -= np.outer(sums.weight - target * sums.total, mean)
    if n < d:
        X = np.concatenate([_centred(X, mean) for X in blocks.map(lambda rows, X: X)])
        Y = indicators(y, None, n_classes, np.dtype(np.float64)) - target
        if weights is not None:
            X, Y = X * np.sqrt(weights)[:, None], Y * np.sqrt(weights)[:, None]
        W = (X.T @ _solve(X @ X.T, Y, alpha)).T
        W_gram = (W @ X.T) @ X
        W_fit = float(np.square(W @ X.T).sum())
    else:
        gram = gram_matrix(blocks, weights, mean)
        W = _solve(gram, XY.T, alpha).T
        W_gram = W @ gram
        W_fit = float(np.vdot(W_gram, W))
    spread = sums.total - float(2 * target @ sums.weight - sums.total * target @ target)
    error = spread - 2 * float(np.vdot(XY, W)) + W_fit
    gradient = 2 * (W_gram - XY + alpha * W) / sums.total
    return RidgeSolution(
        W,
        target - W @ mean,
        max(error, 0.0) / sums.total + alpha * float(np.vdot(W, W)) / sums.total,
        float(np.abs(gradient).max(initial=0)),
    )


def _centred(X: Matrix, mean: Floats) -> Floats:
    return np.asarray((X.toarray() if sparse.issparse(X) else X) - mean)


def _solve(A: Floats, B: Floats, alpha: float) -> Floats:
    if alpha > 0:
        A = A + alpha * np.eye(len(A))
        try:
            return np.asarray(linalg.solve(A, B, assume_a="pos", check_finite=False))
        except linalg.LinAlgError:
            pass  # alpha is lost in the rounding of A: take the solution of least norm
    return np.asarray(linalg.pinvh(A, check_finite=False) @ B)
