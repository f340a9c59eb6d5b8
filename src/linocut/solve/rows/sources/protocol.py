"""What rows on disk look like from outside, and what one file of them must be able to do."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Positions = NDArray[np.intp]


class LazyRows(Protocol):
    """Rows (n, d) that are read when they are asked for.

    Small when pickled: paths, offsets and fingerprints, neither handles nor numbers. Several
    threads may read at once; after unpickling or a fork files are opened anew where they must be.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows n and features d."""

    @property
    def ndim(self) -> int:
        """Two."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8, float16, float32 or float64."""

    def __len__(self) -> int:
        """Return the rows n."""

    def __getitem__(self, rows: slice | Positions) -> Array:
        """Return some rows in the order asked for; they may be a read-only view of the file."""


class LazyColumn(Protocol):
    """One number or string for each row, likewise: labels or weights, shape (n,)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows n."""

    @property
    def ndim(self) -> int:
        """One."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of what is read."""

    def __len__(self) -> int:
        """Return the rows n."""

    def __getitem__(self, rows: slice | Positions) -> Array:
        """Return some values in the order asked for."""


class Shard(Protocol):
    """One file's share of the rows, or of a column beside them: a small hashable value."""

    @property
    def name(self) -> str:
        """What it is called in messages: a path, perhaps with the name of an array in it."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first: (n, d), (n, h, w) or (n,)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of what `read` returns, in the machine's byte order."""

    @property
    def fingerprint(self) -> str:
        """What changes when the file does."""

    def read(self, rows: slice | Positions) -> Array:
        """Return rows between two bounds, or at ascending positions.

        Raises
        ------
        LinocutError
            If the file has vanished or changed since it was opened.
        """
