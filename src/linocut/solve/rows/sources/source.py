"""Rows with what belongs to them: labels, weights, where they come from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.solve.rows.sources.joined import FeatureRows, LabelColumn, WeightColumn
from linocut.solve.rows.sources.protocol import Array, Positions

LABELS_AT_ONCE = 1 << 18

Read = tuple[Array, Array | None, Array | None]


@dataclass(frozen=True, eq=False)
class RowSource:
    """Rows of features or pixels on disk, with their labels, read block by block.

    It is what `open_rows` returns. It may be pickled and read in another process, by several
    threads at once; nothing is held in memory. Arrays are read-only where they show a file.

    Parameters
    ----------
    rows : FeatureRows
        Features (n, d) of type uint8, float16, float32 or float64; images are rows of h·w pixels.
    labels : LabelColumn or None
        Whole numbers or strings (n,).
    weights : WeightColumn or None
        float64 (n,), finite and not negative.
    origin : str
        What was opened.
    columns : tuple of str
        Names of the features, where the format gives names.
    notes : tuple of str
        What was decided and left aside, in sentences for the user.

    Raises
    ------
    LinocutError
        If there are more or fewer labels or weights than rows.

    Examples
    --------
    >>> from linocut.solve.rows import open_rows
    >>> source = open_rows((np.arange(8.0).reshape(4, 2), np.array([1, 0, 1, 2])))
    >>> source.n, source.d, source.classes()
    (4, 2, array([0, 1, 2]))
    >>> X, y, weights = source.read(1, 3)
    >>> X, y, weights
    (array([[2., 3.],
           [4., 5.]]), array([0, 1]), None)
    """

    rows: FeatureRows
    labels: LabelColumn | None = None
    weights: WeightColumn | None = None
    origin: str = ""
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for what, column in (("labels", self.labels), ("weights", self.weights)):
            if column is not None and len(column) != self.n:
                self._tell_lengths(what, column)

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.rows)

    @property
    def float_type(self) -> np.dtype[Any]:
        """The float type that holds all its features: float64 if they are, else float32."""
        return np.dtype(np.float64 if self.rows.dtype == np.float64 else np.float32)

    @property
    def d(self) -> int:
        """Features."""
        return self.rows.shape[1]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        return self.n, self.d

    @property
    def image_shape(self) -> Shape | None:
        """Height and width of the images that the rows are, None if they are none."""
        return self.rows.image_shape

    def __len__(self) -> int:
        return self.n

    def read(self, start: int, stop: int) -> Read:
        """Return the rows between two bounds, their labels and weights.

        Raises
        ------
        LinocutError
            If a shard has vanished, changed or holds NaN or an infinity there; it names the shard.
        """
        return self._parts(slice(start, stop))

    def take(self, rows: Positions) -> Read:
        """Return some rows in the order asked for, their labels and weights."""
        return self._parts(rows)

    def between(self, start: int, stop: int) -> RowSource:
        """Return a source of the rows between two bounds, with no more shards than hold them.

        It is what a task that reads them takes along: pickled, a shard with its labels takes about
        150 bytes and twice its path, which adds up where there are thousands.

        Examples
        --------
        >>> from linocut.solve.rows import open_rows
        >>> source = open_rows(np.arange(8.0).reshape(4, 2))
        >>> source.between(1, 3).rows[:]
        array([[2., 3.],
               [4., 5.]])
        """
        labels, weights = self.labels, self.weights
        return replace(
            self,
            rows=self.rows.between(start, stop),
            labels=None if labels is None else labels.between(start, stop),
            weights=None if weights is None else weights.between(start, stop),
        )

    def classes(self) -> Array:
        """Return the labels that occur, each once and sorted, in one reading of all of them.

        Raises
        ------
        LinocutError
            If there are no labels.
        """
        if self.labels is None:
            raise LinocutError(f"{self.origin}: has no labels — name them with labels=")
        found = np.empty(0, self.labels.dtype)
        for start in range(0, self.n, LABELS_AT_ONCE):
            found = np.union1d(found, self.labels[start : start + LABELS_AT_ONCE])
        return found

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the names, sizes and times of change of all shards.

        Examples
        --------
        >>> from linocut.solve.rows import open_rows
        >>> first, second = (open_rows(np.full((2, 2), k)) for k in (0.0, 1.0))
        >>> first.fingerprint == second.fingerprint
        False
        """
        made = hashlib.sha256()
        for column in (self.rows, self.labels, self.weights):
            for shard in column.shards if column is not None else ():
                made.update(shard.fingerprint.encode() + b"\n")
            if column is not None:
                made.update(f"{column.skip} {len(column)}\n".encode())
        return made.hexdigest()

    def _parts(self, rows: slice | Positions) -> Read:
        labels, weights = self.labels, self.weights
        return (
            self.rows[rows],
            None if labels is None else labels[rows],
            None if weights is None else weights[rows],
        )

    def _tell_lengths(self, what: str, column: LabelColumn | WeightColumn) -> None:
        """Name the first shard whose labels or weights are of another number than its rows."""
        if len(column.shards) == len(self.rows.shards):
            for shard, beside in zip(self.rows.shards, column.shards, strict=True):
                if shard.shape[0] != beside.shape[0]:
                    raise LinocutError(
                        f"{shard.name}: {shard.shape[0]:,} rows, but {beside.name} holds "
                        f"{beside.shape[0]:,} {what} — one a row is wanted"
                    )
        raise LinocutError(
            f"{self.origin}: {self.n:,} rows, but {column.shards[0].name} holds {len(column):,} "
            f"{what} — one a row is wanted"
        )
