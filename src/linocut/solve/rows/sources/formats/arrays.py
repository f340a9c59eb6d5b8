"""Files of one array each, .npy or IDX: mapped, or unzipped once."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from linocut.core import LinocutError
from linocut.core.caching import check_room
from linocut.core.idx_header import check_idx_length, read_idx_header
from linocut.core.npy_header import MAGIC, read_npy_header
from linocut.solve.rows.sources.files.copies import CopiedFile, keep
from linocut.solve.rows.sources.files.local import LocalFile, ShardFile
from linocut.solve.rows.sources.formats.asking import Asked, Opened
from linocut.solve.rows.sources.locating import is_known, without_doubles
from linocut.solve.rows.sources.mapped import MappedShard
from linocut.solve.rows.sources.naming import key_of, listed, sort_arrays

GZIPPED = b"\x1f\x8b"
LARGEST_RATIO = 1040  # gzip shrinks at most 1032:1
CHUNK = 1 << 22


@dataclass(frozen=True)
class _Header:
    """Where the numbers of a file begin and what they are."""

    offset: int
    stored: str
    shape: tuple[int, ...]
    fortran: bool
    size: int  # bytes of the file


@dataclass(frozen=True, slots=True)
class Unzipped:
    """The copy of a gzipped file: its content."""

    file: ShardFile

    @property
    def about(self) -> str:
        """The whole file."""
        return "unzipped"

    def write(self, folder: Path) -> None:
        """Unpack no more than the header promises."""
        path = self.file.checked()
        try:
            with gzip.open(path, "rb") as stream:
                header = _header(stream, self.file.name, None)
            if header.size > LARGEST_RATIO * path.stat().st_size:
                raise LinocutError(
                    f"{self.file.name}: the header promises {header.size:,} bytes, more than the "
                    "file can hold"
                )
            check_room(folder, header.size)
            with gzip.open(path, "rb") as stream, (folder / "content").open("wb") as out:
                left = header.size
                while left and (chunk := stream.read(min(CHUNK, left))):
                    out.write(chunk)
                    left -= len(chunk)
                longer = bool(stream.read(1))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise LinocutError(f"{self.file.name}: the gzip stream is broken ({error})") from error
        if left or longer:
            told = "goes on after" if longer else "ends before"
            raise LinocutError(f"{self.file.name}: {told} the {header.size:,} bytes it promises")


def open_arrays(files: Mapping[str, ShardFile], asked: Asked) -> Opened:
    """Open files of features and of their labels, told apart by names and shapes."""
    if asked.features or asked.label:
        raise LinocutError(
            f"{asked.where}: files of one array each have no columns to name — labels= takes a "
            "path, a glob or a list of paths"
        )
    shards = {name: array_shard(file) for name, file in files.items()}
    shapes = {name: shard.shape for name, shard in shards.items()}
    found = sort_arrays(shapes, asked.where, part=asked.part, labels=asked.labels)
    opened = Opened(
        [shards[name] for name in found.features], [shards[name] for name in found.labels]
    )
    opened.note_names(listed(found.features), listed(found.labels or ()), found.aside)
    return opened


def with_labels_beside(name: str, file: ShardFile) -> dict[str, ShardFile]:
    """Return a file and those beside it that are called like it but for the word labels."""
    files = {name: file}
    if isinstance(file, LocalFile):
        path = Path(file.name)
        same = {f"{path.name}.gz", path.name.removesuffix(".gz")}
        for other in without_doubles(sorted(path.parent.iterdir())):
            like = key_of(other.name) == key_of(path.name) and other.name not in same
            if like and is_known(other.name):
                files.setdefault(other.name, LocalFile.at(other))
    return files


def array_shard(file: ShardFile) -> MappedShard:
    """Return the one array of a file.

    Raises
    ------
    LinocutError
        If the file is truncated, or neither .npy nor IDX.
    """
    path = file.checked()
    try:
        with path.open("rb") as stream:
            zipped = stream.read(2) == GZIPPED
        if zipped:
            file = CopiedFile(Unzipped(file), "content")
            path = keep(file.copy) / "content"
        with path.open("rb") as stream:
            header = _header(stream, file.name, path.stat().st_size)
    except OSError as error:
        raise LinocutError(f"{file.name}: cannot be read ({error.strerror or error})") from error
    return MappedShard(file, header.offset, header.stored, header.shape, header.fortran)


def _header(stream: IO[bytes] | gzip.GzipFile, name: str, size: int | None) -> _Header:
    """Read a header; ``size`` is that of the file, where it is known."""
    start = stream.read(len(MAGIC))
    stream.seek(0)
    if start == MAGIC:
        npy = read_npy_header(stream, name)
        total = npy.length + npy.size
        if size is not None and size != total:
            less = "truncated" if size < total else "oversized"
            raise LinocutError(
                f"{name}: {less}: the header promises {npy.size:,} bytes for {npy.shape}, the "
                f"file holds {size - npy.length:,}"
            )
        return _Header(npy.length, npy.dtype.str, npy.shape, npy.fortran, total)
    idx = read_idx_header(stream, Path(name), (3, 1, 2))
    if size is not None:
        check_idx_length(Path(name), idx, size - idx.length)
    return _Header(idx.length, idx.dtype.str, idx.shape, False, idx.length + idx.size)
