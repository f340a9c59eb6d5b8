"""Rows in fixed blocks: the one interface between what holds the data and what computes on it.

Whoever computes broadcasts small arrays (weights), maps a function over the blocks and sums the
answers *in the order of the blocks*. Since blocks and order are fixed, a sum is bitwise the same
for any number of threads.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from linocut.core.blas import one_blas_thread

S = TypeVar("S")
T = TypeVar("T")
Matrix = Any  # a dense (b, d) float array or a SciPy CSR matrix of that shape

BLOCK_BYTES = 8 << 20  # a block's floats stay within the caches that cores share


class Blocks(Protocol):
    """What holds (n, d) rows and computes on them block by block."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The float type in which a block's arithmetic is done."""

    def map(self, function: Callable[[slice, Matrix], T]) -> Iterator[T]:
        """Yield ``function(rows, X)`` for each block, in the order of the rows."""

    def take(self, rows: NDArray[np.intp]) -> Blocks:
        """Return some of the rows."""

    def dense(self, rows: NDArray[np.intp], columns: NDArray[np.intp] | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats: a copy."""

    def astype(self, dtype: DTypeLike) -> Blocks:
        """Return the same rows, computed in another float type."""


@dataclass(frozen=True, eq=False)
class ArrayBlocks:
    """Blocks of an array, a memory map or a SciPy CSR matrix.

    Parameters
    ----------
    array : array of shape (n, d) or (n, h, w), or CSR matrix of shape (n, d)
        Kept as it is: a block becomes float just before its arithmetic.
    dtype : float32 or float64
        The type of that float.
    rows : integer array or None
        Use only these rows, in this order; None means all of them.
    n_threads : int or None
        Blocks computed at once; None means one for each core that this process may use.

    Examples
    --------
    >>> blocks = ArrayBlocks(np.arange(6, dtype=np.uint8).reshape(3, 2), np.float32)
    >>> [X.sum() for X in blocks.map(lambda rows, X: X)]
    [np.float32(15.0)]
    """

    array: Any
    dtype: np.dtype[Any]
    rows: NDArray[np.intp] | None = None
    n_threads: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "dtype", np.dtype(self.dtype))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        n = self.array.shape[0] if self.rows is None else len(self.rows)
        return n, int(np.prod(self.array.shape[1:]))

    def astype(self, dtype: DTypeLike) -> ArrayBlocks:
        """Return the same rows, computed in another float type."""
        return replace(self, dtype=np.dtype(dtype))

    def take(self, rows: NDArray[np.intp]) -> ArrayBlocks:
        """Return some of the rows."""
        return replace(self, rows=rows if self.rows is None else self.rows[rows])

    def slices(self, times: int = 1) -> list[slice]:
        """Return the fixed bounds of the blocks; they depend on the shape alone.

        Where a block is not made dense it may be several ``times`` as large.
        """
        n, d = self.shape
        if sparse.issparse(self.array):
            d = self.array.nnz // max(1, self.array.shape[0])
        return block_bounds(n, d, times)

    def raw(self, rows: slice | NDArray[np.intp]) -> Any:
        """Return some rows as they are held: bytes, floats or CSR."""
        return self.array[rows if self.rows is None else self.rows[rows]]

    def block(self, rows: slice) -> Matrix:
        """Return one block as floats, shape (b, d)."""
        part = self.raw(rows)
        if sparse.issparse(part):
            return part if part.dtype == self.dtype else part.astype(self.dtype)
        return np.ascontiguousarray(part, dtype=self.dtype).reshape(part.shape[0], -1)

    def map(self, function: Callable[[slice, Matrix], T]) -> Iterator[T]:
        """Yield ``function(rows, X)`` for each block, in the order of the rows."""
        yield from self.map_slices(lambda rows: function(rows, self.block(rows)))

    def map_slices(self, answer: Callable[[slice], T], times: int = 1) -> Iterator[T]:
        """Yield the answer to the bounds of each block, in the order of the rows."""
        with one_blas_thread():
            yield from map_in_order(answer, self.slices(times), self.n_threads)

    def dense(self, rows: NDArray[np.intp], columns: NDArray[np.intp] | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats: a copy."""
        part = self.raw(rows)
        part = (part.toarray() if sparse.issparse(part) else part).reshape(len(rows), -1)
        if columns is not None and len(columns) < part.shape[1]:
            part = part.take(columns, axis=1)
        # Rows picked by their positions are a copy already.
        return np.ascontiguousarray(part, dtype=self.dtype)


def block_bounds(n: int, d: int, times: int = 1) -> list[slice]:
    """Return the bounds of blocks of n rows of d floats, ``times`` as large as the caches like."""
    size = times * int(np.clip(BLOCK_BYTES // (8 * max(d, 1)), 256, 8192))
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def map_in_order(
    function: Callable[[S], T], items: Sequence[S], n_threads: int | None = None
) -> Iterator[T]:
    """Map on several threads; only a few answers wait for those before them."""
    threads = min(n_threads or available_cores(), len(items))
    if threads <= 1:
        yield from map(function, items)
        return
    pool, waiting = _pool(threads), deque[Future[T]]()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:  # whoever stops listening wants no more answers
        for future in waiting:
            future.cancel()


def available_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=4)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="linocut")


if hasattr(os, "register_at_fork"):  # a child has none of the threads of its parent's pools
    os.register_at_fork(after_in_child=_pool.cache_clear)
