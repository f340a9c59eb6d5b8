"""What is done to the image of a line before its columns are described."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, median_filter

from linocut.core.resampling import resampled

Bytes = NDArray[np.uint8]

HIGHEST = 64  # pixels; a higher line says no more of its glyphs
FLOOR = 16.0  # grey values: contrasts below it are not raised


class Preparation(Enum):
    """Which preparation; the ladder chooses one on a validation part.

    ``NONE`` leaves the image as it is. ``MEDIAN`` gives each pixel the median of 3 × 3, which
    removes grains and lines of one pixel. ``CONTRAST`` brings light and dark glyphs to one
    strength, each pixel about the mean and by the spread of its surroundings.
    """

    NONE = "none"
    MEDIAN = "median"
    CONTRAST = "contrast"


def prepared(image: Bytes, preparation: Preparation) -> Bytes:
    """Return the image of a line, at most 64 pixels high, prepared.

    Parameters
    ----------
    image : uint8 array, shape (h, w)
        Zero is paper.
    preparation : Preparation

    Examples
    --------
    >>> line = np.zeros((12, 20), np.uint8)
    >>> line[3, :] = 200  # a line of one pixel
    >>> line[5:10, 4:9] = 200  # a stroke
    >>> prepared(line, Preparation.MEDIAN)[[3, 7], [15, 6]].tolist()
    [0, 200]
    """
    image = shrunk(image)
    if preparation is Preparation.MEDIAN:
        return np.asarray(median_filter(image, 3, mode="nearest"))
    if preparation is Preparation.CONTRAST:
        around = image.shape[0] / 4  # about a glyph
        grey = image.astype(np.float32)
        grey -= gaussian_filter(grey, around, mode="nearest")
        spread = np.sqrt(gaussian_filter(grey**2, around, mode="nearest"))
        return np.asarray(np.clip(np.rint(96 + 48 * grey / (spread + FLOOR / 2)), 0, 255), np.uint8)
    return image


def shrunk(image: Bytes) -> Bytes:
    """Return an image of at most 64 pixels' height, its aspect kept."""
    height, width = image.shape
    if height <= HIGHEST:
        return image
    return resampled(image, HIGHEST, max(1, round(width * HIGHEST / height)), Image.Resampling.BOX)


def extent(image: Bytes) -> tuple[int, int]:
    """Return the columns between which nearly all edges of an image lie.

    Examples
    --------
    >>> line = np.zeros((12, 60), np.uint8)
    >>> line[2:10, 20:40:4] = 255
    >>> extent(line)
    (19, 37)
    """
    edges = np.abs(np.diff(image.astype(np.int16), axis=1)).sum(axis=0)
    if not edges.any():
        return 0, image.shape[1]
    reached = np.cumsum(edges) / edges.sum()
    return int(np.searchsorted(reached, 0.03)), int(np.searchsorted(reached, 0.97)) + 1
