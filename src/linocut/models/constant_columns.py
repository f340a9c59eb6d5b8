"""Columns that hold one number in every row: an intercept says all that they can.

With an intercept such a column has weight zero at an optimum, whatever the penalty. Left in, it is
the intercept a second time: the smallest residue in the sum of the residuals comes back in its
gradient times its value, and with a weak penalty no certificate can be made.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core.blocks import ArrayBlocks, Blocks

Floats = NDArray[np.float64]

CHUNK_BYTES = 1 << 22  # compared at once


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
    if not isinstance(blocks, ArrayBlocks):
        return None
    n, d = blocks.shape
    first = blocks.dense(np.arange(1)).ravel().astype(np.float64)
    columns = np.flatnonzero(first)
    if sparse.issparse(blocks.array) and blocks.rows is None:
        # What is zero anywhere is not stored there; so few columns are left to be compared.
        stored = np.bincount(blocks.array.indices, minlength=d)
        columns = columns[stored[columns] >= n]
    start, size = 0, 16  # most columns are done with after a few rows
    while start < n and len(columns):
        part = blocks.dense(np.arange(start, min(start + size, n)), columns)
        columns = columns[np.all(part == part[:1], axis=0) & (part[0] == first[columns])]
        start, size = start + size, max(16, CHUNK_BYTES // (8 * max(1, len(columns))))
    if not len(columns):
        return None
    found = np.zeros(d)
    found[columns] = first[columns]
    return found


def without(blocks: Blocks, constants: Floats) -> Blocks:
    """Return a copy of the rows in which the constant columns hold zeros.

    Examples
    --------
    >>> blocks = ArrayBlocks(np.array([[1.0, 5.0], [1.0, 6.0]]), np.float64)
    >>> without(blocks, np.array([1.0, 0.0])).array.tolist()
    [[0.0, 5.0], [0.0, 6.0]]
    """
    assert isinstance(blocks, ArrayBlocks)
    array = blocks.array.copy()
    if sparse.issparse(array):
        array.data[constants[array.indices] != 0] = 0
        array.eliminate_zeros()
    else:
        array.reshape(len(array), -1)[:, constants != 0] = 0
    return replace(blocks, array=array)


def into_intercept(W: Floats, b: Floats, constants: Floats) -> tuple[Floats, Floats]:
    """Return weights and intercepts that give the same scores without the constant columns.

    Examples
    --------
    >>> W, b = into_intercept(np.array([[2.0, 3.0]]), np.array([1.0]), np.array([5.0, 0.0]))
    >>> W.tolist(), b.tolist()
    ([[0.0, 3.0]], [11.0])
    """
    return np.where(constants != 0, 0.0, W), b + W @ constants
