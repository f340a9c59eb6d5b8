"""Images resized by Pillow to the same bytes, whichever version of it is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]


def resampled(pixels: Array, height: int, width: int, method: Image.Resampling) -> Array:
    """Resize an image, its rows first and then its columns.

    From 13 on, Pillow takes the columns of tall images first, which is faster. Bytes are rounded
    in between, so that a model would see other images than it was trained on.

    Parameters
    ----------
    pixels : uint8 array, shape (h, w) or (h, w, 3), or float32 array, shape (h, w)
        The image.
    height, width : int
        Size wanted, pixels.
    method : PIL.Image.Resampling
        See there.

    Returns
    -------
    array of the same type, shape (height, width) or (height, width, 3)

    Examples
    --------
    >>> resampled(np.eye(4, dtype=np.uint8) * 255, 2, 2, Image.Resampling.BOX).tolist()
    [[128, 0], [0, 128]]
    """
    rows = Image.fromarray(pixels).resize((width, pixels.shape[0]), method)
    return np.asarray(rows.resize((width, height), method))
