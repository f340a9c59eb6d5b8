"""Memory for blocks, used again as soon as nobody looks at it."""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_BYTES = 1 << 17  # less than this, and an allocator hands out memory that it has
UNSEEN = 2  # references to what only a list holds: the list's and the one that is counted with


class Buffers(threading.local):
    """One buffer for each thread, lent while no array refers to it.

    A block of rows becomes floats in some megabytes of memory. Allocators may take those from the
    system for each block anew and give them back, as glibc's does in the workers of a Dask cluster,
    for which Dask sets ``MALLOC_TRIM_THRESHOLD_``: a pass took 2.5 times the processor time there.

    Examples
    --------
    What is looked at is not lent again:

    >>> buffers = Buffers()
    >>> first = buffers.lend((512, 512), np.dtype(np.float32))
    >>> np.shares_memory(first, buffers.lend((512, 512), np.dtype(np.float32)))
    False
    """

    def __init__(self) -> None:
        self._held = [np.empty(0, np.uint8)]

    def lend(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """Return an array of this shape and type with anything in it."""
        size = int(np.prod(shape)) * dtype.itemsize
        if size < LEAST_BYTES:
            return np.empty(shape, dtype)
        if len(self._held[0]) < size or sys.getrefcount(self._held[0]) > UNSEEN:
            self._held[0] = np.empty(size, np.uint8)
        return self._held[0][:size].view(dtype).reshape(shape)


BUFFERS = Buffers()
