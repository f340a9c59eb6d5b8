"""Shards one after the other, as one array of rows or one column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from linocut.core import LinocutError
from linocut.core.colour import PLANES, Shape
from linocut.solve.rows.sources.checking import (
    check_feature_type,
    check_finite,
    usable_weights,
    whole_labels,
)
from linocut.solve.rows.sources.protocol import Array, Positions, Shard

PICKED_AT_ONCE = 8 << 20  # bytes read from scattered places before they are put in order
MOST_REMEMBERED = 1 << 17  # blocks that are not looked through for NaN again


@dataclass(frozen=True, eq=False)
class Joined:
    """Shards of different lengths, read as one; the three below say what may stand in them.

    Parameters
    ----------
    shards : tuple of Shard
        At least one.
    skip : int
        Rows of the first shard that are left out.
    length : int or None
        Rows that are read after those; None means all.
    """

    shards: tuple[Shard, ...]
    skip: int = 0
    length: int | None = None

    def __post_init__(self) -> None:
        for shard in self.shards:
            self._check(shard)

    def __len__(self) -> int:
        return int(self._starts[-1]) - self.skip if self.length is None else self.length

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows n."""
        return (len(self),)

    @property
    def ndim(self) -> int:
        """One for a column, two for rows."""
        return len(self.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of what is read."""
        return self.shards[0].dtype

    def __getitem__(self, rows: slice | Positions) -> Array:
        if not isinstance(rows, slice):
            return self._picked(self.skip + self._positions(rows))
        start, stop, step = rows.indices(len(self))
        if step == 1:
            return self._range(self.skip + start, self.skip + max(start, stop))
        return self._picked(self.skip + np.arange(start, stop, step))

    def between(self, start: int, stop: int) -> Self:
        """Return the rows between two bounds, with no more shards than hold them."""
        start, stop, _ = slice(start, stop).indices(len(self))
        low, high = self.skip + start, self.skip + max(start, stop)
        first = min(int(np.searchsorted(self._starts, low, side="right")), len(self.shards)) - 1
        last = max(first + 1, int(np.searchsorted(self._starts, high)))
        shards = self.shards[first:last]
        return replace(self, shards=shards, skip=low - int(self._starts[first]), length=high - low)

    def __getstate__(self) -> dict[str, Any]:
        return {"shards": self.shards, "skip": self.skip, "length": self.length}

    def _check(self, shard: Shard) -> None:
        raise NotImplementedError

    def _checked(self, part: Array, name: str, rows: slice | Positions) -> Array:
        raise NotImplementedError

    @cached_property
    def _starts(self) -> Positions:
        """Return where each shard starts, and the end."""
        return np.cumsum([0, *(shard.shape[0] for shard in self.shards)], dtype=np.intp)

    def _read(self, k: int, rows: slice | Positions) -> Array:
        shard = self.shards[k]
        part = shard.read(rows)
        return self._checked(part.reshape(len(part), *self.shape[1:]), shard.name, rows)

    def _range(self, start: int, stop: int) -> Array:
        starts = self._starts
        first, last = np.searchsorted(starts, [start, stop - 1], side="right") - 1
        parts = [
            self._read(k, slice(max(start - low, 0), min(stop, high) - low))
            for k in range(int(first), int(last) + 1)
            if (low := int(starts[k])) < (high := int(starts[k + 1])) and start < stop
        ]
        if not parts:
            return np.empty((0, *self.shape[1:]), self.dtype)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _picked(self, rows: Positions) -> Array:
        out = np.empty((len(rows), *self.shape[1:]), self.dtype)
        order = None if (rows[1:] >= rows[:-1]).all() else np.argsort(rows, kind="stable")
        ascending = rows if order is None else rows[order]
        bounds = np.searchsorted(ascending, self._starts)
        at_once = max(1, PICKED_AT_ONCE // max(1, int(out.nbytes / max(1, len(out)))))
        for k in np.flatnonzero(np.diff(bounds)):
            for low in range(bounds[k], bounds[k + 1], at_once):
                some = slice(low, min(low + at_once, bounds[k + 1]))
                part = self._read(int(k), ascending[some] - self._starts[k])
                out[some if order is None else order[some]] = part
        return out

    def _positions(self, given: Any) -> Positions:
        rows: Array = np.asarray(given)
        if rows.dtype == bool and rows.shape == (len(self),):
            return np.flatnonzero(rows)
        if rows.ndim != 1 or (rows.dtype.kind not in "iu" and rows.size):
            raise IndexError("rows are chosen by a slice or by a one-dimensional array of integers")
        n = len(self)
        if rows.size and not (-n <= rows.min() and rows.max() < n):
            raise IndexError(f"rows from {rows.min()} to {rows.max()} of {n}")
        rows = rows.astype(np.intp, copy=False)
        return np.where(rows < 0, rows + n, rows) if rows.size and rows.min() < 0 else rows


@dataclass(frozen=True, eq=False)
class FeatureRows(Joined):
    """Features (n, d): shards (n, d), or images (n, h, w) as rows of h·w pixels.

    Examples
    --------
    >>> from linocut.solve.rows.sources.held import HeldShard
    >>> rows = FeatureRows((HeldShard(np.zeros((2, 3, 4))), HeldShard(np.ones((5, 12)))))
    >>> rows.shape, rows[1:3].sum(axis=1), rows[np.array([6, 0])].sum(axis=1)
    ((7, 12), array([ 0., 12.]), array([12.,  0.]))
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows n and features d."""
        return len(self), int(np.prod(self.shards[0].shape[1:]))

    @property
    def image_shape(self) -> Shape | None:
        """Height and width, and planes in colour, where all shards are images."""
        shapes = {shard.shape[1:] for shard in self.shards}
        only = shapes.pop()
        return tuple(map(int, only)) if not shapes and len(only) > 1 else None

    def _check(self, shard: Shard) -> None:
        first = self.shards[0]
        if len(shard.shape) not in {2, 3} and shard.shape[3:] != (PLANES,):
            raise LinocutError(
                f"{shard.name}: has shape {shard.shape} — features are (n, d), or images (n, h, w) "
                "or (n, h, w, 3)"
            )
        check_feature_type(shard.dtype, shard.name)
        width, wanted = (int(np.prod(each.shape[1:])) for each in (shard, first))
        if width != wanted:
            raise LinocutError(
                f"{shard.name}: rows of {width:,} features — {first.name} has {wanted:,}"
            )
        if shard.dtype != first.dtype:
            raise LinocutError(
                f"{shard.name}: features of type {shard.dtype} — {first.name} has {first.dtype}"
            )

    def _checked(self, part: Array, name: str, rows: slice | Positions) -> Array:
        # A fit reads the same blocks in each pass. What was finite stays so, since a file that
        # has changed is not read on.
        block = (name, rows.start, rows.stop) if isinstance(rows, slice) else None
        if block not in self._finite:
            check_finite(part, name, rows)
            if block is not None and len(self._finite) < MOST_REMEMBERED:
                self._finite.add(block)
        return part

    @cached_property
    def _finite(self) -> set[tuple[str, int, int]]:
        return set()


@dataclass(frozen=True, eq=False)
class LabelColumn(Joined):
    """Labels (n,): whole numbers or strings; floats and (n, 1) are taken where they are such.

    Examples
    --------
    >>> from linocut.solve.rows.sources.held import HeldShard
    >>> LabelColumn((HeldShard(np.array(["a", "b"])), HeldShard(np.array(["long"]))))[:]
    array(['a', 'b', 'long'], dtype='<U4')
    """

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type that holds the labels of every shard."""
        return self._dtype

    @cached_property
    def _dtype(self) -> np.dtype[Any]:
        return np.result_type(*{_label_type(shard.dtype) for shard in self.shards})

    def _check(self, shard: Shard) -> None:
        _check_column(shard, "labels")
        if shard.dtype.kind not in "iubfUS":
            raise LinocutError(
                f"{shard.name}: labels of type {shard.dtype} — whole numbers or strings"
            )
        first = self.shards[0]
        if (shard.dtype.kind in "US") != (first.dtype.kind in "US"):
            raise LinocutError(
                f"{shard.name}: labels of type {shard.dtype} — {first.name} has {first.dtype}"
            )

    def _checked(self, part: Array, name: str, rows: slice | Positions) -> Array:
        return whole_labels(part, self.dtype, name, rows)


@dataclass(frozen=True, eq=False)
class WeightColumn(Joined):
    """Weights (n,): finite and not negative, read as float64.

    Examples
    --------
    >>> from linocut.solve.rows.sources.held import HeldShard
    >>> WeightColumn((HeldShard(np.array([1, 2])),))[:]
    array([1., 2.])
    """

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64."""
        return np.dtype(np.float64)

    def _check(self, shard: Shard) -> None:
        _check_column(shard, "weights")
        if shard.dtype.kind not in "iubf":
            raise LinocutError(f"{shard.name}: weights of type {shard.dtype} — numbers are wanted")

    def _checked(self, part: Array, name: str, rows: slice | Positions) -> Array:
        return usable_weights(part, name, rows)


def _check_column(shard: Shard, what: str) -> None:
    if len(shard.shape) != 1 and shard.shape[1:] != (1,):
        raise LinocutError(f"{shard.name}: {what} of shape {shard.shape} — one a row, (n,)")


def _label_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind == "S":
        return np.dtype(f"U{max(1, dtype.itemsize)}")
    return np.dtype(np.int64) if dtype.kind == "f" else dtype
