"""IDX, the format of MNIST: a big-endian header, then bytes. Gzipped or not.

http://yann.lecun.com/exdb/mnist/ (section "File formats for the MNIST database").
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.gzipped import is_gzipped, open_unzipped

UNSIGNED_BYTES = 0x08


def read_idx(path: Path, ndim: int) -> NDArray[np.uint8]:
    """Read an IDX file of bytes.

    Parameters
    ----------
    path : Path
        The file; gzipped if it begins as gzip does, whatever its name.
    ndim : int
        3 for images (n, h, w), 1 for labels (n,).

    Returns
    -------
    uint8 array
        A read-only memory map of a plain file; what was unpacked from a gzipped one. No more is
        unpacked than the header promises.

    Raises
    ------
    LinocutError
        If the magic number, the header or the length is wrong.
    """
    try:
        if not is_gzipped(path):
            return _map_plain(path, ndim)
        with gzip.open(path, "rb") as stream:
            shape = _read_header(stream, path, ndim)
            return _read_body(stream, path, shape)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LinocutError(f"{path}: the gzip stream is broken ({error})") from error
    except OSError as error:
        raise LinocutError(f"{path}: cannot be read ({error.strerror or error})") from error


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, decompressed if it is gzipped."""
    digest = hashlib.sha256()
    with open_unzipped(path) as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _map_plain(path: Path, ndim: int) -> NDArray[np.uint8]:
    with path.open("rb") as file:
        shape = _read_header(file, path, ndim)
        start = file.tell()
    expected, actual = start + _size(shape), path.stat().st_size
    if expected != actual:
        raise _wrong_length(path, shape, actual - start)
    if _size(shape) == 0:
        return np.zeros(shape, np.uint8)
    return np.memmap(path, np.uint8, mode="r", offset=start, shape=shape)


def _read_header(stream: IO[bytes] | gzip.GzipFile, path: Path, ndim: int) -> tuple[int, ...]:
    what = "images" if ndim == 3 else "labels"
    magic = stream.read(4)
    wanted = bytes([0, 0, UNSIGNED_BYTES, ndim])
    if magic != wanted:
        raise LinocutError(
            f"{path}: begins with 0x{magic.hex() or '(nothing)'} — an IDX file of {what} begins "
            f"with 0x{wanted.hex()}"
        )
    header = stream.read(4 * ndim)
    if len(header) != 4 * ndim:
        raise LinocutError(f"{path}: ends inside the IDX header — {4 + 4 * ndim} bytes are needed")
    return tuple(int(size) for size in np.frombuffer(header, ">u4"))


def _read_body(stream: Any, path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    size = _size(shape)
    # A lying header must not claim memory that the file cannot fill: gzip shrinks at most 1032:1.
    if size > 1040 * path.stat().st_size:
        raise LinocutError(
            f"{path}: the header promises {size:,} bytes, more than the file can hold"
        )
    body = np.empty(size, np.uint8)
    filled = 0
    while filled < size and (count := stream.readinto(body.data[filled:])):
        filled += count
    if filled < size:
        raise _wrong_length(path, shape, filled)
    if stream.read(1):
        raise LinocutError(
            f"{path}: goes on after the {size:,} bytes that its header promises for {shape}"
        )
    return body.reshape(shape)


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _wrong_length(path: Path, shape: tuple[int, ...], size: int) -> LinocutError:
    less = "truncated" if size < _size(shape) else "oversized"
    return LinocutError(
        f"{path}: {less}: the header promises {_size(shape):,} bytes for {shape}, "
        f"the file holds {size:,}"
    )
