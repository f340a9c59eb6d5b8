"""One file of IDX, the format of MNIST: a big-endian header, then numbers. Gzipped or not.

http://yann.lecun.com/exdb/mnist/ (section "File formats for the MNIST database").
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.idx_header import IdxHeader, check_idx_length, read_idx_header
from linocut.data.gzipped import is_gzipped, open_unzipped

CHUNK = 1 << 22  # bytes unpacked at once
LARGEST_RATIO = 1040  # gzip shrinks at most 1032:1


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
            header = read_idx_header(stream, path, ndims)
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


def _map_plain(path: Path, ndims: tuple[int, ...]) -> NDArray[Any]:
    with path.open("rb") as file:
        header = read_idx_header(file, path, ndims)
        start = file.tell()
    actual = path.stat().st_size - start
    check_idx_length(path, header, actual)
    if header.size == 0:
        return np.zeros(header.shape, header.dtype)
    return np.memmap(path, header.dtype, mode="r", offset=start, shape=header.shape)


def _read_body(stream: Any, path: Path, header: IdxHeader) -> NDArray[Any]:
    size = header.size
    # A lying header must not claim memory that the file cannot fill.
    if size > LARGEST_RATIO * path.stat().st_size:
        raise LinocutError(
            f"{path}: the header promises {size:,} bytes, more than the file can hold"
        )
    body = bytearray()
    while len(body) < size and (chunk := stream.read(min(size - len(body), CHUNK))):
        body += chunk
    check_idx_length(path, header, len(body))
    if stream.read(1):
        raise LinocutError(
            f"{path}: goes on after the {size:,} bytes that its header promises for {header.shape}"
        )
    return np.frombuffer(body, header.dtype).reshape(header.shape)
