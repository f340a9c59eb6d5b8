"""One array in the format of NumPy, read without evaluating or unpickling anything."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000  # bytes
LARGEST = 8 << 30  # bytes of one array
CHUNK = 1 << 22

DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]{1,16})['"]""")
ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\sL,]{0,400})\)""")


@dataclass(frozen=True)
class _Header:
    dtype: np.dtype[Any]
    fortran: bool
    shape: tuple[int, ...]
    length: int  # bytes before the numbers

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy(stream: IO[bytes], length: int, where: str) -> NDArray[Any]:
    """Read one array after checking that its header promises what is there, and no more.

    Parameters
    ----------
    stream : binary file
        At the beginning of the array.
    length : int
        Bytes that it holds, header and all.
    where : str
        File and array, for messages.

    Raises
    ------
    LinocutError
        If it is no array of numbers or strings, or its header does not tell the truth.
    """
    header = _header(stream, where)
    if header.size != length - header.length:
        raise LinocutError(
            f"{where}: its header promises {header.size:,} bytes, the file holds "
            f"{length - header.length:,}"
        )
    if header.size > LARGEST:
        raise LinocutError(
            f"{where}: is an array of {header.size:,} bytes — {LARGEST:,} at most are read"
        )
    body = bytearray()
    while len(body) < header.size and (chunk := stream.read(min(CHUNK, header.size - len(body)))):
        body += chunk
    if len(body) != header.size:
        raise LinocutError(f"{where}: ends after {len(body):,} of {header.size:,} bytes")
    if header.size == 0:
        return np.zeros(header.shape, header.dtype)
    array = np.frombuffer(body, header.dtype)
    if header.dtype.kind == "U":
        points = np.frombuffer(body, header.dtype.byteorder.replace("|", "=") + "u4")
        if points.size and points.max() > sys.maxunicode:
            raise LinocutError(f"{where}: holds strings of letters that do not exist")
    if header.fortran:
        return array.reshape(header.shape[::-1]).transpose()
    return array.reshape(header.shape)


def _header(stream: IO[bytes], where: str) -> _Header:
    start = stream.read(8)
    if start[:6] != MAGIC or len(start) < 8 or start[6] not in {1, 2, 3}:
        raise LinocutError(f"{where}: is not a NumPy array (it begins with {start[:6]!r})")
    width = 2 if start[6] == 1 else 4
    told = int.from_bytes(stream.read(width), "little")
    if told > LONGEST_HEADER:
        raise LinocutError(f"{where}: has a header of {told:,} bytes — such arrays are not read")
    raw = stream.read(told)
    text = raw.decode("latin-1")
    descr, order, shape = DESCR.search(text), ORDER.search(text), SHAPE.search(text)
    if len(raw) != told or not (descr and order and shape):
        raise LinocutError(f"{where}: its header is not that of an array of numbers or strings")
    lengths = [part.strip().rstrip("L") for part in shape[1].split(",")]
    lengths = [part for part in lengths if part]
    if not all(re.fullmatch(r"\d{1,18}", part) for part in lengths) or len(lengths) > 8:
        raise LinocutError(f"{where}: has the shape ({shape[1].strip()[:60]}) — no such array")
    dtype = _dtype(descr[1], where)
    sizes = tuple(int(part) for part in lengths)
    if math.prod(size or 1 for size in sizes) > 1 << 60:
        raise LinocutError(f"{where}: promises the shape {sizes}, more than any file can hold")
    return _Header(dtype, order[1] == "True", sizes, 8 + width + told)


def _dtype(descr: str, where: str) -> np.dtype[Any]:
    if descr[-1:] == "O" or descr in {"object", "|O8"}:
        raise LinocutError(
            f"{where}: holds Python objects, which are never unpickled, since that may run any "
            "program — save it as an array of numbers or strings"
        )
    if not re.fullmatch(r"[<>|=]?(b1|[iu][1248]|f[248]|[SU]\d{1,6})", descr):
        raise LinocutError(f"{where}: holds values of type {descr!r} — numbers or strings are read")
    return np.dtype(descr)
