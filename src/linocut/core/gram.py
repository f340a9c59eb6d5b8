"""Gram matrices: one pass over row blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import ArrayBlocks, Blocks, Matrix

Floats = NDArray[np.float64]


def gram_matrix(
    blocks: Blocks, weights: Floats | None = None, centre: Floats | None = None
) -> Floats:
    """Return Σ_i w_i (x_i − centre)(x_i − centre)ᵀ, shape (d, d).

    Products are computed in the blocks' float type and summed over blocks in float64.

    Parameters
    ----------
    blocks : Blocks
        The (n, d) rows.
    weights : float64 array, shape (n,), optional
        w, not negative; 1 if not given.
    centre : float64 array, shape (d,), optional
        Zero if not given.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> gram_matrix(ArrayBlocks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.float64))
    array([[10., 14.],
           [14., 20.]])
    """
    n, d = blocks.shape
    gram = np.zeros((d, d))
    if isinstance(blocks, ArrayBlocks):
        # Adding a d × d matrix for a few hundred rows would cost more than making it.
        times = max(1, min(n, d) // blocks.slices()[0].stop) if n else 1
        parts = blocks.map_slices(
            lambda rows: _gram_of(rows, blocks.block(rows), weights, centre), times
        )
    else:
        parts = blocks.map(lambda rows, X: _gram_of(rows, X, weights, centre))
    for part in parts:
        gram += part
    return gram


def mean_and_covariance(blocks: Blocks) -> tuple[Floats, Floats]:
    """Return the mean row (d,) and the covariance of the columns (d, d), in two passes.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> mean_and_covariance(ArrayBlocks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.float64))
    (array([2., 3.]), array([[2., 2.],
           [2., 2.]]))
    """
    n, d = blocks.shape
    total = np.zeros(d)
    for part in blocks.map(lambda rows, X: X.sum(axis=0, dtype=np.float64)):
        total += part
    mean = total / n
    return mean, gram_matrix(blocks, centre=mean) / max(1, n - 1)


def _gram_of(rows: slice, X: Matrix, weights: Floats | None, centre: Floats | None) -> Any:
    Z = X if isinstance(X, np.ndarray) else X.toarray()
    if centre is not None:
        Z = Z - centre.astype(Z.dtype)
    if weights is not None:
        Z = Z * np.sqrt(weights[rows])[:, None].astype(Z.dtype)
    return Z.T @ Z
