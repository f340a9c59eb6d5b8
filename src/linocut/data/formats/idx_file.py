"""One file of IDX, the format of MNIST: a big-endian header, then numbers. Gzipped or not.

http://yann.lecun.com/exdb/mnist/ (section "File formats for the MNIST database").
"""

from __future__ import annotations

import gzip
import hashlib
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data.gzipped import is_gzipped, open_unzipped

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
CHUNK = 1 << 22  # bytes unpacked at once
LARGEST_RATIO = 1040  # gzip shrinks at most 1032:1


@dataclass(frozen=True)
class _Header:
    """What an IDX file says of itself."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes that follow."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_idx(path: Path, *ndims: int) -> NDArray[Any]:
    """Read an IDX file.

    Parameters
    ----------
    path : Path
        The file; gzipped if it begins as gzip does, whatever its name.
    *ndims : int
        Numbers of dimensions that are taken: 3 for images (n, h, w), 1 for labels (n,).

    Returns
    -------
    array
        Of the file's type, mostly uint8. A read-only memory map of a plain file; what was unpacked
        from a gzipped one. No more is unpacked than the header promises.

    Raises
    ------
    LinocutError
        If the magic number, the header or the length is wrong.
    """
    try:
        if not is_gzipped(path):
            return _map_plain(path, ndims)
        with gzip.open(path, "rb") as stream:
            header = _read_header(stream, path, ndims)
            return _read_body(stream, path, header)
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


def is_idx(start: bytes) -> bool:
    """Tell whether the first four bytes of a file are those of an IDX file."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 4


def _map_plain(path: Path, ndims: tuple[int, ...]) -> NDArray[Any]:
    with path.open("rb") as file:
        header = _read_header(file, path, ndims)
        start = file.tell()
    actual = path.stat().st_size - start
    if header.size != actual:
        raise _wrong_length(path, header, actual)
    if header.size == 0:
        return np.zeros(header.shape, header.dtype)
    return np.memmap(path, header.dtype, mode="r", offset=start, shape=header.shape)


def _read_header(stream: IO[bytes] | gzip.GzipFile, path: Path, ndims: tuple[int, ...]) -> _Header:
    what = "images" if 3 in ndims else "labels"
    magic = stream.read(4)
    if not is_idx(magic) or magic[3] not in ndims:
        wanted = bytes([0, 0, 8, ndims[0]])
        raise LinocutError(
            f"{path}: begins with 0x{magic.hex() or '(nothing)'} — an IDX file of {what} begins "
            f"with 0x{wanted.hex()}"
        )
    ndim = magic[3]
    lengths = stream.read(4 * ndim)
    if len(lengths) != 4 * ndim:
        raise LinocutError(f"{path}: ends inside the IDX header — {4 + 4 * ndim} bytes are needed")
    shape = tuple(int(length) for length in np.frombuffer(lengths, ">u4"))
    if math.prod(length or 1 for length in shape) > 2**60:  # more than NumPy can address
        raise LinocutError(f"{path}: the header promises {shape}, more than any file can hold")
    return _Header(np.dtype(TYPES[magic[2]]), shape)


def _read_body(stream: Any, path: Path, header: _Header) -> NDArray[Any]:
    size = header.size
    # A lying header must not claim memory that the file cannot fill.
    if size > LARGEST_RATIO * path.stat().st_size:
        raise LinocutError(
            f"{path}: the header promises {size:,} bytes, more than the file can hold"
        )
    body = bytearray()
    while len(body) < size and (chunk := stream.read(min(size - len(body), CHUNK))):
        body += chunk
    if len(body) < size:
        raise _wrong_length(path, header, len(body))
    if stream.read(1):
        raise LinocutError(
            f"{path}: goes on after the {size:,} bytes that its header promises for {header.shape}"
        )
    return np.frombuffer(body, header.dtype).reshape(header.shape)


def _wrong_length(path: Path, header: _Header, size: int) -> LinocutError:
    less = "truncated" if size < header.size else "oversized"
    return LinocutError(
        f"{path}: {less}: the header promises {header.size:,} bytes for {header.shape}, "
        f"the file holds {size:,}"
    )
