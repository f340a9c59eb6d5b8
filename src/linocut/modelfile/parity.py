"""Whether a model still computes what it did when it was saved.

A file keeps a few images or rows and their scores. They are made up, so that no training image
leaves with a model.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from linocut.core import LinocutError
from linocut.core.colour import Shape

Images = NDArray[np.uint8]

COUNT = 3
BLOBS = (10, 6)  # of the shorter side, how small the blobs of an image are
TOLERANCE = 1e-3  # of the spread of the scores: machines differ in how they round


def parity_images(shape: Shape) -> Images:
    """Return a blank image and two of smooth random blobs, uint8, shape (3, h, w) or (3, h, w, 3).

    Examples
    --------
    >>> images = parity_images((28, 28))
    >>> images.shape, images[0].max(), bool(images[1:].max() == 255)
    ((3, 28, 28), np.uint8(0), True)
    """
    random = np.random.default_rng(0)
    images = [np.zeros(shape)]
    for part in BLOBS:
        sigma = min(shape[:2]) / part
        field = gaussian_filter(random.standard_normal(shape), sigma, axes=(0, 1))
        ink = np.maximum(field, 0)
        images.append(ink / (ink.max() or 1))
    return np.rint(255 * np.stack(images)).astype(np.uint8)


def parity_rows(d: int) -> NDArray[np.float64]:
    """Return three rows of d features drawn from a normal distribution, float64, shape (3, d).

    Examples
    --------
    >>> parity_rows(5).shape
    (3, 5)
    """
    return np.random.default_rng(0).standard_normal((COUNT, d))


def check_parity(scores: NDArray[Any], saved: NDArray[Any]) -> None:
    """Compare the scores of the images or rows, shape (3, K), with those that were saved.

    Raises
    ------
    LinocutError
        If they are not the same but for rounding.
    """
    if not np.isfinite(scores).all():
        raise LinocutError("it computes scores that are no numbers")
    scores, saved = scores.astype(np.float64), saved.astype(np.float64)  # no overflow below
    spread = float(np.ptp(saved))
    # Where all scores are alike, what they are is the only measure there is.
    size = spread or float(np.abs(saved).max()) or 1.0
    off = float(np.abs(scores - saved).max())
    if off > TOLERANCE * size:
        raise LinocutError(
            "it does not compute what it did when it was saved: scores of its test inputs are off "
            f"by {off:.2g}, they spread over {spread:.2g}"
        )
