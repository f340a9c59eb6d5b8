"""Straight lines between points, as matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def straight_lines(places: NDArray[Any], size: int) -> NDArray[np.float32]:
    """Return the matrices (…, m, size) that read values at fractional places (…, m).

    Beyond the first and the last point values fall to zero.

    Examples
    --------
    >>> straight_lines(np.array([0.25, 1.0]), 2)
    array([[0.75, 0.25],
           [0.  , 1.  ]], dtype=float32)
    """
    apart = places[..., None].astype(np.float32) - np.arange(size, dtype=np.float32)
    return np.asarray(np.maximum(1 - np.abs(apart), 0), np.float32)
