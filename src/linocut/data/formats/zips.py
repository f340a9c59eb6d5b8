"""Zip files: what they hold, and reading one member without trusting what the zip says of it."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from linocut.core import LinocutError

LARGEST_RATIO = 1040  # deflate shrinks at most this far
MOST_MEMBERS = 2_000_000

# What the standard library raises at damaged and unusual zips.
ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, struct.error, OverflowError, IndexError,
)  # fmt: skip


def is_zip(start: bytes) -> bool:
    """Tell whether the first bytes of a file are those of a zip."""
    return start[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file; whatever is wrong with it becomes a `LinocutError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except LinocutError:
        raise
    except ERRORS as error:
        told = str(error) or type(error).__name__
        raise LinocutError(f"{path}: is not a zip file that can be read ({told[:200]})") from error


def check_member(info: zipfile.ZipInfo, path: Path) -> None:
    """Refuse a member that claims to hold more than the zip can, or is locked."""
    where = f"{path}: {info.filename[:80]}"
    if info.flag_bits & 1:
        raise LinocutError(f"{where} is encrypted — unpack it first")
    packed = min(info.compress_size, path.stat().st_size)
    if info.file_size > LARGEST_RATIO * max(packed, 1):
        raise LinocutError(
            f"{where} is a decompression bomb: {info.file_size:,} bytes packed into {packed:,}"
        )


def members(path: Path) -> list[str]:
    """Return the names of all files in a zip."""
    with opened_zip(path) as archive:
        names = archive.namelist()
    if len(names) > MOST_MEMBERS:
        raise LinocutError(f"{path}: holds {len(names):,} files — {MOST_MEMBERS:,} at most")
    return names


@contextmanager
def opened_member(path: Path, name: str) -> Iterator[tuple[IO[bytes], int]]:
    """Open one file in a zip, and tell how many bytes it should hold."""
    with opened_zip(path) as archive:
        info = archive.getinfo(name)
        check_member(info, path)
        with archive.open(info) as member:
            yield member, info.file_size
