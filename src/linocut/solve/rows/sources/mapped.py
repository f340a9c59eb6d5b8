"""Numbers that lie one after the other in a file: mapped, not read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.files.local import LocalFile, ShardFile
from linocut.solve.rows.sources.protocol import Array, Positions

MOST_MAPS = 256  # kept open: each holds a file descriptor, of which a process has a thousand


@dataclass(frozen=True, slots=True)
class MappedShard:
    """A stretch of a file that is an array.

    Parameters
    ----------
    file : ShardFile
    offset : int
        Bytes before the first number.
    stored : str
        The type of the numbers as NumPy writes it, ``">f4"``, say.
    shape : tuple of int
        Rows first.
    fortran : bool
        Whether the first axis varies fastest.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "x.bin"
    >>> np.arange(6, dtype=np.uint8).tofile(path)
    >>> MappedShard(LocalFile.at(path), 2, "|u1", (2, 2)).read(slice(0, 2))
    array([[2, 3],
           [4, 5]], dtype=uint8)
    """

    file: ShardFile
    offset: int
    stored: str
    shape: tuple[int, ...]
    fortran: bool = False

    @property
    def name(self) -> str:
        """Its path or URL."""
        return self.file.name

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers in the machine's byte order."""
        return np.dtype(self.stored).newbyteorder("=")

    @property
    def fingerprint(self) -> str:
        """That of the file, and where in it."""
        return f"{self.file.fingerprint}|{self.offset}|{self.stored}|{self.shape}"

    def read(self, rows: slice | Positions) -> Array:
        """Return some rows; a view of the file where it can be one."""
        path = self.file.checked()
        return _mapped(self, path)[rows].astype(self.dtype, copy=False)


@dataclass(frozen=True, slots=True)
class Bfloat16Shard:
    """A stretch of a file in bfloat16, the upper halves of float32's: read as these, exactly.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "x.bin"
    >>> (np.array([[1.5, -2.0]], np.float32).view(np.uint32) >> 16).astype("<u2").tofile(path)
    >>> Bfloat16Shard(MappedShard(LocalFile.at(path), 0, "<u2", (1, 2))).read(slice(0, 1))
    array([[ 1.5, -2. ]], dtype=float32)
    """

    halves: MappedShard

    @property
    def name(self) -> str:
        """Its path or URL."""
        return self.halves.name

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows first."""
        return self.halves.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32."""
        return np.dtype(np.float32)

    @property
    def fingerprint(self) -> str:
        """That of the file, and where in it."""
        return self.halves.fingerprint

    def read(self, rows: slice | Positions) -> Array:
        """Return some rows."""
        return (self.halves.read(rows).astype(np.uint32) << 16).view(np.float32)


def shard_of_map(array: np.memmap[Any, Any], name: str) -> MappedShard:
    """Return the stretch of a file that a memory map, or a slice of one, shows.

    Raises
    ------
    LinocutError
        If it leaves gaps, as every second row of a map does, or is of no file that has a name.
    """
    array.flush()  # else the file would seem to change when the system writes it out
    filename = array.filename
    if filename is None:
        raise LinocutError(f"{name}: a memory map of no named file — open it by its path")
    fortran = bool(array.flags.f_contiguous and not array.flags.c_contiguous)
    if not (array.flags.c_contiguous or fortran):
        raise LinocutError(
            f"{name}: a view of {filename} that leaves gaps — give the whole map, or a slice of "
            "its rows one after the other"
        )
    # A slice keeps the offset of the map it was cut from, so it is found by its address.
    buffer: Any = vars(array)["_mmap"]
    begins = np.frombuffer(buffer, np.uint8).ctypes.data
    ahead = array.offset - array.offset % _granularity()
    offset = array.ctypes.data - begins + ahead
    file = LocalFile.at(Path(filename))
    return MappedShard(file, offset, array.dtype.str, array.shape, fortran)


@lru_cache(maxsize=MOST_MAPS)
def _mapped(shard: MappedShard, path: Path) -> Array:
    # A map lives as long as rows of it are in use, and is the same in a forked process.
    if 0 in shard.shape:
        return np.empty(shard.shape, shard.stored)
    order: Any = "F" if shard.fortran else "C"
    try:
        mapped = np.memmap(path, shard.stored, "r", shard.offset, shard.shape, order)
    except (OSError, ValueError) as error:
        raise LinocutError(f"{shard.name}: cannot be mapped ({error})") from error
    return mapped.view(np.ndarray)


def _granularity() -> int:
    import mmap

    return mmap.ALLOCATIONGRANULARITY
