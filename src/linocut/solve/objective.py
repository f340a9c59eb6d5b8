"""The one objective: mean loss over rows + ½λ‖W‖², computed in one pass over the blocks.

    f(W, b) = Σ_i w_i ℓ(W x_i + b, y_i) + ½ λ ‖W‖²,   Σ_i w_i = 1

With λ = 1/(C n) this is scikit-learn's objective divided by C n. The intercept is not penalised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Blocks, Matrix
from linocut.solve.losses import Loss
from linocut.solve.moments import indicators
from linocut.solve.products import products, scores, whole_pass

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
        `Softmax`, `Sigmoids` or `OneScore`.
    penalty : float
        λ, not negative.
    n_classes : int
        K; 1 for `OneScore`.
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
            return whole_pass(X, W_, b_, self.loss, self.y[rows], self._weights(rows))

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

    def hessian_product(self, point: Point, dW: Floats, db: Floats) -> tuple[Floats, Floats]:
        """Return the change of the gradient, shapes (K, d) and (K,), along (dW, db): one pass.

        The pass computes two sets of scores, so it costs half as much again as `at`.
        """
        K, dtype = self.n_classes, self.blocks.dtype
        both = np.concatenate([point.W, dW]).astype(dtype)
        b_, db_ = point.b.astype(dtype), (db if self.fit_intercept else 0 * db).astype(dtype)

        def part(rows: slice, X: Matrix) -> tuple[Floats, Floats]:
            Z = scores(X, both, np.concatenate([b_, db_]))
            R = self.loss.hessian_product(Z[:K], Z[K:], self._weights(rows))
            return products(R, X), R.sum(axis=1, dtype=np.float64)

        H, h = np.zeros(dW.shape), np.zeros(db.shape)
        for part_H, part_h in self.blocks.map(part):
            H += part_H
            h += part_h
        h = h / self.total if self.fit_intercept else np.zeros(db.shape)
        return H / self.total + self.penalty * dW, h

    def intercept_hessian(self, point: Point) -> Floats:
        """Return the second derivatives by the intercept alone, shape (K, K): half a pass."""
        W_ = point.W.astype(self.blocks.dtype)
        b_ = point.b.astype(self.blocks.dtype)

        def part(rows: slice, X: Matrix) -> Floats:
            return self.loss.hessian(scores(X, W_, b_).astype(np.float64), self._weights(rows))

        H = np.zeros((self.n_classes, self.n_classes))
        for part_H in self.blocks.map(part):
            H += part_H
        return H / self.total

    def intercept_step(self, point: Point) -> Floats:
        """Return the b − b' of a Newton step of the intercept alone, shape (K,): half a pass."""
        H = self.intercept_hessian(point)
        step = np.asarray(np.linalg.lstsq(H, point.gradient_b, rcond=None)[0])
        # H has no word on a shift of all classes.
        return step - step.mean() if self.loss.shift_invariant else step

    def in_float64(self) -> Objective | None:
        """Return the same objective computed in float64; None if it is already."""
        if self.blocks.dtype == np.float64:
            return None
        return replace(self, blocks=self.blocks.astype(np.float64))

    def take(self, rows: NDArray[np.intp]) -> Objective:
        """Return the same sum over some of the rows, with the penalty that keeps its C.

        Its mean is over fewer rows, so its λ is larger in proportion.
        """
        weights = None if self.weights is None else self.weights[rows]
        part = replace(self, blocks=self.blocks.take(rows), y=self.y[rows], weights=weights)
        return replace(part, penalty=self.penalty * self.total / part.total)

    def targets(self, rows: slice) -> Floats:
        """Return Y (K, b) of a block: 1 for each row's class, else 0."""
        y = self.y[rows]
        if self.n_classes == 1:
            return y[None].astype(np.float64)
        return indicators(y, None, self.n_classes, np.dtype(np.float64)).T

    def _weights(self, rows: slice) -> Floats | None:
        return None if self.weights is None else self.weights[rows]
