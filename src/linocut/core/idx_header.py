"""The header of an IDX file, the format of MNIST: big-endian, then the numbers.

http://yann.lecun.com/exdb/mnist/ (section "File formats for the MNIST database").
"""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from linocut.core.errors import LinocutError

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


@dataclass(frozen=True)
class IdxHeader:
    """What an IDX file says of itself."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes that follow."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def length(self) -> int:
        """Bytes of the header itself."""
        return 4 + 4 * len(self.shape)


def is_idx(start: bytes) -> bool:
    """Tell whether the first four bytes of a file are those of an IDX file.

    Examples
    --------
    >>> is_idx(bytes([0, 0, 8, 3])), is_idx(b"GIF8")
    (True, False)
    """
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 4


def read_idx_header(
    stream: IO[bytes] | gzip.GzipFile, path: Path, ndims: tuple[int, ...]
) -> IdxHeader:
    """Read the header at the beginning of a stream.

    Parameters
    ----------
    stream : binary file
        At the beginning of the file's content, unpacked if it was gzipped.
    path : Path
        The file, for messages.
    ndims : tuple of int
        Numbers of dimensions that are taken: 3 for images (n, h, w), 1 for labels (n,).

    Raises
    ------
    LinocutError
        If the magic number is another, the header is cut off or promises more than any file holds.

    Examples
    --------
    >>> import io
    >>> header = io.BytesIO(bytes([0, 0, 8, 1, 0, 0, 0, 5]))
    >>> read_idx_header(header, Path("labels"), (1,)).shape
    (5,)
    """
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
    return IdxHeader(np.dtype(TYPES[magic[2]]), shape)


def check_idx_length(path: Path, header: IdxHeader, size: int) -> None:
    """Refuse a file whose header promises more or fewer bytes than the ``size`` that follow it."""
    if header.size != size:
        less = "truncated" if size < header.size else "oversized"
        raise LinocutError(
            f"{path}: {less}: the header promises {header.size:,} bytes for {header.shape}, "
            f"the file holds {size:,}"
        )
