"""The products of a pass, whatever a block is made of: scores W Xᵀ and sums R X."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Matrix
from linocut.solve.compact import LANES, CompactRows
from linocut.solve.losses import Loss, OneScore

Array = NDArray[Any]


def quiet() -> np.errstate:
    """Keep arithmetic from warning; each thread has to be told so itself.

    Methods try points that are too far, and see by the value that they are; and BLAS may raise
    flags for lanes of a register that hold nothing.
    """
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def scores(X: Matrix, W: Array, b: Array | None = None) -> Array:
    """Return W Xᵀ + b, shape (K, rows): one row a class, so that sums over classes are fast."""
    with quiet():
        Z = X.scores(W) if isinstance(X, CompactRows) else np.ascontiguousarray((X @ W.T).T)
        if b is not None:
            Z += b[:, None]
    return Z


def products(R: Array, X: Matrix) -> Array:
    """Return R X, shape (K, d), for residuals R (K, rows)."""
    if isinstance(X, CompactRows):
        return X.products(R)
    with quiet():
        return R @ X if isinstance(X, np.ndarray) else np.asarray((X.T @ R.T).T)


def squares(R: Array, X: Matrix) -> Array:
    """Return R X², entry by entry squared, shape (K, d), for weights R (K, rows)."""
    if isinstance(X, CompactRows):
        return products(R, X.squared())
    return products(R, X * X if isinstance(X, np.ndarray) else X.multiply(X).tocsr())


def whole_pass(
    X: Matrix, W: Array, b: Array, loss: Loss, y: NDArray[np.int64], w: Array | None
) -> tuple[float, Array, Array]:
    """Return the summed loss of some rows, R X (K, d) and R 1 (K,), for residuals R = P − Y."""
    if isinstance(X, CompactRows) and len(W) <= LANES and not isinstance(loss, OneScore):
        return X.whole_pass(W, b, y, w, one_vs_rest=not loss.shift_invariant)
    Z = scores(X, W, b)
    with quiet():
        total = loss.residuals(Z, y, w)
        return total, products(Z, X), Z.sum(axis=1, dtype=np.float64)
