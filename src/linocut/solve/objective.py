"""The one objective: mean loss over rows + ½λ‖W‖², computed in one pass over the blocks.

    f(W, b) = Σ_i w_i ℓ(W x_i + b, y_i) + ½ λ ‖W‖²,   Σ_i w_i = 1

With λ = 1/(C n) this is scikit-learn's objective divided by C n. The intercept is not penalised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

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
        The (n, d) rows with their classes, 0 to K − 1, and weights, of which only the proportions
        count.
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
    loss: Loss
    penalty: float
    n_classes: int
    fit_intercept: bool = True

    @property
    def total(self) -> float:
        """Sum of the weights of the rows."""
        return self.blocks.total

    def at(self, W: Floats, b: Floats) -> Point:
        """Return the objective and its gradient at (W, b): one pass.

        Scores and products are computed in the blocks' float type, then summed over blocks in
        float64: sums in float32 alone stall near 1e-5 of the optimum.
        """
        dtype, total = self.blocks.dtype, self.total
        task = WholePass(W.astype(dtype), b.astype(dtype), self.loss)
        loss, G, g = self.blocks.sum(task)
        loss, G, g = loss / total, G / total, g / total
        value = loss + 0.5 * self.penalty * float(np.vdot(W, W))
        if not self.fit_intercept:
            g = np.zeros(b.shape)
        return Point(W, b, value, loss, G + self.penalty * W, g)

    def hessian_product(self, point: Point, dW: Floats, db: Floats) -> tuple[Floats, Floats]:
        """Return the change of the gradient, shapes (K, d) and (K,), along (dW, db): one pass.

        The pass computes two sets of scores, so it costs half as much again as `at`.
        """
        dtype = self.blocks.dtype
        db = db if self.fit_intercept else 0 * db
        both = np.concatenate([point.W, dW]).astype(dtype)
        both_b = np.concatenate([point.b.astype(dtype), db.astype(dtype)])
        H, h = self.blocks.sum(HessianProduct(both, both_b, self.loss))
        h = h / self.total if self.fit_intercept else np.zeros(db.shape)
        return H / self.total + self.penalty * dW, h

    def intercept_hessian(self, point: Point) -> Floats:
        """Return the second derivatives by the intercept alone, shape (K, K): half a pass."""
        dtype = self.blocks.dtype
        task = InterceptHessian(point.W.astype(dtype), point.b.astype(dtype), self.loss)
        return self.blocks.sum(task) / self.total

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
        part = replace(self, blocks=self.blocks.take(rows))
        return replace(part, penalty=self.penalty * self.total / part.total)


@dataclass(frozen=True, eq=False)
class WholePass:
    """The task of `Objective.at`: loss, R X (K, d) and R 1 (K,) of a block, R its residuals."""

    W: NDArray[np.floating[Any]]
    b: NDArray[np.floating[Any]]
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[float, Any, Any]:
        """See `Task`."""
        return whole_pass(X, self.W, self.b, self.loss, y, w)


@dataclass(frozen=True, eq=False)
class HessianProduct:
    """The task of `Objective.hessian_product`, for weights and their change, (2 K, d)."""

    both: NDArray[np.floating[Any]]
    both_b: NDArray[np.floating[Any]]
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[Any, Any]:
        """See `Task`."""
        Z, K = scores(X, self.both, self.both_b), len(self.both) // 2
        R = self.loss.hessian_product(Z[:K], Z[K:], w)
        return products(R, X), R.sum(axis=1, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class InterceptHessian:
    """The task of `Objective.intercept_hessian`."""

    W: NDArray[np.floating[Any]]
    b: NDArray[np.floating[Any]]
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> Floats:
        """See `Task`."""
        return self.loss.hessian(scores(X, self.W, self.b).astype(np.float64), w)


def targets(y: NDArray[np.int64], n_classes: int) -> Floats:
    """Return Y (K, b): 1 for each row's class, else 0; for one score, 1 for the second class."""
    if n_classes == 1:
        return y[None].astype(np.float64)
    return indicators(y, None, n_classes, np.dtype(np.float64)).T
