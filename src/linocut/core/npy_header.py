"""The header of an array in NumPy's format, read without evaluating or unpickling anything."""

from __future__ import annotations

import gzip
import math
import re
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from linocut.core.errors import LinocutError

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000  # bytes

DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([^'"]{1,16})['"]""")
ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\sL,]{0,400})\)""")


@dataclass(frozen=True)
class NpyHeader:
    """What an NPY file says of itself."""

    dtype: np.dtype[Any]
    fortran: bool
    shape: tuple[int, ...]
    length: int  # bytes before the numbers

    @property
    def size(self) -> int:
        """Bytes of the numbers."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy_header(stream: IO[bytes] | gzip.GzipFile, where: str) -> NpyHeader:
    """Read the header at the beginning of a stream, which then stands at the numbers.

    Parameters
    ----------
    stream : binary file
        At the beginning of the array.
    where : str
        File and array, for messages.

    Raises
    ------
    LinocutError
        If it is no array of numbers or strings.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> np.save(file, np.zeros((2, 3), np.float32))
    >>> read_npy_header(io.BytesIO(file.getvalue()), "a.npy").shape
    (2, 3)
    """
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
    return NpyHeader(dtype, order[1] == "True", sizes, 8 + width + told)


def _dtype(descr: str, where: str) -> np.dtype[Any]:
    if descr[-1:] == "O" or descr in {"object", "|O8"}:
        raise LinocutError(
            f"{where}: holds Python objects, which are never unpickled, since that may run any "
            "program — save it as an array of numbers or strings"
        )
    if not re.fullmatch(r"[<>|=]?(b1|[iu][1248]|f[248]|[SU]\d{1,6})", descr):
        raise LinocutError(f"{where}: holds values of type {descr!r} — numbers or strings are read")
    return np.dtype(descr)
