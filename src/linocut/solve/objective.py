"""The one objective: mean loss over rows + ½λ‖W‖², computed in one pass over the blocks.

    f(W, b) = Σ_i w_i ℓ(W x_i + b, y_i) + ½ λ ‖W‖²,   Σ_i w_i = 1

With λ = 1/(C n) this is scikit-learn's objective divided by C n. The intercept is not penalised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Blocks, Matrix
from linocut.solve.losses import Loss

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Point:
    """The objective and its gradient at one (W, b); all float64."""

    W: Floats  # (K, d)
    b: Floats  # (K,)
    value: float
    loss: float  # the mean loss, without the penalty
    gradient_W: Floats  # (K, d), penalty included
    gradient_b: Floats  # (K,)


@dataclass(frozen=True, eq=False)
class Objective:
    """Weighted mean loss over row blocks with an L2 penalty on W.

    Attributes
    ----------
    blocks : Blocks
        The (n, d) rows.
    y : int64 array, shape (n,)
        Class of each row, 0 to K − 1.
    weights : float64 array, shape (n,), or None
        Weight of each row; only their proportions count. None: all alike.
    loss : Loss
        `Softmax` or `Sigmoids`.
    penalty : float
        λ, positive.
    n_classes : int
        K.
    fit_intercept : bool
        False holds b at zero.
    """

    blocks: Blocks
    y: NDArray[np.int64]
    weights: Floats | None
    loss: Loss
    penalty: float
    n_classes: int
    fit_intercept: bool = True

    @property
    def total(self) -> float:
        """Sum of the weights of the rows."""
        return float(len(self.y)) if self.weights is None else float(self.weights.sum())

    def at(self, W: Floats, b: Floats) -> Point:
        """Return the objective and its gradient at (W, b): one pass.

        Scores and products are computed in the blocks' float type, then summed over blocks in
        float64: sums in float32 alone stall near 1e-5 of the optimum.
        """
        W_, b_ = W.astype(self.blocks.dtype), b.astype(self.blocks.dtype)

        def part(rows: slice, X: Matrix) -> tuple[float, Floats, Floats]:
            Z = _scores(W_, b_, X)
            w = None if self.weights is None else self.weights[rows]
            loss = self.loss.residuals(Z, self.y[rows], w)
            G = Z @ X if isinstance(X, np.ndarray) else (X.T @ Z.T).T
            return loss, G, Z.sum(axis=1, dtype=np.float64)

        loss, G, g = 0.0, np.zeros(W.shape), np.zeros(b.shape)
        for part_loss, part_G, part_g in self.blocks.map(part):
            loss += part_loss
            G += part_G
            g += part_g
        total = self.total
        loss, G, g = loss / total, G / total, g / total
        value = loss + 0.5 * self.penalty * float(np.vdot(W, W))
        if not self.fit_intercept:
            g = np.zeros(b.shape)
        return Point(W, b, value, loss, G + self.penalty * W, g)

    def intercept_hessian(self, point: Point) -> Floats:
        """Return the second derivatives by the intercept alone, shape (K, K): half a pass."""
        W_ = point.W.astype(self.blocks.dtype)
        b_ = point.b.astype(self.blocks.dtype)

        def part(rows: slice, X: Matrix) -> Floats:
            w = None if self.weights is None else self.weights[rows]
            return self.loss.hessian(_scores(W_, b_, X).astype(np.float64), w)

        H = np.zeros((self.n_classes, self.n_classes))
        for part_H in self.blocks.map(part):
            H += part_H
        return H / self.total


def _scores(W: NDArray[Any], b: NDArray[Any], X: Matrix) -> NDArray[Any]:
    """Return the scores of a block, shape (K, b): one row a class."""
    Z = np.ascontiguousarray((X @ W.T).T)
    Z += b[:, None]
    return Z
