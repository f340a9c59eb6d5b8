"""Ink separated from paper, and set into a small image as MNIST's digits are.

MNIST was made so: each digit scaled into a box of 20 × 20 pixels, its aspect ratio kept, and set
with its centre of mass into the middle of 28 × 28 (LeCun et al. 1998, section III.A). What is to be
read by a model of such images must be made in the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from linocut.core.errors import LinocutError
from linocut.core.ink import InkMoments, paper_level
from linocut.core.resampling import resampled

Array = NDArray[Any]

LEAST_CONTRAST = 0.1  # of the whole range of grey; with less there is no ink, only noise
SPECK = 0.02  # share of the ink below which a separate piece is dirt


def find_ink(image: Any) -> NDArray[np.float32]:
    """Separate the ink of one drawing, scan or photo from its paper.

    Paper is what a wide window's brightest part says, smoothed: it may be of uneven brightness.
    Ink is what differs from it by more than a threshold chosen from the image itself
    (Otsu 1979); pieces that are too small are dropped. Light ink on dark paper is seen from the
    border, which is mostly paper.

    Parameters
    ----------
    image : uint8 or float array, shape (h, w)
        Grey values, in any unit.

    Returns
    -------
    float32 array, shape (h, w)
        From 0, paper, to 1, full ink. All zero if there is no ink to be seen.

    Examples
    --------
    >>> y, x = np.mgrid[:60, :60]
    >>> photo = 120 + 1.5 * x  # lit from the right
    >>> photo[20:40, 28:32] -= 80
    >>> ink = find_ink(photo)
    >>> bool(ink[30, 30] > 0.9), float(ink[30, 5]), float(ink[30, 55])
    (True, 0.0, 0.0)
    """
    grey = np.asarray(image, np.float32)
    if grey.ndim != 2 or min(grey.shape) < 3:
        raise LinocutError(f"an image of shape {grey.shape} — (h, w), at least 3 pixels a side")
    low, high = float(grey.min()), float(grey.max())
    if not np.isfinite(high - low) or high == low:
        return np.zeros(grey.shape, np.float32)
    grey = (grey - low) / (high - low)
    if paper_level(grey[None]).item() < _threshold(grey):
        grey = 1 - grey
    window = max(3, min(grey.shape) // 3)
    calm = ndimage.median_filter(grey, 3)
    paper = ndimage.maximum_filter(calm, window)
    paper = ndimage.gaussian_filter(ndimage.minimum_filter(paper, window), window / 4)
    dark = np.clip(paper - grey, 0, None)
    limit = _threshold(dark)
    inked = dark > limit
    if dark[inked].mean() - dark[~inked].mean() < LEAST_CONTRAST:
        return np.zeros(grey.shape, np.float32)
    pieces, count = ndimage.label(inked, np.ones((3, 3)))
    size = np.bincount(pieces.ravel(), minlength=count + 1)
    small = size < max(2, SPECK * inked.sum())
    small[0] = False
    if small[1:].all():  # dots and nothing else: there is dirt, but no ink
        return np.zeros(grey.shape, np.float32)
    dark[ndimage.binary_dilation(small[pieces])] = 0
    full = np.percentile(dark[inked & ~small[pieces]], 75)
    # What is a shade above the paper stays: it is the soft edge of a stroke. Noise does not.
    faint = limit / 2
    near = ndimage.binary_dilation(inked & ~small[pieces], np.ones((3, 3)))
    ink = np.where(near, (dark - faint) / max(full - faint, 1e-6), 0)
    return np.clip(ink, 0, 1).astype(np.float32)


def _threshold(grey: Array) -> float:
    """Return the value that cuts grey values into the two most different groups (Otsu 1979)."""
    counts, edges = np.histogram(grey, 128)
    middle = (edges[1:] + edges[:-1]) / 2
    below, total = np.cumsum(counts), counts.sum()
    mass = np.cumsum(counts * middle)
    above = total - below
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    best = np.flatnonzero(apart == np.nanmax(apart[:-1]))
    return float(edges[1:][best].mean())


def placed(ink: Array, box: int, size: int) -> NDArray[np.uint8]:
    """Crop ink, scale its longer side to a box, and set its centre of mass into the middle.

    Parameters
    ----------
    ink : float32 array, shape (h, w)
        From 0, paper, to 1, full ink.
    box, size : int
        Longest side of the ink, and side of the image made, pixels.

    Returns
    -------
    uint8 array, shape (size, size)
        Blank where there is no ink.

    Examples
    --------
    >>> ink = np.zeros((9, 30), np.float32)
    >>> ink[:, 3:6] = 1
    >>> np.flatnonzero(placed(ink, box=6, size=10).any(axis=1)).tolist()
    [2, 3, 4, 5, 6, 7]
    """
    out = np.zeros((size, size), np.uint8)
    inked = ink > 0
    if not inked.any():
        return out
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = box / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    fitted = resampled(cut, height, width, Image.Resampling.BILINEAR)
    centre = InkMoments.of(fitted[None]).centre[0]
    # The ink's centre in the middle (the one that MNIST's images turn out to have), as far as
    # all of it stays inside.
    middle = size / 2
    top = int(np.clip(round(middle - float(centre[0])), 0, size - height))
    left = int(np.clip(round(middle - float(centre[1])), 0, size - width))
    out[top : top + height, left : left + width] = np.rint(255 * np.clip(fitted, 0, 1))
    return out
