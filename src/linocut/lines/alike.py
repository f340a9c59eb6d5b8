"""Images of one shape, which can be computed side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray


def alike(images: Sequence[NDArray[np.uint8]], at_once: int | None = None) -> Iterator[list[int]]:
    """Yield the positions of images of one shape, by rising shape, ``at_once`` of them at most.

    Examples
    --------
    >>> wide, narrow = np.zeros((8, 30), np.uint8), np.zeros((8, 20), np.uint8)
    >>> list(alike([wide, narrow, wide, wide], at_once=2))
    [[1], [0, 2], [3]]
    """
    order = sorted(range(len(images)), key=lambda i: images[i].shape)
    for _, same in groupby(order, key=lambda i: images[i].shape):
        rows = list(same)
        many = at_once or len(rows)
        for start in range(0, len(rows), many):
            yield rows[start : start + many]
