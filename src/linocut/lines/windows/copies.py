"""Distorted copies of training lines, so that a reader learns what it should not mind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.features import Augmentation
from linocut.lines.alike import alike

Bytes = NDArray[np.uint8]


def slight_distortion(height: int) -> Augmentation:
    """Return distortions that leave all glyphs of a line readable, in proportion to its height."""
    pixel = height / 28
    return Augmentation(
        shift=1.5 * pixel, rotation=3, scale=0.06, shear=0.08, elastic=0.5 * pixel,
        smoothness=4 * pixel,
    )  # fmt: skip


def distorted(images: Sequence[Bytes], how: Augmentation, random_state: int) -> list[Bytes]:
    """Return one distorted copy of each line; beyond its edges it goes on as it ends.

    Parameters
    ----------
    images : sequence of uint8 arrays, shape (h, w_i)
    how : Augmentation
    random_state : int

    Examples
    --------
    >>> line = np.full((20, 60), 40, np.uint8)
    >>> line[5:15, 20:30] = 220
    >>> (copy,) = distorted([line], slight_distortion(20), 0)
    >>> copy.shape, bool((copy != line).any()), int(copy[0, 0])
    ((20, 60), True, 40)
    """
    out: list[Any] = [None] * len(images)
    margin = int(np.ceil(how.shift + 0.1 * max((image.shape[0] for image in images), default=0)))
    for part, rows in enumerate(alike(images)):
        shape = images[rows[0]].shape
        # A long line that turns or shears moves far at its ends: paper there is not black.
        wide = margin + shape[1] // 12
        padding = ((0, 0), (margin, margin), (wide, wide))
        stack = np.pad(np.stack([images[i] for i in rows]), padding, mode="edge")
        made = how.copies(stack, random_state=random_state + 7919 * part)
        for i, copy in zip(rows, made, strict=True):
            out[i] = copy[margin : margin + shape[0], wide : wide + shape[1]]
    return out
