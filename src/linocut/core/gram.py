"""Gram matrices: one pass over row blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Blocks, Matrix
from linocut.core.sums import FAN

Floats = NDArray[np.float64]

MOST_ROWS = 4096  # of the larger blocks


def gram_matrix(blocks: Blocks, centre: Floats | None = None) -> Floats:
    """Return Σ_i w_i (x_i − centre)(x_i − centre)ᵀ, shape (d, d).

    Products are computed in the blocks' float type and summed over blocks in float64.

    Parameters
    ----------
    blocks : Blocks
        The (n, d) rows and their weights w; 1 if they have none.
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
    merged, most = 1, min(n, d, MOST_ROWS)
    # Adding a d × d matrix for a few hundred rows would cost more than making it.
    while n and FAN * merged * blocks.bounds()[0].stop <= most:
        merged *= FAN
    return blocks.sum(GramOf(centre), merged=merged)


def mean_and_covariance(blocks: Blocks) -> tuple[Floats, Floats]:
    """Return the mean row (d,) and the covariance of the columns (d, d), in two passes.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> mean_and_covariance(ArrayBlocks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.float64))
    (array([2., 3.]), array([[2., 2.],
           [2., 2.]]))
    """
    n = len(blocks)
    mean = blocks.sum(ColumnSums()) / n
    return mean, gram_matrix(blocks, mean) / max(1, n - 1)


@dataclass(frozen=True, eq=False)
class ColumnSums:
    """The task: the sum of each column, (d,), whatever the weights."""

    def __call__(self, X: Matrix, y: Any, w: Any) -> Floats:
        """See `Task`."""
        return np.asarray(X.sum(axis=0, dtype=np.float64)).ravel()


@dataclass(frozen=True, eq=False)
class SquaresAbout:
    """The task: the sum of (x − centre)² of each column, (d,), whatever the weights."""

    centre: NDArray[Any]

    def __call__(self, X: Matrix, y: Any, w: Any) -> Floats:
        """See `Task`."""
        D = X - self.centre
        return np.asarray(np.einsum("ij,ij->j", D, D), np.float64)


@dataclass(frozen=True, eq=False)
class GramOf:
    """The task of `gram_matrix`."""

    centre: Floats | None

    def __call__(self, X: Matrix, y: Any, w: Any) -> Any:
        """See `Task`."""
        Z = X if isinstance(X, np.ndarray) else X.toarray()
        if self.centre is not None:
            Z = Z - self.centre.astype(Z.dtype)
        if w is not None:
            Z = Z * np.sqrt(w)[:, None].astype(Z.dtype)
        return Z.T @ Z
