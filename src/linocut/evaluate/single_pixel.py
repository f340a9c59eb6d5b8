"""What one pixel alone can tell: the best threshold on it, and the class on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.core.colour import in_grey

LEVELS = 256
BLOCK = 64  # pixels whose columns are copied at a time


@dataclass(frozen=True, eq=False)
class SinglePixel(Result):
    """The best classifier that looks at one pixel and knows two answers.

    Attributes
    ----------
    pixel : (int, int)
        Row and column.
    threshold : int
        More ink than this, of 255, gives one answer, no more the other.
    inked, blank : int
        The class predicted above the threshold, and the one predicted otherwise.
    train_accuracy : float
        Share of the training images that it classifies correctly.
    accuracies : float64 array, shape (h, w)
        The same for each pixel, at the best threshold on it.
    """

    pixel: tuple[int, int]
    threshold: int
    inked: int
    blank: int
    train_accuracy: float
    accuracies: NDArray[np.float64]

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Return the class of each of n images (n, h, w), shape (n,)."""
        row, column = self.pixel
        return np.where(
            in_grey(np.asarray(images))[:, row, column] > self.threshold, self.inked, self.blank
        )


def best_single_pixel(
    images: NDArray[np.uint8], labels: NDArray[np.integer[Any]], n_classes: int
) -> SinglePixel:
    """Find the pixel, and the threshold on it, that classify most images correctly.

    Parameters
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        Grey values, or colours, of which the luminance is judged.
    labels : int array, shape (n,)
        Positions of classes, from 0.
    n_classes : int
        Number of classes K.

    Examples
    --------
    >>> images = np.array([[[9, 200]], [[9, 30]], [[9, 220]]], dtype=np.uint8)
    >>> found = best_single_pixel(images, np.array([1, 0, 1]), 2)
    >>> found.pixel, found.threshold, found.inked, found.blank, found.train_accuracy
    ((0, 1), 30, 1, 0, 1.0)
    """
    images = in_grey(images)
    n, height, width = images.shape
    rows = images.reshape(n, -1)
    offsets = np.asarray(labels, np.intp) * LEVELS
    total = np.bincount(labels, minlength=n_classes)
    correct = np.empty((rows.shape[1], LEVELS), np.intp)
    for start in range(0, rows.shape[1], BLOCK):
        for at, column in enumerate(np.ascontiguousarray(rows[:, start : start + BLOCK].T), start):
            held = np.bincount(offsets + column, minlength=n_classes * LEVELS)
            up_to = held.reshape(n_classes, LEVELS).cumsum(axis=1)
            correct[at] = up_to.max(axis=0) + (total[:, None] - up_to).max(axis=0)
    pixel, threshold = (int(at) for at in np.unravel_index(int(correct.argmax()), correct.shape))
    above = rows[:, pixel] > threshold
    inked, blank = (
        int(np.bincount(labels[side], minlength=n_classes).argmax()) for side in (above, ~above)
    )
    return SinglePixel(
        (pixel // width, pixel % width),
        threshold,
        inked,
        blank,
        float(correct[pixel, threshold] / max(n, 1)),
        (correct.max(axis=1) / max(n, 1)).reshape(height, width),
    )
