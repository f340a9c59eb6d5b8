"""Where in an image a pixel lies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import Shape, over_planes

PLACES = (
    "at the top left", "at the top", "at the top right",
    "on the left", "in the middle", "on the right",
    "at the bottom left", "at the bottom", "at the bottom right",
)  # fmt: skip


def place_of(row: int, column: int, shape: Shape) -> str:
    """Say in which ninth of an image a pixel lies.

    Examples
    --------
    >>> place_of(14, 14, (28, 28)), place_of(0, 27, (28, 28))
    ('in the middle', 'at the top right')
    """
    return PLACES[3 * _third(row, shape[0]) + _third(column, shape[1])]


def ninths(values: NDArray[Any]) -> NDArray[np.float64]:
    """Sum images (K, h, w) or (K, h, w, 3) over their nine parts, (K, 9), in the order of PLACES.

    Examples
    --------
    >>> ninths(np.ones((1, 6, 6)))
    array([[4., 4., 4., 4., 4., 4., 4., 4., 4.]])
    """
    values = over_planes(values, values.shape[1:])
    height, width = values.shape[1:]
    down = np.array([_third(row, height) for row in range(height)])
    across = np.array([_third(column, width) for column in range(width)])
    parts = np.zeros((len(values), 9))
    for place in range(9):
        inside = values[:, down == place // 3][:, :, across == place % 3]
        parts[:, place] = inside.sum(axis=(1, 2))
    return parts


def _third(position: int, length: int) -> int:
    return int(3 * (position + 0.5) / length)
