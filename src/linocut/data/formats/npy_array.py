"""One array in the format of NumPy, read without evaluating or unpickling anything."""

from __future__ import annotations

import sys
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.npy_header import read_npy_header

LARGEST = 8 << 30  # bytes of one array
CHUNK = 1 << 22


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
    header = read_npy_header(stream, where)
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
