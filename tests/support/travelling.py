"""Blocks that lie elsewhere, as far as anyone can tell: all that goes there and back is pickled."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from linocut.core.blocks import (
    ArrayBlocks,
    Blocks,
    Floats,
    Labels,
    LocalBlocks,
    Rows,
    Task,
)
from linocut.core.sums import tree_sum

PART_ROWS = 4096  # a power of four that every block of these tests fits into

Conversion = Callable[[LocalBlocks], LocalBlocks]


@dataclass(eq=False)
class Traffic:
    """What was sent.

    Attributes
    ----------
    largest_task, tasks : int
        Bytes of the largest task, and how many were sent.
    fetched : int
        Rows that were brought back.
    """

    largest_task: int = 0
    tasks: int = 0
    fetched: int = 0

    def sent(self, task: Any) -> Any:
        """Return the task as it arrives."""
        sent = pickle.dumps(task)
        self.largest_task = max(self.largest_task, len(sent))
        self.tasks += 1
        return pickle.loads(sent)


@dataclass(frozen=True, eq=False)
class TravellingBlocks(Blocks):
    """Parts of an array's rows, each of which knows nothing but itself."""

    parts: tuple[LocalBlocks, ...]
    dtype: np.dtype[Any]
    conversions: tuple[Conversion, ...] = ()
    traffic: Traffic = field(default_factory=Traffic)

    @classmethod
    def of(cls, X: Any, dtype: DTypeLike, rows: int = PART_ROWS) -> TravellingBlocks:
        whole = ArrayBlocks(X, np.dtype(dtype))
        parts = tuple(
            ArrayBlocks(X[start : start + rows], whole.dtype, block_rows=whole.rows_a_block)
            for start in range(0, len(X), rows)
        )
        return cls(parts, whole.dtype)

    @property
    def shape(self) -> tuple[int, int]:
        return sum(map(len, self.parts)), self.parts[0].shape[1]

    @property
    def total(self) -> float:
        return tree_sum(part.total for part in self.parts)

    @property
    def weighted(self) -> bool:
        return self.parts[0].weighted

    @property
    def starts(self) -> list[int]:
        return [0, *np.cumsum([len(part) for part in self.parts])]

    def bounds(self, merged: int = 1) -> list[slice]:
        return [
            slice(start + block.start, start + block.stop)
            for part, start in zip(self.parts, self.starts, strict=False)
            for block in part.bounds(merged)
        ]

    def map(self, task: Task[Any], *each: Sequence[Any], merged: int = 1) -> Iterator[Any]:
        for answers in self._ask("map", task, each, merged):
            yield from answers

    def sum(self, task: Task[Any], *each: Sequence[Any], merged: int = 1) -> Any:
        return tree_sum(self._ask("sum", task, each, merged))

    def _ask(self, how: str, task: Any, each: Any, merged: int) -> Iterator[Any]:
        done = 0
        for part in self.parts:
            blocks = len(part.bounds(merged))
            mine = [some[done : done + blocks] for some in each]
            done += blocks
            task_, mine = self.traffic.sent(task), pickle.loads(pickle.dumps(mine))
            answer = getattr(part, how)(task_, *mine, merged=merged)
            yield pickle.loads(pickle.dumps(list(answer) if how == "map" else answer))

    def take(self, rows: Rows) -> LocalBlocks:
        self.traffic.fetched += len(rows)
        stored, y, w = zip(*(_stored(part) for part in self.parts), strict=True)
        blocks: LocalBlocks = ArrayBlocks(
            np.concatenate(stored)[rows],
            self.dtype,
            None if y[0] is None else np.concatenate(y)[rows],
            None if w[0] is None else np.concatenate(w)[rows],
        )
        for conversion in self.conversions:
            blocks = conversion(blocks)
        return blocks

    def dense(self, rows: Rows, columns: Rows | None = None) -> Any:
        return self.take(rows).dense(np.arange(len(rows)), columns)

    def columns(self, kept: Rows) -> TravellingBlocks:
        return self.converted(_Narrowed(kept))

    def astype(self, dtype: DTypeLike) -> Self:
        parts = tuple(part.astype(dtype) for part in self.parts)
        return replace(self, parts=parts, dtype=np.dtype(dtype))

    def labelled(self, y: Labels | None, weights: Floats | None = None) -> Self:
        parts = tuple(
            part.labelled(
                None if y is None else y[start : start + len(part)],
                None if weights is None else weights[start : start + len(part)],
            )
            for part, start in zip(self.parts, self.starts, strict=False)
        )
        return replace(self, parts=parts)

    def converted(self, function: Conversion) -> TravellingBlocks:
        parts = tuple(self.traffic.sent(function)(part) for part in self.parts)
        return replace(self, parts=parts, conversions=(*self.conversions, function))


@dataclass(frozen=True, eq=False)
class _Narrowed:
    kept: Rows

    def __call__(self, blocks: LocalBlocks) -> LocalBlocks:
        return blocks.columns(self.kept)


def _stored(part: LocalBlocks) -> tuple[Any, Any, Any]:
    while not isinstance(part, ArrayBlocks):
        part = part.source  # type: ignore[attr-defined]
    return part.raw(slice(None)), part.y, part.weights
