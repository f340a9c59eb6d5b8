"""Columns that hold one number in every row: an intercept says all that they can.

With an intercept such a column has weight zero at an optimum, whatever the penalty. Left in, it is
the intercept a second time: the smallest residue in the sum of the residuals comes back in its
gradient times its value, and with a weak penalty no certificate can be made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core.blocks import ArrayBlocks, Blocks, LocalBlocks, Matrix
from linocut.core.mapped import MappedBlocks

Floats = NDArray[np.float64]

CHUNK_BYTES = 1 << 22  # compared at once
FEW = 1000  # rows that are compared before all are read


def constant_columns(blocks: Blocks) -> Floats | None:
    """Return the number that each constant column holds, 0 for the other columns, shape (d,).

    Parameters
    ----------
    blocks : Blocks
        The rows (n, d). Those that are made when they are read are not looked at.

    Returns
    -------
    float64 array, shape (d,), or None
        None if no column is constant, but for columns of zeros.

    Examples
    --------
    >>> X = np.array([[1.0, 0.0, 5.0], [1.0, 0.0, 6.0]])
    >>> constant_columns(ArrayBlocks(X, np.float64))
    array([1., 0., 0.])
    >>> constant_columns(ArrayBlocks(X[:, 1:], np.float64)) is None
    True
    """
    some = blocks.brought(np.arange(min(len(blocks), FEW)))
    if not isinstance(some, ArrayBlocks):
        return None
    first = some.dense(np.arange(1)).ravel().astype(np.float64)
    columns = _still_constant(some, first, np.flatnonzero(first))
    if isinstance(blocks, ArrayBlocks):
        columns = _still_constant(blocks, first, columns)
    elif len(columns):
        columns = columns[np.all(list(blocks.map(Constant(first, columns))), axis=0)]
    if not len(columns):
        return None
    found = np.zeros(len(first))
    found[columns] = first[columns]
    return found


def _still_constant(
    blocks: ArrayBlocks, first: Floats, columns: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return those of some columns that hold the numbers of the first row in every row."""
    n, d = blocks.shape
    if sparse.issparse(blocks.array) and blocks.rows is None:
        # What is zero anywhere is not stored there; so few columns are left to be compared.
        stored = np.bincount(blocks.array.indices, minlength=d)
        columns = columns[stored[columns] >= n]
    start, size = 0, 16  # most columns are done with after a few rows
    while start < n and len(columns):
        part = blocks.dense(np.arange(start, min(start + size, n)), columns)
        columns = columns[np.all(part == first[columns].astype(part.dtype), axis=0)]
        start, size = start + size, max(16, CHUNK_BYTES // (8 * max(1, len(columns))))
    return columns


@dataclass(frozen=True, eq=False)
class Constant:
    """A task: which of some columns hold the numbers of the first row."""

    first: Floats
    columns: NDArray[np.intp]

    def __call__(self, X: Matrix, y: Any, w: Any) -> NDArray[np.bool_]:
        """See `Task`."""
        part = X[:, self.columns]
        part = part.toarray() if sparse.issparse(part) else part
        return np.asarray(np.all(part == self.first[self.columns].astype(part.dtype), axis=0))


def without(blocks: Blocks, constants: Floats) -> Blocks:
    """Return a copy of the rows in which the constant columns hold zeros.

    Examples
    --------
    >>> blocks = ArrayBlocks(np.array([[1.0, 5.0], [1.0, 6.0]]), np.float64)
    >>> without(blocks, np.array([1.0, 0.0])).array.tolist()
    [[0.0, 5.0], [0.0, 6.0]]
    """
    return blocks.converted(Without(constants))


@dataclass(frozen=True, eq=False)
class Without:
    """Holds rows without their constant columns: for `Blocks.converted`."""

    constants: Floats

    def __call__(self, blocks: LocalBlocks) -> LocalBlocks:
        """See the class."""
        if isinstance(blocks, ArrayBlocks) and sparse.issparse(blocks.array):
            array = blocks.array.copy()
            array.data[self.constants[array.indices] != 0] = 0
            array.eliminate_zeros()
            return replace(blocks, array=array)
        if isinstance(blocks, ArrayBlocks) and type(blocks.array) is np.ndarray:
            array = blocks.array.copy()
            array.reshape(blocks.shape)[:, self.constants != 0] = 0
            return replace(blocks, array=array)
        # Rows on disk are not copied into memory.
        return MappedBlocks(blocks, Blanked(self.constants != 0), blocks.shape[1])


@dataclass(frozen=True, eq=False)
class Blanked:
    """Makes some columns zero."""

    columns: NDArray[np.bool_]

    def __call__(self, X: Matrix) -> Matrix:
        """See the class."""
        made = X.copy()
        made[:, self.columns] = 0
        return made


def into_intercept(W: Floats, b: Floats, constants: Floats) -> tuple[Floats, Floats]:
    """Return weights and intercepts that give the same scores without the constant columns.

    Examples
    --------
    >>> W, b = into_intercept(np.array([[2.0, 3.0]]), np.array([1.0]), np.array([5.0, 0.0]))
    >>> W.tolist(), b.tolist()
    ([[0.0, 3.0]], [11.0])
    """
    return np.where(constants != 0, 0.0, W), b + W @ constants
