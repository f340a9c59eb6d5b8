"""Rows in the memory of a Dask cluster's workers.

Rows are cut into parts of 4ᵖ rows, which are whole branches of the tree of sums: each is summed
where it lies, and the sums of parts are added along the rest of the tree. A sum therefore has the
same bits as on threads, whatever the number of workers and the size of the parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self, TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import DTypeLike, NDArray

from linocut.core.blocks import ArrayBlocks, Blocks, Floats, LocalBlocks, Rows, Task
from linocut.core.blocks import Labels as Classes
from linocut.core.sums import FAN, tree_sum
from linocut.solve.rows.engines import parts
from linocut.solve.rows.engines.cluster import Cluster, Future
from linocut.solve.rows.engines.parts import AsType, Chain, Conversion, OfColumns, Packed
from linocut.solve.rows.engines.placing import LEAST_ROWS

T = TypeVar("T")

AT_ONCE = FAN**2  # sums that one task adds, and that are fetched at the end of a pass
MANY_BYTES = 16 << 20  # of tasks; their answers are then added up by the workers
EMBEDDED = 1 << 20  # bytes of tasks, up to which each worker is sent its own
MOST_BROUGHT = 64 << 20  # bytes of rows that are brought to this process
LOOK_AGAIN = 1.0  # seconds after which it is asked again which worker holds what
FETCHED = 32  # answers that are fetched together


@dataclass(frozen=True, eq=False)
class DaskBlocks(Blocks):
    """Blocks in the memory of a cluster's workers.

    Workers may leave and come while it is in use: what one held is read again by another.

    Attributes
    ----------
    cluster : Cluster
        Whose workers these are.
    held : Held
        The parts in their memory.
    chain : tuple of Conversion
        How they are seen.
    pattern : LocalBlocks
        Blocks without rows, seen alike: it tells the width, the types and the size of blocks.
    known : Packed or Future
        The chain, as it is sent, or where workers find it.
    """

    cluster: Cluster
    held: Held
    chain: Chain
    pattern: LocalBlocks
    known: Packed | Future

    @classmethod
    def of(cls, cluster: Cluster, held: Held, stored: ArrayBlocks) -> DaskBlocks:
        """Return the blocks of parts that are held like some stored blocks without rows."""
        return cls(cluster, held, (), stored, packed(()))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        return self.held.n_rows, self.pattern.shape[1]

    @property
    def dtype(self) -> np.dtype[Any]:  # type: ignore[override]
        """The float type in which a block's arithmetic is done."""
        return self.pattern.dtype

    @property
    def weighted(self) -> bool:
        """Whether the rows have weights."""
        return self.held.weighted

    @cached_property
    def total(self) -> float:
        """Sum of the weights of the rows; n where they have none."""
        if not self.weighted:
            return float(len(self))
        chain = [self.known] * len(self.held.parts)
        sums = self._sent(parts.total, self.held.parts, self.held.labels, chain, name="total")
        return float(tree_sum(self.cluster.answers(sums)))

    def bounds(self, merged: int = 1) -> list[slice]:
        """Return where the blocks begin and end."""
        n, size = len(self), self._size(merged)
        return [slice(start, min(start + size, n)) for start in range(0, n, size)]

    def map(self, task: Task[T], *each: Sequence[Any], merged: int = 1) -> Iterator[T]:
        """Yield the answer of each block, in the order of the rows."""
        futures = list(leaves(self._asked(parts.answers, packed(task), each, merged, name="map")))
        while futures:  # what was fetched is let go
            some, futures = futures[:FETCHED], futures[FETCHED:]
            for answers in self.cluster.answers(some, [*self.held.parts, *futures]):
                yield from answers

    def sum(self, task: Task[T], *each: Sequence[Any], merged: int = 1) -> T:
        """Return the sum of the answers, in float64 and in a fixed order."""
        data = packed(task)
        branches = self._asked(parts.summed, data, each, merged, name="sum")
        pieces = list(leaves(branches))
        few = 1 if len(data.data) * len(pieces) > MANY_BYTES else AT_ONCE
        while len(branches) > few:
            groups = [branches[i : i + AT_ONCE] for i in range(0, len(branches), AT_ONCE)]
            branches = self.cluster.map(parts.added, groups, name="add")
        watched = [*self.held.parts, *pieces]
        found = iter(self.cluster.answers(list(leaves(branches)), watched))
        total: T = parts.added(each_leaf(branches, lambda _: next(found)))
        return total

    def take(self, rows: Rows) -> Blocks:
        """Return some of the rows, brought to this process as they are stored.

        Many, in ascending order, stay with the workers.
        """
        rows = np.asarray(rows)
        many = len(rows) * self.held.row_bytes > MOST_BROUGHT
        if many and bool((rows[1:] > rows[:-1]).all()):
            return replace(self, held=self._picked(rows))
        return self.brought(rows)

    def columns(self, kept: Rows) -> DaskBlocks:
        """Return some of the columns of all rows."""
        return self.converted(OfColumns(kept))

    def dense(self, rows: Rows, columns: Rows | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats: a copy."""
        return self.brought(np.asarray(rows)).dense(np.arange(len(rows)), columns)

    def astype(self, dtype: DTypeLike) -> Self:
        """Return the same rows, computed in another float type."""
        return self if self.dtype == dtype else self.converted(AsType(np.dtype(dtype)))

    def labelled(self, y: Classes | None, weights: Floats | None = None) -> Self:
        """Return the same rows with other labels (n,) and weights (n,)."""
        cuts = self.held.cuts
        ys = [None if y is None else parts.packed(y[rows]) for rows in cuts]
        ws = [None if weights is None else weights[rows] for rows in cuts]
        labels = self._sent(parts.labels_for, self.held.parts, ys, ws, name="labels")
        return replace(self, held=replace(self.held, labels=labels, weighted=weights is not None))

    def placed_among(self, classes: NDArray[Any]) -> Self:
        """Return the same rows, their labels as positions among sorted classes; without weights."""
        every = [classes] * len(self.held.parts)
        labels = self._sent(parts.positions, self.held.parts, every, name="labels")
        return replace(self, held=replace(self.held, labels=labels, weighted=False))

    def classes(self) -> NDArray[Any]:
        """Return the labels that the rows were loaded with, each once and sorted."""
        found = self._sent(parts.labels_in, self.held.parts, name="classes")
        return np.unique(np.concatenate(self.cluster.answers(found)))

    def converted(self, function: Callable[[LocalBlocks], LocalBlocks]) -> Self:
        """Return the same rows held in another way, where they are."""
        chain = (*self.chain, Conversion(uuid4().hex, function))
        known: Any = packed(chain)
        if len(known.data) * len(self.held.parts) > EMBEDDED:
            known = self.cluster.one(parts.itself, known, name="chain")
        return replace(self, chain=chain, pattern=function(self.pattern), known=known)

    def _size(self, merged: int) -> int:
        return self.pattern.rows_a_block * max(merged, self.pattern.merging)

    def _asked(
        self,
        function: Callable[..., Any],
        task: Packed,
        each: Sequence[Sequence[Any]],
        merged: int,
        name: str,
    ) -> list[Any]:
        """Let workers compute a task; return a future for each branch of the tree of sums.

        A branch that lies on several workers is a list of its branches.
        """
        held, blocks = self.held, self.held.rows // self._size(merged)
        where, labels = held.places(self.cluster), held.labels
        branches = branches_of(where, held.together)
        groups = list(leaves(branches))
        asked: Any = task
        if len(task.data) * len(groups) > EMBEDDED:  # sent once, and on from worker to worker
            asked = self.cluster.one(parts.itself, task, name="task")
        futures = iter(
            self.cluster.map(
                function,
                [[held.parts[k] for k in group] for group in groups],
                [None if labels is None else [labels[k] for k in group] for group in groups],
                [self.known] * len(groups),
                [asked] * len(groups),
                [merged] * len(groups),
                [
                    packed([[e[k * blocks : (k + 1) * blocks] for e in each] for k in group])
                    for group in groups
                ],
                [held.n_threads] * len(groups),
                name=name,
                where=[where[group[0]] for group in groups],
            )
        )
        return each_leaf(branches, lambda _: next(futures))

    def _sent(
        self, function: Callable[..., Any], *columns: Sequence[Any] | None, name: str
    ) -> list[Future]:
        """Let a worker compute something for each part that it holds."""
        count = len(self.held.parts)
        arguments = [[None] * count if column is None else column for column in columns]
        where = self.held.places(self.cluster)
        return self.cluster.map(function, *arguments, name=name, where=where)

    def _picked(self, rows: Rows) -> Held:
        """Return parts that workers put together of some of the rows, in ascending order."""
        size, held = LEAST_ROWS, self.held
        where, labels = held.places(self.cluster), held.labels
        of_part, within = np.divmod(rows, held.rows)
        pieces, of = [], []
        for stretch in parts.cuts(len(rows), size):
            here, starts = np.unique(of_part[stretch], return_index=True)
            of.append(len(here))
            for k, some in zip(here, np.split(within[stretch], starts[1:]), strict=True):
                bits = np.zeros(int(some[-1]) + 1, bool)
                bits[some] = True
                pieces.append((int(k), np.packbits(bits)))
        taken = self.cluster.map(
            parts.picked,
            [held.parts[k] for k, _ in pieces],
            [None if labels is None else labels[k] for k, _ in pieces],
            [bits for _, bits in pieces],
            name="pick",
            where=[where[k] for k, _ in pieces],
        )
        ends = np.cumsum(of)
        made = self.cluster.map(
            parts.joined,
            [taken[end - count : end] for count, end in zip(of, ends, strict=True)],
            [held.dtype.str] * len(of),
            name="join",
        )
        return replace(
            held,
            parts=made,
            rows=size,
            n_rows=len(rows),
            at=[None] * len(made),
            asked=[-np.inf],
            labels=None,
        )

    def brought(self, rows: Rows) -> LocalBlocks:
        """Return some of the rows in this process."""
        blocks: LocalBlocks = self._fetched(rows)
        for conversion in self.chain:
            blocks = conversion.function(blocks)
        return blocks

    def _fetched(self, rows: Rows) -> ArrayBlocks:
        of_part, within = np.divmod(rows, self.held.rows)
        order = np.argsort(of_part, kind="stable")
        touched, starts = np.unique(of_part[order], return_index=True)
        wanted = np.split(within[order], starts[1:]) if len(rows) else [within]
        touched = touched if len(rows) else np.array([0])
        where = self.held.places(self.cluster)
        labels = self.held.labels
        futures = self.cluster.map(
            parts.taken,
            [self.held.parts[k] for k in touched],
            [None if labels is None else labels[k] for k in touched],
            wanted,
            name="take",
            where=[where[k] for k in touched],
        )
        found = ArrayBlocks(*parts.together(self.cluster.answers(futures), self.held.dtype))
        back = np.argsort(order, kind="stable")
        return replace(
            found,
            array=found.array[back],
            y=None if found.y is None else found.y[back],
            weights=None if found.weights is None else found.weights[back],
        )


def branches_of(where: Sequence[str | None], size: int, start: int = 0) -> list[Any]:
    """Return branches of up to so many neighbouring parts, as tuples, each on one worker.

    A branch that lies on several is a list of smaller ones.

    Examples
    --------
    >>> branches_of(["a", "a", "a", "a", "a", "b"], 4)
    [(0, 1, 2, 3), [(4,), (5,)]]
    """
    branches: list[Any] = []
    for low in range(0, len(where), size):
        holders = where[low : low + size]
        if size == 1 or (None not in holders and len(set(holders)) == 1):
            branches.append(tuple(range(start + low, start + low + len(holders))))
        else:
            branches.append(branches_of(holders, size // FAN, start + low))
    return branches


def leaves(branches: Sequence[Any]) -> Iterator[Any]:
    """Yield what is no list, in order, of nested lists."""
    for branch in branches:
        if isinstance(branch, list):
            yield from leaves(branch)
        else:
            yield branch


def each_leaf(branches: Sequence[Any], function: Callable[[Any], Any]) -> list[Any]:
    """Return nested lists with what a function makes of each leaf, called in order."""
    return [
        each_leaf(branch, function) if isinstance(branch, list) else function(branch)
        for branch in branches
    ]


def packed(value: Any) -> Packed:
    """Return a value as it is sent; its class may be one of the main program."""
    from distributed.protocol.pickle import dumps

    data: bytes = dumps(value)
    return Packed(data)


@dataclass(frozen=True, eq=False)
class Held:
    """Parts in the workers' memory, which keep them as long as this lives.

    Attributes
    ----------
    parts : list of Future of Part
        One after the other.
    rows : int
        Of each part but the last: a power of four that whole blocks make up, of any width.
    n_rows : int
        Of all parts.
    dtype : float32 or float64
        In which the parts compute, if they are not told otherwise.
    row_bytes : int
        Of a row as it is stored.
    weighted : bool
        Whether the rows have weights.
    at : list of str or None
        The worker that holds each.
    together : int
        Neighbours that one task computes, a power of four, where one worker holds them.
    n_threads : int
        Parts that a task computes at once.
    asked : list of one float
        When it was last asked which worker holds what, by `time.monotonic`.
    labels : list of Future of Labels, or None
        Labels and weights of each part, where they are not those that it was loaded with.
    """

    parts: list[Future]
    rows: int
    n_rows: int
    dtype: np.dtype[Any]
    row_bytes: int
    weighted: bool
    at: list[str | None]
    together: int
    n_threads: int
    asked: list[float]
    labels: list[Future] | None = None

    @property
    def cuts(self) -> list[slice]:
        """The rows of each part."""
        return parts.cuts(self.n_rows, self.rows)

    def places(self, cluster: Cluster) -> list[str | None]:
        """Return a worker that holds each part; None for one that is to be read again."""
        # Told, not left to the scheduler: it would rather move a part than let it wait its turn.
        # It may have moved some all the same, to workers that had nothing to do.
        if time.monotonic() > self.asked[0] + LOOK_AGAIN:
            found = zip(self.at, cluster.holders(self.parts), strict=True)
            self.at[:] = [at if at in there else next(iter(there), None) for at, there in found]
            self.asked[0] = time.monotonic()
        return list(self.at)
