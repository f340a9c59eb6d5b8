"""Rows in fixed blocks: the one interface between what holds the data and what computes on it.

Rows, labels and weights stay where they are. What is to be computed is a *task*: a small value,
called with one block's rows, labels and weights, which returns an answer and leaves nothing behind.
Tasks and answers may be pickled, so a block may lie in another process. Blocks have bounds that
depend on the shape alone, and answers are summed along a fixed tree (see `linocut.core.sums`): a
sum is the same to the last bit for any number of threads and wherever the blocks are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from linocut.core.blas import one_blas_thread
from linocut.core.buffers import BUFFERS
from linocut.core.sums import FAN, tree_sum
from linocut.core.threads import map_in_order

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Matrix = Any  # a dense (b, d) float array or a SciPy CSR matrix of that shape
Rows = NDArray[np.intp]
Labels = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCK_BYTES = 8 << 20  # a block's floats stay within the caches that cores share
FEWEST, MOST = 4, 6  # a block has 4⁴ to 4⁶ rows


class Task(Protocol[T_co]):
    """What is computed on a block.

    One that may travel is a frozen dataclass: its fields are what it needs beside the block.
    """

    def __call__(self, X: Matrix, y: Any, w: Any, /, *each: Any) -> T_co:
        """Return the answer for rows X (b, d), labels y (b,) or None, weights w (b,) or None."""


class Blocks(ABC):
    """What holds (n, d) rows, their labels and weights, and computes on them block by block.

    Attributes
    ----------
    dtype : float32 or float64
        The float type in which a block's arithmetic is done.
    """

    dtype: np.dtype[Any]

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""

    @property
    @abstractmethod
    def total(self) -> float:
        """Sum of the weights of the rows; n where they have none."""

    @property
    @abstractmethod
    def weighted(self) -> bool:
        """Whether the rows have weights."""

    @property
    def ndim(self) -> int:
        """Two: rows and features."""
        return 2

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> Blocks:
        """Return some of the rows."""
        return self.take(np.arange(len(self))[rows])

    @abstractmethod
    def bounds(self, merged: int = 1) -> list[slice]:
        """Return where the blocks begin and end; ``merged``, a power of four, makes one of so many.

        They depend on the shape alone.
        """

    @abstractmethod
    def map(self, task: Task[T], *each: Sequence[Any], merged: int = 1) -> Iterator[T]:
        """Yield the answer of each block, in the order of the rows.

        Parameters
        ----------
        task : Task
            Called as ``task(X, y, w, *each)``.
        *each : sequences
            Further arguments, one for each block.
        merged : int
            As of `bounds`.
        """

    def sum(self, task: Task[T], *each: Sequence[Any], merged: int = 1) -> T:
        """Return the sum of the answers, in float64 and in a fixed order."""
        return tree_sum(self.map(task, *each, merged=merged))

    @abstractmethod
    def take(self, rows: Rows) -> Blocks:
        """Return some of the rows; many may stay where they are."""

    def brought(self, rows: Rows) -> LocalBlocks:
        """Return some of the rows in this process, wherever they are."""
        some = self.take(rows)
        assert isinstance(some, LocalBlocks)
        return some

    @abstractmethod
    def columns(self, kept: Rows) -> Blocks:
        """Return some of the columns of all rows."""

    @abstractmethod
    def dense(self, rows: Rows, columns: Rows | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats: a copy."""

    @abstractmethod
    def astype(self, dtype: DTypeLike) -> Self:
        """Return the same rows, computed in another float type."""

    @abstractmethod
    def labelled(self, y: Labels | None, weights: Floats | None = None) -> Self:
        """Return the same rows with other labels (n,) and weights (n,)."""

    @abstractmethod
    def converted(self, function: Callable[[LocalBlocks], LocalBlocks]) -> Blocks:
        """Return the same rows held in another way, wherever they are; functions travel as tasks.

        The number of rows must not change.
        """


class LocalBlocks(Blocks):
    """Blocks in this process, computed by its threads.

    Attributes
    ----------
    y : int64 array, shape (n,), or None
        Labels.
    weights : float64 array, shape (n,), or None
        Weights.
    merging : int
        Blocks that are always made one.
    """

    y: Labels | None
    weights: Floats | None
    n_threads: int | None
    block_rows: int | None
    merging: int = 1

    @abstractmethod
    def held(self, rows: slice) -> Any:
        """Return some rows in the form in which tasks get them."""

    @abstractmethod
    def entries_a_row(self) -> int:
        """Return how many numbers a row takes when it is computed with."""

    @property
    def weighted(self) -> bool:
        """Whether the rows have weights."""
        return self.weights is not None

    @cached_property
    def total(self) -> float:
        """Sum of the weights of the rows; n where they have none."""
        if self.weights is None:
            return float(len(self))
        weights = self.weights
        return tree_sum(float(weights[rows].sum()) for rows in self.bounds()) if len(self) else 0.0

    @property
    def rows_a_block(self) -> int:
        """Rows of a block, but for the last."""
        return self.block_rows or rows_a_block(self.entries_a_row())

    def bounds(self, merged: int = 1) -> list[slice]:
        """Return where the blocks begin and end."""
        n, size = len(self), self.rows_a_block * max(merged, self.merging)
        return [slice(start, min(start + size, n)) for start in range(0, n, size)]

    def map(self, task: Task[T], *each: Sequence[Any], merged: int = 1) -> Iterator[T]:
        """Yield the answer of each block, in the order of the rows."""

        def answer(block: tuple[slice, tuple[Any, ...]]) -> T:
            rows, arguments = block
            y = None if self.y is None else self.y[rows]
            w = None if self.weights is None else self.weights[rows]
            return task(self.held(rows), y, w, *arguments)

        bounds = self.bounds(merged)
        arguments = zip(*each, strict=True) if each else [()] * len(bounds)
        with one_blas_thread():
            blocks = list(zip(bounds, arguments, strict=True))
            yield from map_in_order(answer, blocks, self.n_threads)

    def sum(self, task: Task[T], *each: Sequence[Any], merged: int = 1) -> T:
        """Return the sum of the answers, in float64 and in a fixed order."""
        if len(self) == 0:  # nothing, in the form that an answer has
            return tree_sum([task(self.held(slice(0, 0)), self.y, self.weights)])
        return super().sum(task, *each, merged=merged)

    @abstractmethod
    def take(self, rows: Rows) -> LocalBlocks:
        """Return some of the rows."""

    @abstractmethod
    def columns(self, kept: Rows) -> LocalBlocks:
        """Return some of the columns of all rows."""

    def converted(self, function: Callable[[LocalBlocks], LocalBlocks]) -> LocalBlocks:
        """Return the same rows held in another way."""
        return function(self)


@dataclass(frozen=True, eq=False)
class ArrayBlocks(LocalBlocks):
    """Blocks of an array, a memory map, a SciPy CSR matrix or what else can be read like an array.

    Parameters
    ----------
    array : array of shape (n, d) or (n, h, w), or CSR matrix of shape (n, d)
        Kept as it is: a block becomes float just before its arithmetic.
    dtype : float32 or float64
        The type of that float.
    y : int64 array, shape (n,), optional
        Labels.
    weights : float64 array, shape (n,), optional
        Weights.
    rows : integer array or None
        Use only these rows of the array, in this order; labels and weights are theirs.
    n_threads : int or None
        Blocks computed at once; None means one for each core that this process may use.
    block_rows : int or None
        Rows of a block: a power of four, and None for what suits the shape.

    Examples
    --------
    >>> blocks = ArrayBlocks(np.arange(6, dtype=np.uint8).reshape(3, 2), np.float32)
    >>> blocks.sum(lambda X, y, w: X.sum(axis=0))
    array([6., 9.])
    """

    array: Any
    dtype: np.dtype[Any]
    y: Labels | None = None
    weights: Floats | None = None
    rows: Rows | None = None
    n_threads: int | None = None
    block_rows: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "dtype", np.dtype(self.dtype))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        n = self.array.shape[0] if self.rows is None else len(self.rows)
        return n, int(np.prod(self.array.shape[1:]))

    def entries_a_row(self) -> int:
        """Return how many numbers a row takes when it is computed with."""
        if sparse.issparse(self.array):
            return int(self.array.nnz // max(1, self.array.shape[0]))
        return self.shape[1]

    def astype(self, dtype: DTypeLike) -> Self:
        """Return the same rows, computed in another float type."""
        return replace(self, dtype=np.dtype(dtype))

    def labelled(self, y: Labels | None, weights: Floats | None = None) -> Self:
        """Return the same rows with other labels (n,) and weights (n,)."""
        return replace(self, y=y, weights=weights)

    def take(self, rows: Rows) -> ArrayBlocks:
        """Return some of the rows."""
        return replace(
            self,
            rows=rows if self.rows is None else self.rows[rows],
            y=None if self.y is None else self.y[rows],
            weights=None if self.weights is None else self.weights[rows],
            block_rows=None,
        )

    def columns(self, kept: Rows) -> ArrayBlocks:
        """Return some of the columns of all rows: a copy, where they are in memory."""
        array = self.array
        if isinstance(array, np.ndarray):
            array = array.reshape(self.array.shape[0], self.shape[1])[:, kept]
        elif sparse.issparse(array):
            array = array[:, kept]
        else:  # of what is read when it is asked for
            array = SomeColumns(array, kept)
        return replace(self, array=array, block_rows=None)

    def raw(self, rows: slice | Rows) -> Any:
        """Return some rows as they are held: bytes, floats or CSR."""
        return self.array[rows if self.rows is None else self.rows[rows]]

    def held(self, rows: slice) -> Matrix:
        """Return some rows as floats, shape (b, d)."""
        part = self.raw(rows)
        if sparse.issparse(part):
            return part if part.dtype == self.dtype else part.astype(self.dtype)
        part = part.reshape(part.shape[0], self.shape[1])
        if part.dtype == self.dtype and part.flags.c_contiguous:
            return part
        floats = BUFFERS.lend(part.shape, self.dtype)
        floats[...] = part
        return floats

    def dense(self, rows: Rows, columns: Rows | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats: a copy."""
        part = self.raw(rows)
        part = (part.toarray() if sparse.issparse(part) else part).reshape(len(rows), -1)
        if columns is not None and len(columns) < part.shape[1]:
            part = part.take(columns, axis=1)
        # Rows picked by their positions are a copy already.
        return np.ascontiguousarray(part, dtype=self.dtype)


@dataclass(frozen=True, eq=False)
class SomeColumns:
    """Some columns of rows that are read when they are asked for; the others are read, too."""

    array: Any
    kept: Rows

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and the columns that are kept."""
        return self.array.shape[0], len(self.kept)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of what is read."""
        dtype: np.dtype[Any] = self.array.dtype
        return dtype

    def __getitem__(self, rows: slice | Rows) -> NDArray[Any]:
        return np.ascontiguousarray(self.array[rows][:, self.kept])


def rows_a_block(d: int) -> int:
    """Return how many rows of d floats make a block: a power of four, whatever the machine.

    Blocks of other widths then begin and end together, and branches of the tree of sums, too.

    Examples
    --------
    >>> rows_a_block(64), rows_a_block(784), rows_a_block(15_000)
    (4096, 1024, 256)
    """
    fitting = np.log(BLOCK_BYTES / (8 * max(d, 1))) / np.log(FAN)
    return int(FAN ** int(np.clip(np.floor(fitting + 0.4), FEWEST, MOST)))
