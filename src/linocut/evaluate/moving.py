"""Images moved by whole pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def moved(images: NDArray[Any], down: int, right: int) -> NDArray[Any]:
    """Return images (n, h, w) or (n, h, w, 3) moved by whole pixels; blank ones come in.

    Examples
    --------
    >>> moved(np.array([[[1, 2], [3, 4]]]), 1, -1)
    array([[[0, 0],
            [2, 0]]])
    """
    height, width = images.shape[1:3]
    out = np.zeros_like(images)
    to, source = _overlap(down, height), _overlap(-down, height)
    to_right, from_right = _overlap(right, width), _overlap(-right, width)
    out[:, to, to_right] = images[:, source, from_right]
    return out


def _overlap(by: int, size: int) -> slice:
    return slice(max(by, 0), max(size + min(by, 0), 0))
