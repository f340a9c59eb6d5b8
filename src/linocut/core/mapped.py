"""Rows that are made anew whenever they are read, so that they need not be stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from linocut.core.blas import one_blas_thread
from linocut.core.blocks import Floats, Labels, LocalBlocks, Matrix, Rows
from linocut.core.threads import map_in_order

Array = NDArray[Any]
Mapping = Callable[[Matrix], Matrix]


@dataclass(frozen=True, eq=False)
class MappedBlocks(LocalBlocks):
    """Blocks that a function makes of other blocks of this process.

    It stands wherever rows (n, d) may: in a model's ``fit`` or ``predict``, or, by
    ``numpy.asarray``, as the whole array. Labels and weights are those of the source.

    Parameters
    ----------
    source : LocalBlocks
        What is stored, (n, m).
    function : callable
        Turns a float block (b, m) into one (b, d) of its type; each row on its own.
    width : int
        Features d that it makes.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> source = ArrayBlocks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.float64)
    >>> doubled = MappedBlocks(source, lambda X: np.hstack([X, X * X]), 4)
    >>> doubled.shape, np.asarray(doubled)[1]
    ((2, 4), array([ 3.,  4.,  9., 16.]))
    """

    source: LocalBlocks
    function: Mapping
    width: int
    block_rows: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        return len(self.source), self.width

    @property
    def dtype(self) -> np.dtype[Any]:  # type: ignore[override]  # the source's
        """The float type of what is made."""
        return self.source.dtype

    @property
    def y(self) -> Labels | None:  # type: ignore[override]  # the source's
        """Labels, shape (n,)."""
        return self.source.y

    @property
    def weights(self) -> Floats | None:  # type: ignore[override]  # the source's
        """Weights, shape (n,)."""
        return self.source.weights

    @property
    def n_threads(self) -> int | None:  # type: ignore[override]  # the source's
        """Blocks computed at once."""
        return self.source.n_threads

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        """Make all rows."""
        if copy is False:
            raise ValueError("rows that are made when they are read cannot be had without a copy")
        return gathered(self, self.dtype if dtype is None else np.dtype(dtype))

    def entries_a_row(self) -> int:
        """Return how many numbers a row takes when it is computed with."""
        return self.width

    def held(self, rows: slice) -> Matrix:
        """Make some rows, shape (b, d)."""
        return self.function(self.source.held(rows))

    def take(self, rows: Rows) -> MappedBlocks:
        """Return some of the rows."""
        return replace(self, source=self.source.take(rows), block_rows=None)

    def columns(self, kept: Rows) -> MappedBlocks:
        """Return some of the columns of all rows; all are made, and the others dropped."""
        return MappedBlocks(self, Columns(kept), len(kept))

    def dense(self, rows: Rows, columns: Rows | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats."""
        made = self.function(self.source.dense(rows))
        return made if columns is None else np.ascontiguousarray(made.take(columns, axis=1))

    def astype(self, dtype: DTypeLike) -> Self:
        """Return the same rows, made in another float type."""
        return replace(self, source=self.source.astype(dtype))

    def labelled(self, y: Labels | None, weights: Floats | None = None) -> Self:
        """Return the same rows with other labels (n,) and weights (n,)."""
        return replace(self, source=self.source.labelled(y, weights))


@dataclass(frozen=True, eq=False)
class Columns:
    """Takes some columns of a block."""

    kept: Rows

    def __call__(self, X: Matrix) -> Matrix:
        """See the class."""
        return np.ascontiguousarray(X[:, self.kept])


@dataclass(frozen=True, eq=False)
class MappedBy:
    """Makes blocks of what a function makes of them: for `Blocks.converted`."""

    function: Mapping
    width: int

    def __call__(self, blocks: LocalBlocks) -> MappedBlocks:
        """See the class."""
        return MappedBlocks(blocks, self.function, self.width)


def gathered(blocks: LocalBlocks, dtype: DTypeLike | None = None) -> Array:
    """Return all rows as one dense array, shape (n, d)."""
    out = np.empty(blocks.shape, blocks.dtype if dtype is None else dtype)

    def place(rows: slice) -> None:  # by the threads that make them: here all have one memory
        X = blocks.held(rows)
        out[rows] = X if isinstance(X, np.ndarray) else X.toarray()

    with one_blas_thread():
        for _ in map_in_order(place, blocks.bounds(), blocks.n_threads):
            pass
    return out
