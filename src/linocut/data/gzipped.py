"""Files that may be compressed, whatever their names say; what they unpack to is bounded."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from pathlib import Path
from typing import IO, BinaryIO, cast

from linocut.core import LinocutError

MAGIC = b"\x1f\x8b"
BZ2_MAGIC = b"BZh"
# Text of images shrinks 5 to 30 times. Beyond that only so much is unpacked as fits many times into
# memory: a bomb ends early, and a small file of blank images is still read.
LARGEST_RATIO = 100
ALWAYS_READ = 1 << 25  # bytes

BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)


def is_gzipped(path: Path) -> bool:
    """Tell whether a file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def open_unzipped(path: Path) -> BinaryIO:
    """Open a file's content for reading, unpacked on the way if it is gzipped or bzipped."""
    with path.open("rb") as file:
        start = file.read(len(BZ2_MAGIC))
    if start.startswith(MAGIC):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if start == BZ2_MAGIC:
        return cast(BinaryIO, bz2.open(path, "rb"))
    return path.open("rb")


def open_bounded(path: Path) -> BinaryIO:
    """Open a file's content for reading; a decompression bomb raises a `LinocutError` on the way.

    No more is unpacked than a hundred times the file's size, or 32 MB.
    """
    stream = open_unzipped(path)
    limit = max(ALWAYS_READ, LARGEST_RATIO * path.stat().st_size)
    return cast(BinaryIO, io.BufferedReader(_Bounded(stream, path, limit), 1 << 16))


class _Bounded(io.RawIOBase):
    """A stream that ends in an error after a number of bytes."""

    def __init__(self, stream: IO[bytes], path: Path, limit: int) -> None:
        self._stream, self._path, self._left = stream, path, limit
        self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # of any buffer
        try:
            chunk = self._stream.read(len(buffer))
        except BROKEN as error:
            raise LinocutError(
                f"{self._path}: its compressed stream is broken ({error})"
            ) from error
        except OSError as error:
            told = f"cannot be read ({error.strerror or error})"
            raise LinocutError(f"{self._path}: {told}") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise LinocutError(
                f"{self._path}: is a decompression bomb: more than {self._limit:,} bytes are "
                f"packed into {self._path.stat().st_size:,}"
            )
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()


def first_bytes(path: Path, count: int = 4) -> bytes:
    """Return the first bytes of a file's content, or of the file where that is broken."""
    try:
        with open_unzipped(path) as stream:
            return stream.read(count)
    except (*BROKEN, OSError):
        with path.open("rb") as file:
            return file.read(count)
