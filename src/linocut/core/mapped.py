"""Rows that are made anew whenever they are read, so that they need not be stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from linocut.core.blas import one_blas_thread
from linocut.core.blocks import ArrayBlocks, Matrix, block_bounds, map_in_order

T = TypeVar("T")
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class MappedBlocks:
    """Blocks that a function makes of the blocks of an array.

    It stands wherever rows (n, d) may: in a model's ``fit`` or ``predict``, or, by
    ``numpy.asarray``, as the whole array.

    Parameters
    ----------
    source : ArrayBlocks
        What is stored, (n, m).
    function : callable
        Turns a float block (b, m) into one (b, d) of its type; each row on its own.
    width : int
        Features d that it makes.

    Examples
    --------
    >>> source = ArrayBlocks(np.array([[1.0, 2.0], [3.0, 4.0]]), np.float64)
    >>> doubled = MappedBlocks(source, lambda X: np.hstack([X, X * X]), 4)
    >>> doubled.shape, np.asarray(doubled)[1]
    ((2, 4), array([ 3.,  4.,  9., 16.]))
    """

    source: ArrayBlocks
    function: Callable[[Matrix], Matrix]
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        return self.source.shape[0], self.width

    @property
    def ndim(self) -> int:
        """Two: rows and features."""
        return 2

    @property
    def dtype(self) -> np.dtype[Any]:
        """The float type of what is made."""
        return self.source.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice | NDArray[np.intp]) -> MappedBlocks:
        """Return some of the rows, to be made when they are read."""
        return self.take(np.arange(len(self))[rows])

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        """Make all rows."""
        if copy is False:
            raise ValueError("rows that are made when they are read cannot be had without a copy")
        out = np.empty(self.shape, self.dtype if dtype is None else dtype)

        def keep(rows: slice, X: Matrix) -> None:
            out[rows] = X

        for _ in self.map(keep):
            pass
        return out

    def map(self, function: Callable[[slice, Matrix], T]) -> Iterator[T]:
        """Yield ``function(rows, X)`` for each block, in the order of the rows."""
        with one_blas_thread():
            yield from map_in_order(
                lambda rows: function(rows, self.function(self.source.block(rows))),
                block_bounds(*self.shape),
                self.source.n_threads,
            )

    def take(self, rows: NDArray[np.intp]) -> MappedBlocks:
        """Return some of the rows."""
        return replace(self, source=self.source.take(rows))

    def dense(self, rows: NDArray[np.intp], columns: NDArray[np.intp] | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats."""
        made = self.function(self.source.dense(rows))
        return made if columns is None else np.ascontiguousarray(made.take(columns, axis=1))

    def astype(self, dtype: DTypeLike) -> MappedBlocks:
        """Return the same rows, made in another float type."""
        return replace(self, source=self.source.astype(dtype))
