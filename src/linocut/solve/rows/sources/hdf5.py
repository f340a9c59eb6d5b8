"""HDF5 through h5py: datasets in one piece are mapped, those in chunks read under a lock."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.asking import Asked, Opened
from linocut.solve.rows.sources.copies import mapped_copy
from linocut.solve.rows.sources.files import ShardFile
from linocut.solve.rows.sources.mapped import MappedShard
from linocut.solve.rows.sources.named_arrays import open_named
from linocut.solve.rows.sources.npy_writing import NpyWriter
from linocut.solve.rows.sources.protocol import Array, Positions, Shard

T = TypeVar("T")

MOST_OPEN = 32
CHUNK_CACHE = 32 << 20  # bytes: a block of rows often ends within a row of chunks
STRINGS = "strings.npy"
AT_ONCE = 1 << 16  # strings


def open_hdf5(files: Mapping[str, ShardFile], asked: Asked) -> Opened:
    """Open a dataset of features and one of labels in each file."""
    return open_named(files, asked, lambda file: _with_file(file, _shapes), dataset_shard)


def dataset_shard(file: ShardFile, key: str) -> Shard:
    """Return one dataset: mapped if it lies in one piece, strings copied, else read in chunks."""
    made = _with_file(file, lambda opened: _described(opened[key], file, key))
    return mapped_copy(StringsCopy(file, key), STRINGS) if made is None else made


@dataclass(frozen=True, slots=True)
class ChunkedShard:
    """A dataset that HDF5 keeps in chunks, packed perhaps.

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
        Rows that are unpacked together.
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
        """Return some rows; each chunk that holds one is unpacked once."""
        path = self.file.checked()
        if isinstance(rows, slice):
            found = _with_file(self.file, lambda opened: opened[self.key][rows], path)
        else:
            found = _with_file(self.file, lambda opened: self._picked(opened[self.key], rows), path)
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
class StringsCopy:
    """The copy of a dataset of strings of any length, which cannot be mapped."""

    file: ShardFile
    key: str

    @property
    def about(self) -> str:
        """The dataset's name."""
        return self.key

    def write(self, folder: Path) -> None:
        """Read the strings twice: for the longest, and to write them."""
        n = _with_file(self.file, lambda opened: int(opened[self.key].shape[0]))
        dtype = np.result_type("U1", *{part.dtype for part in self._parts(n)})
        with NpyWriter(folder / STRINGS, dtype, (n,)) as writer:
            for part in self._parts(n):
                writer.append(part)

    def _parts(self, n: int) -> Iterator[Array]:
        for start in range(0, n, AT_ONCE):
            some = slice(start, start + AT_ONCE)
            yield _with_file(self.file, partial(_strings, key=self.key, rows=some))


def _strings(opened: Any, key: str, rows: slice) -> Array:
    return np.array(opened[key].asstr(errors="replace")[rows], dtype=str).reshape(-1)


class _Handles:
    """The files that this process has open; HDF5 does one thing at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open: OrderedDict[str, Any] = OrderedDict()

    @contextmanager
    def handle(self, file: ShardFile, path: Path) -> Iterator[Any]:
        import h5py

        with self._lock:
            key = f"{path}|{file.fingerprint}"
            if key not in self._open:
                self._open[key] = h5py.File(path, "r", rdcc_nbytes=CHUNK_CACHE)
            self._open.move_to_end(key)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            yield self._open[key]


_handles = _Handles()


def _renew_handles() -> None:
    global _handles  # noqa: PLW0603
    _handles = _Handles()


if hasattr(os, "register_at_fork"):  # positions and locks of the parent are not the child's
    os.register_at_fork(after_in_child=_renew_handles)


def _with_file(file: ShardFile, work: Callable[[Any], T], path: Path | None = None) -> T:
    """Do something with an open file, errors told in one line."""
    path = path or file.checked()
    try:
        with _handles.handle(file, path) as opened:
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


def _described(dataset: Any, file: ShardFile, key: str) -> Shard | None:
    """Return how a dataset is read, None for strings of any length."""
    if dataset.dtype.kind == "O":
        return None
    shape, stored = tuple(map(int, dataset.shape)), dataset.dtype.str
    offset = None if dataset.chunks or dataset.external else dataset.id.get_offset()
    if offset is not None and not dataset.is_virtual and dataset.dtype.kind in "biufSU":
        return MappedShard(file, int(offset), stored, shape)
    return ChunkedShard(file, key, stored, shape, dataset.chunks[0] if dataset.chunks else AT_ONCE)
