"""What lies in a worker's memory, and what is done to it there. No cluster is needed to read it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut._version import __version__
from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks, LocalBlocks, Rows
from linocut.core.sums import tree_sum
from linocut.core.threads import map_in_order
from linocut.solve.rows.sources.held import HeldShard
from linocut.solve.rows.sources.joined import Joined
from linocut.solve.rows.sources.source import RowSource

Array = NDArray[Any]
Labels = tuple[Array | None, Array | None]  # of a part's rows, and their weights

MOST_VIEWS = 8  # kept of a part: one fit has three or four


@dataclass(frozen=True, eq=False)
class Conversion:
    """A function for `Blocks.converted`, and a name by which a worker knows what it has made."""

    token: str
    function: Callable[[LocalBlocks], LocalBlocks]


Chain = tuple[Conversion, ...]


@dataclass(frozen=True)
class Packed:
    """A value on its way to other processes.

    Its arrays are aligned in memory when it is unpacked. Out of a message they may begin at an odd
    address, and then matrix products are computed by other code, whose last bits differ.
    """

    data: bytes

    def unpacked(self) -> Any:
        """Return the value."""
        return pickle.loads(self.data)


@dataclass(eq=False)
class Part:
    """A stretch of rows in a worker's memory.

    Attributes
    ----------
    rows : ArrayBlocks
        The rows as they are stored, with labels and weights.
    """

    rows: ArrayBlocks
    _views: dict[str, LocalBlocks] = field(default_factory=dict, repr=False)

    def seen(self, chain: Packed, labels: Labels | None = None) -> LocalBlocks:
        """Return the rows as a chain of conversions shows them, with other labels if given.

        What conversions have made is kept for the next pass.
        """
        view: LocalBlocks = self.rows
        for conversion in chain.unpacked():
            view = self._converted(view, conversion)
        return view if labels is None else view.labelled(*map(_aligned, labels))

    def _converted(self, rows: LocalBlocks, conversion: Conversion) -> LocalBlocks:
        view = self._views.get(conversion.token)
        if view is None:
            view = self._views[conversion.token] = conversion.function(rows)
            while len(self._views) > MOST_VIEWS:
                self._views.pop(next(iter(self._views)), None)
        return view

    def __sizeof__(self) -> int:
        """Tell the scheduler what moving it would cost."""
        held = (self.rows.array, self.rows.y, self.rows.weights)
        return sum(0 if each is None else each.nbytes for each in held) + 64

    def __getstate__(self) -> dict[str, Any]:
        return {"rows": self.rows}

    def __setstate__(self, state: dict[str, Any]) -> None:
        rows = state["rows"]
        self.rows = replace(
            rows,
            array=_aligned(rows.array),
            y=_aligned(rows.y),
            weights=_aligned(rows.weights),
        )
        self._views = {}


@dataclass(frozen=True, eq=False)
class AsType:
    """Computes in another float type."""

    dtype: np.dtype[Any]

    def __call__(self, blocks: LocalBlocks) -> LocalBlocks:
        """See the class."""
        return blocks.astype(self.dtype)


@dataclass(frozen=True, eq=False)
class OfColumns:
    """Keeps some of the columns."""

    kept: Rows

    def __call__(self, blocks: LocalBlocks) -> LocalBlocks:
        """See the class."""
        return blocks.columns(self.kept)


def loaded(
    anchor: None,
    source: RowSource,
    rows: Rows | None,
    labels: Labels | None,
    dtype: str,
    version: str,
) -> Part:
    """Read a part: all rows of a source, or some, with their own labels or with others.

    The anchor only tells the scheduler where.

    Raises
    ------
    LinocutError
        If this worker has another version of linocut than who asked.
    """
    if version != __version__:
        raise LinocutError(
            f"a worker has linocut {__version__}, this process {version} — the same on both"
        )
    X, y, weights = source.read(0, source.n) if rows is None else source.take(rows)
    if not (X.flags.owndata and X.flags.aligned):  # a view of a file may lie far away
        X = X.copy()
    y, weights = unpacked(*((y, weights) if labels is None else labels))
    return Part(ArrayBlocks(X, np.dtype(dtype), y, weights, n_threads=1))


def positions(part: Part, classes: Array) -> Labels:
    """Return the labels of a part as positions among all classes."""
    y = part.rows.y
    assert y is not None
    return np.searchsorted(classes, y).astype(np.int64), None


def labels_in(part: Part) -> Array:
    """Return the labels that occur in a part."""
    return np.unique(np.asarray(part.rows.y))


def unpacked(y: Array | None, weights: Array | None) -> Labels:
    """Return labels and weights as they are computed with; whole numbers travel as narrow ones."""
    wide = y is None or y.dtype.kind not in "iu"
    return y if wide else y.astype(np.int64), _aligned(weights)  # type: ignore[union-attr]


def labels_for(part: Part, y: Array | None, weights: Array | None) -> Labels:
    """Return labels and weights where the rows are that they are for."""
    return unpacked(y, weights)


def packed(y: Array) -> Array:
    """Return whole numbers from zero up in the narrowest type that holds them.

    Examples
    --------
    >>> packed(np.array([0, 9])).dtype, packed(np.array([0, 1000])).dtype
    (dtype('uint8'), dtype('uint16'))
    """
    return y.astype(np.min_scalar_type(int(y.max(initial=0))))


def summed(
    parts: Sequence[Part],
    labels: Sequence[Labels] | None,
    chain: Packed,
    task: Packed,
    merged: int,
    each: Packed,
    n_threads: int,
) -> Any:
    """Return the sum of the answers of the blocks of neighbouring parts: a branch of the tree."""
    asked = task.unpacked()

    def of_part(given: tuple[LocalBlocks, Sequence[Any]]) -> Any:
        view, arguments = given
        return view.sum(asked, *arguments, merged=merged)

    views = list(zip(_views(parts, labels, chain), each.unpacked(), strict=True))
    return tree_sum(map_in_order(of_part, views, n_threads))


def answers(
    parts: Sequence[Part],
    labels: Sequence[Labels] | None,
    chain: Packed,
    task: Packed,
    merged: int,
    each: Packed,
    n_threads: int,
) -> list[Any]:
    """Return the answers of the blocks of neighbouring parts."""
    asked = task.unpacked()

    def of_part(given: tuple[LocalBlocks, Sequence[Any]]) -> list[Any]:
        view, arguments = given
        return list(view.map(asked, *arguments, merged=merged))

    views = list(zip(_views(parts, labels, chain), each.unpacked(), strict=True))
    return [answer for some in map_in_order(of_part, views, n_threads) for answer in some]


def _views(
    parts: Sequence[Part], labels: Sequence[Labels] | None, chain: Packed
) -> list[LocalBlocks]:
    of_part = [None] * len(parts) if labels is None else labels
    return [part.seen(chain, mine) for part, mine in zip(parts, of_part, strict=True)]


def added(branches: Sequence[Any]) -> Any:
    """Return the sum of branches; a list stands for one that came in pieces.

    Examples
    --------
    >>> added([1.0, [2.0, [3.0, 0.5]], 4.0])
    10.5
    """
    return tree_sum(added(branch) if isinstance(branch, list) else branch for branch in branches)


def total(part: Part, labels: Labels | None, chain: Packed) -> float:
    """Return the sum of the weights of a part's rows."""
    return part.seen(chain, labels).total


def taken(part: Part, labels: Labels | None, rows: Rows) -> tuple[Array, Array | None, Any]:
    """Return some rows as they are stored, their labels and weights."""
    some = part.rows if labels is None else part.rows.labelled(*labels)
    some = some.take(rows)
    return some.raw(slice(None)), some.y, some.weights


def picked(part: Part, labels: Labels | None, bits: Array) -> tuple[Array, Array | None, Any]:
    """Return the rows whose bit is set, as `taken` does."""
    return taken(part, labels, np.flatnonzero(np.unpackbits(bits)))


def joined(pieces: Sequence[tuple[Array, Array | None, Any]], dtype: str) -> Part:
    """Return a part of what was taken of others."""
    return Part(ArrayBlocks(*together(pieces, np.dtype(dtype)), n_threads=1))


def together(
    pieces: Sequence[tuple[Array, Array | None, Any]], dtype: np.dtype[Any]
) -> tuple[Array, np.dtype[Any], Array | None, Any]:
    """Return rows, their float type, labels and weights of what was taken, one after the other."""
    X, y, weights = (
        None if column[0] is None else np.concatenate(column)
        for column in zip(*pieces, strict=True)
    )
    assert X is not None
    return X, dtype, y, weights


def itself(value: Any) -> Any:
    """Return what is to be known to all workers."""
    return value


def cuts(n: int, size: int) -> list[slice]:
    """Return the rows of each part; there is one, if only of no rows.

    Examples
    --------
    >>> cuts(5, 4), cuts(0, 4)
    ([slice(0, 4, None), slice(4, 5, None)], [slice(0, 0, None)])
    """
    return [slice(start, min(start + size, n)) for start in range(0, max(n, 1), size)]


def cut(source: RowSource, start: int, stop: int) -> RowSource:
    """Return a source of some rows, which takes along no more of arrays in memory than those.

    Examples
    --------
    >>> from linocut.solve.rows import open_rows
    >>> part = cut(open_rows((np.arange(800).reshape(100, 8) / 8, np.arange(100))), 3, 5)
    >>> part.read(0, 2)[1], part.rows.shards[0].shape
    (array([3, 4]), (2, 8))
    """
    some = source.between(start, stop)
    return replace(
        some, rows=_slim(some.rows), labels=_slim(some.labels), weights=_slim(some.weights)
    )


def _aligned(array: Array | None) -> Array | None:
    return None if array is None else np.require(array, requirements="A")


def _slim(column: Any) -> Any:
    if not isinstance(column, Joined) or not any(_is_held(shard) for shard in column.shards):
        return column
    if len(column.shards) > 1:
        return replace(column, shards=(HeldShard(column[:]),), skip=0, length=None)
    (shard,) = column.shards
    rows = shard.read(slice(column.skip, column.skip + len(column)))
    return replace(column, shards=(HeldShard(rows, shard.name),), skip=0, length=None)


def _is_held(shard: Any) -> bool:
    return isinstance(shard, HeldShard)
