"""Moments of the ink: where it is, how far it leans and how far it spreads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import luminance

Array = NDArray[Any]

MAX_SHEAR = 1.0  # columns a row; what seems to lean further is no slant of the writing


@dataclass(frozen=True, eq=False)
class InkMoments:
    """Moments of the ink of n images; blank ones have those of a dot in the middle.

    Attributes
    ----------
    ink : float32 array, shape (n,)
        Sum of all pixels.
    row, column : float32 arrays, shape (n,)
        Centre of mass, pixels.
    shear : float32 array, shape (n,)
        How far the ink leans, columns a row.
    height, width : float32 arrays, shape (n,)
        Standard deviation along rows and along columns, pixels.
    upright_width : float32 array, shape (n,)
        Standard deviation along columns once the shear is taken out, pixels.
    """

    ink: Array
    row: Array
    column: Array
    shear: Array
    height: Array
    width: Array
    upright_width: Array

    @classmethod
    def of(cls, images: Array, *, max_shear: float = MAX_SHEAR) -> InkMoments:
        """Measure float32 images, (n, h, w), the shear no further than `max_shear`.

        The ink of images in colour, (n, h, w, 3), is their luminance.
        """
        images = luminance(images)
        _, h, w = images.shape
        y, x = np.arange(h, dtype=np.float32), np.arange(w, dtype=np.float32)
        by_row, by_column = images.sum(axis=2), images.sum(axis=1)
        ink = by_row.sum(axis=1)
        blank = ink <= 0
        total = np.where(blank, 1, ink)
        down, across = by_row.astype(np.float64), by_column.astype(np.float64)
        row = np.where(blank, (h - 1) / 2, _sum(down, y) / total)
        column = np.where(blank, (w - 1) / 2, _sum(across, x) / total)
        yy = np.maximum(_sum(down, y * y) / total - row**2, 0)
        xx = np.maximum(_sum(across, x * x) / total - column**2, 0)
        xy = _sum((images @ x).astype(np.float64), y) / total - row * column
        stands = (yy > 1e-3) & ~blank  # a single row of ink does not lean
        shear = np.clip(np.where(stands, xy / np.where(stands, yy, 1), 0), -max_shear, max_shear)
        upright = np.maximum(xx - 2 * shear * xy + shear**2 * yy, 0)
        columns = ink, row, column, shear, np.sqrt(yy), np.sqrt(xx), np.sqrt(upright)
        return cls(*(each.astype(np.float32) for each in columns))

    @property
    def centre(self) -> Array:
        """Row and column of the centre of mass, shape (n, 2)."""
        return np.stack([self.row, self.column], axis=1)


def _sum(ink: Array, weights: Array) -> Array:
    """Return weighted sums of rows of ink, of bytes exact before they become float32.

    Then moments are the same on every machine and in every program that a model is exported to.
    """
    return np.asarray(ink @ weights.astype(np.float64), np.float32)
