"""Copies in the cache of what cannot be mapped where it lies: made once, found again, remade."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from linocut.core.caching import cache_folder, kept_folder
from linocut.core.npy_header import read_npy_header
from linocut.solve.rows.sources.files.local import ShardFile
from linocut.solve.rows.sources.mapped import MappedShard

_making = threading.Lock()  # two threads that want the same copy make it once


def _renew_lock() -> None:
    global _making  # noqa: PLW0603
    _making = threading.Lock()


if hasattr(os, "register_at_fork"):  # a child would wait for a thread that it has not
    os.register_at_fork(after_in_child=_renew_lock)


class Copy(Protocol):
    """How a copy of a file is made: a small hashable value, whose ``repr`` says all it depends on.

    The copy is made anew when the file has changed; a machine that does not have it makes its own.
    """

    def __hash__(self) -> int:
        """Return a hash of all that the copy depends on."""

    @property
    def file(self) -> ShardFile:
        """The original."""

    @property
    def about(self) -> str:
        """What of the original is copied, for the name of the folder."""

    def write(self, folder: Path) -> None:
        """Write the copy's files into a folder."""


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """A file in the copy of another; its name in messages is that of the original."""

    copy: Copy
    filename: str

    @property
    def name(self) -> str:
        """The original's path or URL."""
        return self.copy.file.name

    @property
    def fingerprint(self) -> str:
        """The original's."""
        return f"{self.copy.file.fingerprint}|{self.filename}"

    def checked(self) -> Path:
        """Return where it lies, made anew if somebody has emptied the cache."""
        self.copy.file.checked()
        path = place_of(self.copy, cache_folder()) / self.filename
        if not path.exists():
            keep(self.copy)
        return path


def keep(copy: Copy) -> Path:
    """Return the folder of a copy, made if it is not there.

    Raises
    ------
    LinocutError
        If the original cannot be read or the copy cannot be written.
    """
    folder = place_of(copy, cache_folder())
    with _making:
        if folder.is_dir():
            return folder
        kept_folder(folder, copy.write)
    for other in folder.parent.iterdir():  # copies of what the file was before it changed
        if other != folder and not other.name.startswith("."):
            shutil.rmtree(other, ignore_errors=True)
    return folder


def mapped_copy(copy: Copy, filename: str) -> MappedShard:
    """Return an array of a copy, a .npy file, as a shard; the copy is made if need be."""
    path = keep(copy) / filename
    with path.open("rb") as stream:
        header = read_npy_header(stream, str(path))
    file = CopiedFile(copy, filename)
    return MappedShard(file, header.length, header.dtype.str, header.shape, header.fortran)


def note_of_copies(shards: Iterable[Any]) -> list[str]:
    """Say where the copies are that shards are read from, and how large, if there are some."""
    files = {getattr(shard, "file", None): shard for shard in shards}
    sizes = [
        int(np.prod(shard.shape, dtype=np.int64)) * shard.dtype.itemsize
        for file, shard in files.items()
        if isinstance(file, CopiedFile)
    ]
    told = f"{sum(sizes) / 1e6:,.0f} MB" if sum(sizes) > 10_000_000 else f"{sum(sizes):,} bytes"
    return [f"Read from copies in {cache_folder() / 'rows'}, {told}."] if sizes else []


@lru_cache(maxsize=4096)
def place_of(copy: Copy, cache: Path) -> Path:
    """Return the folder of a copy: one a file and kind of copy, in it one a state of the file."""
    outer, inner = (
        hashlib.sha256(text.encode()).hexdigest()[:20]
        for text in (f"{copy.file.name}|{copy.about}", repr(copy))
    )
    return cache / "rows" / outer / inner
