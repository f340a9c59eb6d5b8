"""Number arrays as text: what the page's data hold them as."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.pages import deflated


@dataclass(frozen=True)
class Packed:
    """A number array as base64 of its little-endian bytes, row-major."""

    dtype: str  # "uint8", "uint16", "int32" or "float32"
    shape: tuple[int, ...]
    data: str


def pack(array: NDArray[Any]) -> Packed:
    """Pack a uint8, uint16, int32 or float32 array for the page."""
    if array.dtype.name not in {"uint8", "uint16", "int32", "float32"}:
        raise TypeError(f"cannot pack {array.dtype} — use uint8, uint16, int32 or float32")
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    return Packed(array.dtype.name, array.shape, base64.b64encode(little.tobytes()).decode())


@dataclass(frozen=True)
class Deflated:
    """A row of numbers as base64 of zlib's stream, its bytes apart as in a `Stack`."""

    dtype: str  # "uint8", "uint16" or "int32"
    count: int
    data: str


def deflate(numbers: NDArray[Any]) -> Deflated:
    """Compress a row of uint8, uint16 or int32 numbers for the page."""
    if numbers.dtype.name not in {"uint8", "uint16", "int32"}:
        raise TypeError(f"cannot deflate {numbers.dtype} — use uint8, uint16 or int32")
    return Deflated(numbers.dtype.name, len(numbers), deflated_bytes(numbers))


def deflated_bytes(numbers: NDArray[Any]) -> str:
    """Compress the little-endian bytes of numbers: first bytes, then second bytes, and so on.

    Signs and exponents repeat, the last digits never do.
    """
    little = np.ascontiguousarray(numbers, dtype=numbers.dtype.newbyteorder("<"))
    apart = little.view(np.uint8).reshape(-1, numbers.dtype.itemsize).T
    return deflated(apart.tobytes())
