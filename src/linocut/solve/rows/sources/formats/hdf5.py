"""HDF5 through h5py: datasets in one piece are mapped, those in chunks read.

The library does one thing at a time, under a lock of its own, so that compressed chunks would be
unpacked by one thread in each pass: they are copied once instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.files.copies import mapped_copy
from linocut.solve.rows.sources.files.local import ShardFile
from linocut.solve.rows.sources.formats.asking import Asked, Opened
from linocut.solve.rows.sources.formats.named_arrays import open_named
from linocut.solve.rows.sources.formats.npy_writing import NpyWriter
from linocut.solve.rows.sources.mapped import MappedShard
from linocut.solve.rows.sources.protocol import Array, Positions, Shard

T = TypeVar("T")

COPY = "dataset.npy"
COPIED_AT_ONCE = 16 << 20  # bytes
AT_ONCE = 1 << 12  # rows of what is neither mapped nor in chunks


def open_hdf5(files: Mapping[str, ShardFile], asked: Asked) -> Opened:
    """Open a dataset of features and one of labels in each file."""
    return open_named(files, asked, lambda file: _with_file(file, _shapes), dataset_shard)


def dataset_shard(file: ShardFile, key: str) -> Shard:
    """Return one dataset: mapped if it lies in one piece, else read in chunks or copied."""
    made = _with_file(file, lambda opened: _described(opened[key], file, key))
    return mapped_copy(made, COPY) if isinstance(made, DatasetCopy) else made


@dataclass(frozen=True, slots=True)
class ChunkedShard:
    """A dataset that HDF5 keeps in chunks.

    Parameters
    ----------
    file : ShardFile
    key : str
        The dataset's path in the file.
    stored : str
        The type of its numbers as NumPy writes it.
    shape : tuple of int
        Rows first.
    chunk : int
        Rows that lie together.
    """

    file: ShardFile
    key: str
    stored: str
    shape: tuple[int, ...]
    chunk: int

    @property
    def name(self) -> str:
        """The file's path and the dataset's."""
        return f"{self.file.name}: {self.key}"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers in the machine's byte order."""
        return np.dtype(self.stored).newbyteorder("=")

    @property
    def fingerprint(self) -> str:
        """That of the file, and the dataset's name."""
        return f"{self.file.fingerprint}|{self.key}"

    def read(self, rows: slice | Positions) -> Array:
        """Return some rows; each chunk that holds one is read once."""
        if isinstance(rows, slice):
            found = _with_file(self.file, lambda opened: opened[self.key][rows])
        else:
            found = _with_file(self.file, lambda opened: self._picked(opened[self.key], rows))
        return np.asarray(found, self.dtype)

    def _picked(self, dataset: Any, rows: Positions) -> Array:
        # By ranges: HDF5's own selection of single rows takes a millisecond for each.
        out = np.empty((len(rows), *self.shape[1:]), self.dtype)
        chunks = rows // self.chunk
        bounds = np.flatnonzero(np.diff(chunks, prepend=-1, append=-1))
        for low, high in pairwise(bounds):
            start = int(rows[low])
            part = dataset[start : int(rows[high - 1]) + 1]
            out[low:high] = part[rows[low:high] - start]
        return out


@dataclass(frozen=True, slots=True)
class DatasetCopy:
    """The copy of a dataset that cannot be mapped or is slow to unpack: strings, packed numbers.

    Parameters
    ----------
    file : ShardFile
    key : str
        The dataset's path in the file.
    step : int
        Rows that are read at once.
    """

    file: ShardFile
    key: str
    step: int

    @property
    def about(self) -> str:
        """The dataset's name."""
        return self.key

    def write(self, folder: Path) -> None:
        """Read the dataset from the front; strings twice, the first time for the longest."""
        shape = _with_file(self.file, lambda opened: tuple(map(int, opened[self.key].shape)))
        first = next(self._parts(min(1, shape[0])), np.empty(0, "U1"))
        dtype = first.dtype
        if dtype.kind == "U":
            dtype = np.result_type("U1", *{part.dtype for part in self._parts(shape[0])})
        with NpyWriter(folder / COPY, dtype, shape) as writer:
            for part in self._parts(shape[0]):
                writer.append(part)

    def _parts(self, n: int) -> Iterator[Array]:
        for start in range(0, n, self.step):
            some = slice(start, min(n, start + self.step))
            yield _with_file(self.file, partial(_numbers_or_strings, key=self.key, rows=some))


def _numbers_or_strings(opened: Any, key: str, rows: slice) -> Array:
    dataset = opened[key]
    if dataset.dtype.kind == "O":
        return np.array(dataset.asstr(errors="replace")[rows], dtype=str)
    return np.asarray(dataset[rows], dataset.dtype.newbyteorder("="))


def _with_file(file: ShardFile, work: Callable[[Any], T]) -> T:
    """Do something with an open file, errors told in one line."""
    path = file.checked()
    try:
        import h5py

        # Opened each time, which takes half a millisecond: a handle that is kept would bar the
        # program from writing the file, and must not be used after a fork.
        with h5py.File(path, "r") as opened:
            return work(opened)
    except ImportError as error:
        raise LinocutError(
            f"{file.name}: HDF5 is read by h5py — install it: pip install 'linocut[hdf5]'"
        ) from error
    except LinocutError:
        raise
    except Exception as error:  # the library raises whatever a damaged file leads it to
        told = " ".join(str(error).split())[:160] or type(error).__name__
        raise LinocutError(f"{file.name}: is no HDF5 that can be read ({told})") from error


def _shapes(opened: Any) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}

    def note(name: str | bytes, item: Any) -> None:
        if isinstance(name, str) and hasattr(item, "dtype") and item.shape:
            found[name] = tuple(item.shape)

    opened.visititems(note)
    return found


def _described(dataset: Any, file: ShardFile, key: str) -> Shard | DatasetCopy:
    """Return how a dataset is read, or how it is to be copied."""
    shape, stored = tuple(map(int, dataset.shape)), dataset.dtype.str
    chunk = dataset.chunks[0] if dataset.chunks else 1
    if dataset.dtype.kind == "O" or dataset.compression is not None:
        width = dataset.dtype.itemsize * int(np.prod(shape[1:], dtype=np.int64))
        return DatasetCopy(file, key, chunk * max(1, COPIED_AT_ONCE // max(1, chunk * width)))
    offset = None if dataset.chunks or dataset.external else dataset.id.get_offset()
    if offset is not None and not dataset.is_virtual and dataset.dtype.kind in "biufSU":
        return MappedShard(file, int(offset), stored, shape)
    return ChunkedShard(file, key, stored, shape, chunk if dataset.chunks else AT_ONCE)
