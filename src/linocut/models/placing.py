"""Training rows put where an engine computes with them, in the float type that suits them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core import LinocutError
from linocut.core.arrays import as_array, check_largest, check_magnitude, largest_magnitude
from linocut.core.blocks import ArrayBlocks, Blocks, Matrix
from linocut.solve.rows import RowSource, open_rows, placed

SAFE_IN_FLOAT32 = 1e-12, 1e12  # largest magnitudes of rows whose squares and sums float32 holds
FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
NARROW = (np.uint8, np.float16)  # types all of whose numbers are safe in float32

Floats = NDArray[np.float64]


def as_rows(X: Any, engine: str, who: str) -> Any:
    """Return rows as `linocut.core.arrays.as_array` does, or as a source if they lie in a file.

    A memory map is a source where it must be opened elsewhere, or is of a type that scikit-learn
    would make a copy of.
    """
    if isinstance(X, RowSource):
        return X
    mapped = isinstance(X, np.memmap) and getattr(X, "_mmap", None) is not None
    if mapped and X.ndim in {2, 3} and (engine != "threads" or X.dtype == np.float16):
        return open_rows(X)
    return as_array(X, who)


def labelled_blocks(
    X: Any,
    engine: str,
    who: str,
    y: NDArray[np.int64],
    weights: Floats | None,
    kept: NDArray[np.intp] | None,
) -> Blocks:
    """Return checked rows where the engine computes with them, with their labels and weights.

    Parameters
    ----------
    X : dense array (n, d), CSR (n, d), Blocks or RowSource
    engine : str
        Blocks stay where they are.
    who : str
        For messages.
    y, weights : arrays, shape (n,), weights may be None
        Positions of the classes, and relative weights.
    kept : integer array, shape (n,), or None
        Which rows of a source are meant.
    """
    if isinstance(X, Blocks):
        return X.labelled(y, weights)
    if isinstance(X, RowSource):
        blocks = placed(X, engine, dtype=X.float_type, y=y, weights=weights, kept=kept)
        return _in_float_type(blocks, X, who)
    dtype = _float_type(X, who)
    if engine == "threads":
        return ArrayBlocks(X, dtype, y, weights)
    if sparse.issparse(X):
        raise LinocutError(f"engine={engine!r} with a sparse matrix — engine='threads' takes those")
    return placed(open_rows(X), engine, dtype=dtype, y=y, weights=weights)


def labelled_there(source: RowSource, engine: str, who: str) -> tuple[Blocks, NDArray[Any]]:
    """Return rows on a cluster with their own labels, which never leave it, and the classes."""
    from linocut.solve.rows.engines.dask import DaskBlocks

    blocks = placed(source, engine, dtype=source.float_type)
    assert isinstance(blocks, DaskBlocks)
    classes = blocks.classes()
    return _in_float_type(blocks.placed_among(classes), source, who), classes


def labels_of(X: Matrix, y: Any, w: Any) -> Any:
    """Return the labels of a block: a task."""
    return y


def _in_float_type(blocks: Blocks, source: RowSource, who: str) -> Blocks:
    """Return a source's rows in the type that an array of them would be computed in."""
    if source.rows.dtype in NARROW:
        return blocks
    largest = check_largest(largest_in(blocks), who)
    return blocks if is_safe_in_float32(largest) else blocks.astype(np.float64)


def largest_in(blocks: Blocks) -> float:
    """Return the largest absolute value of all rows: a pass."""
    return max(blocks.map(_largest), default=0.0)


def _largest(X: Matrix, y: Any, w: Any) -> float:
    return largest_magnitude(X)


def _float_type(X: Any, who: str) -> np.dtype[Any]:
    """Return the type in which rows are computed: float32 for bytes and what fits it well."""
    if X.dtype == np.uint8:
        return FLOAT32
    largest = check_magnitude(X, who)
    return FLOAT32 if X.dtype == np.float32 and is_safe_in_float32(largest) else FLOAT64


def is_safe_in_float32(largest: float) -> bool:
    """Tell whether float32 holds squares of such values, and sums of those."""
    low, high = SAFE_IN_FLOAT32
    return largest == 0 or low <= largest <= high
