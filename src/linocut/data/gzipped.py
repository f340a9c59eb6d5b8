"""Files that may be gzipped, whatever their names say."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO, cast

MAGIC = b"\x1f\x8b"


def is_gzipped(path: Path) -> bool:
    """Tell whether a file begins as gzip does."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def open_unzipped(path: Path) -> BinaryIO:
    """Open a file's content for reading, unpacked on the way if it is gzipped."""
    if is_gzipped(path):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def first_bytes(path: Path) -> bytes:
    """Return the first four bytes of a file's content, or of the file where that is broken."""
    try:
        with open_unzipped(path) as stream:
            return stream.read(4)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        with path.open("rb") as file:
            return file.read(4)
