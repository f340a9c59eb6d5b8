"""Least squares with a ridge in closed form.

minimise  Σ_i w_i ‖W x_i + b − y_i‖² + α ‖W‖²,  y_i the indicator of row i's class
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from linocut.core.blas import threads_for_decomposing
from linocut.core.blocks import Blocks, Matrix
from linocut.core.gram import gram_matrix
from linocut.solve.moments import ClassSums, class_sums, indicators

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


@dataclass(frozen=True, eq=False)
class NormalEquations:
    """What the optimum depends on, for any ridge: one reading of the rows.

    Attributes
    ----------
    gram : float64 array, shape (d, d)
        Σ w x xᵀ of the centred rows.
    XY : float64 array, shape (K, d)
        Σ w y xᵀ of the centred rows and indicators.
    mean, target : float64 arrays, shapes (d,) and (K,)
        What rows and indicators were centred by; zeros without an intercept.
    spread, total : float
        Σ w ‖y‖² of the centred indicators, and Σ w.
    """

    gram: Floats
    XY: Floats
    mean: Floats
    target: Floats
    spread: float
    total: float

    @classmethod
    def of(
        cls,
        blocks: Blocks,
        n_classes: int,
        *,
        fit_intercept: bool,
    ) -> NormalEquations:
        """Sum the equations from centred rows, which is what keeps their condition in hand."""
        sums = class_sums(blocks, n_classes)
        mean, target, XY, spread = _centred_sums(sums, fit_intercept)
        return cls(gram_matrix(blocks, mean), XY, mean, target, spread, sums.total)

    def solve(self, alpha: float) -> RidgeSolution:
        """Return the optimum; with ``alpha`` 0 that of least norm."""
        W = _solve(self.gram, self.XY.T, alpha).T
        W_gram = W @ self.gram
        return _solution(self, W, W_gram, float(np.vdot(W_gram, W)), alpha)


def solve_ridge(
    blocks: Blocks,
    n_classes: int,
    alpha: float,
    *,
    fit_intercept: bool,
) -> RidgeSolution:
    """Solve the ridge problem from its normal equations, or from their dual where n < d.

    Both are formed in the blocks' float type from centred rows, and summed in float64.
    With ``alpha`` 0 the solution of least norm is taken.
    """
    n, d = blocks.shape
    if n >= d:
        equations = NormalEquations.of(blocks, n_classes, fit_intercept=fit_intercept)
        return equations.solve(alpha)
    sums = class_sums(blocks, n_classes)
    mean, target, XY, spread = _centred_sums(sums, fit_intercept)
    parts = zip(*blocks.map(_RootWeighted(mean, target)), strict=True)
    X, Y = (np.concatenate(part) for part in parts)
    W = (X.T @ _solve(X @ X.T, Y, alpha)).T
    equations = NormalEquations(np.empty((0, 0)), XY, mean, target, spread, sums.total)
    W_fit = float(np.square(W @ X.T).sum())
    return _solution(equations, W, (W @ X.T) @ X, W_fit, alpha)


def _centred_sums(sums: ClassSums, fit_intercept: bool) -> tuple[Floats, Floats, Floats, float]:
    d, n_classes = sums.rows.shape[1], len(sums.weight)
    mean = sums.mean if fit_intercept else np.zeros(d)
    target = sums.shares if fit_intercept else np.zeros(n_classes)
    XY = sums.rows - np.outer(target, sums.rows.sum(axis=0))
    XY -= np.outer(sums.weight - target * sums.total, mean)
    spread = sums.total - float(2 * target @ sums.weight - sums.total * target @ target)
    return mean, target, XY, spread


def _solution(
    equations: NormalEquations, W: Floats, W_gram: Floats, W_fit: float, alpha: float
) -> RidgeSolution:
    total = equations.total
    error = equations.spread - 2 * float(np.vdot(equations.XY, W)) + W_fit
    gradient = 2 * (W_gram - equations.XY + alpha * W) / total
    return RidgeSolution(
        W,
        equations.target - W @ equations.mean,
        max(error, 0.0) / total + alpha * float(np.vdot(W, W)) / total,
        float(np.abs(gradient).max(initial=0)),
    )


@dataclass(frozen=True, eq=False)
class _RootWeighted:
    """The task: centred rows and indicators, times the roots of their weights."""

    mean: Floats
    target: Floats

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[Floats, Floats]:
        X = np.asarray((X.toarray() if sparse.issparse(X) else X) - self.mean)
        Y = indicators(y, None, len(self.target), np.dtype(np.float64)) - self.target
        return (X, Y) if w is None else (X * np.sqrt(w)[:, None], Y * np.sqrt(w)[:, None])


def _solve(A: Floats, B: Floats, alpha: float) -> Floats:
    with threads_for_decomposing(len(A)):
        return _solved(A, B, alpha)


def _solved(A: Floats, B: Floats, alpha: float) -> Floats:
    if alpha > 0:
        A = A + alpha * np.eye(len(A))
        try:
            return np.asarray(linalg.solve(A, B, assume_a="pos", check_finite=False))
        except linalg.LinAlgError:
            pass  # alpha is lost in the rounding of A: take the solution of least norm
    return np.asarray(linalg.pinvh(A, check_finite=False) @ B)
