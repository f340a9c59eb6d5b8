"""Files that may be gzipped, whatever their names say."""

from __future__ import annotations

import gzip
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
