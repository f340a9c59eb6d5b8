"""Write a .npy file row by row."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from linocut.core.caching import check_room
from linocut.solve.rows.sources.protocol import Array


class NpyWriter:
    """A .npy file of a known shape that is filled from the front; it is whole once closed.

    Parameters
    ----------
    path : Path
    dtype : dtype
    shape : tuple of int
        Rows first.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "x.npy"
    >>> with NpyWriter(path, np.dtype(np.uint8), (3, 2)) as writer:
    ...     writer.append(np.zeros((1, 2)))
    ...     writer.append(np.ones((2, 2)))
    >>> np.load(path).sum(axis=1)
    array([0, 2, 2], dtype=uint64)
    """

    def __init__(self, path: Path, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
        self._dtype, self._shape = dtype, shape
        check_room(path.parent, int(np.prod(shape, dtype=float) * dtype.itemsize))
        self._file = path.open("wb")
        header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)

    def append(self, rows: Array) -> None:
        """Add rows, made the file's type."""
        part = np.ascontiguousarray(rows, self._dtype).reshape(len(rows), *self._shape[1:])
        self._file.write(part.data)

    def __enter__(self) -> NpyWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
