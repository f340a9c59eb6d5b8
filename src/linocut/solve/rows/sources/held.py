"""An array in memory, where a shard is wanted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from linocut.solve.rows.sources.protocol import Array, Positions


@dataclass(frozen=True, eq=False)
class HeldShard:
    """An array that is in memory already; pickled, it takes all its numbers along.

    Parameters
    ----------
    array : array, rows first
    name : str
        What it is called in messages.

    Examples
    --------
    >>> HeldShard(np.arange(5), "labels").read(slice(1, 3))
    array([1, 2])
    """

    array: Array
    name: str = "the array"

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first."""
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The array's, in the machine's byte order."""
        return self.array.dtype.newbyteorder("=")

    @property
    def fingerprint(self) -> str:
        """A hash of the numbers."""
        return hashlib.sha256(np.ascontiguousarray(self.array).data).hexdigest()

    def read(self, rows: slice | Positions) -> Array:
        """Return some rows."""
        return self.array[rows].astype(self.dtype, copy=False)
