"""Ink and paper of small images, and the moments of the ink.

Moments tell where the ink is, how far it leans and how far it spreads.
"""

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
        with np.errstate(invalid="ignore"):  # told of small finite matrices, too, now and then
            products = (images @ x).astype(np.float64)
        xy = _sum(products, y) / total - row * column
        stands = (yy > 1e-3) & ~blank  # a single row of ink does not lean
        shear = np.clip(np.where(stands, xy / np.where(stands, yy, 1), 0), -max_shear, max_shear)
        upright = np.maximum(xx - 2 * shear * xy + shear**2 * yy, 0)
        columns = ink, row, column, shear, np.sqrt(yy), np.sqrt(xx), np.sqrt(upright)
        return cls(*(each.astype(np.float32) for each in columns))

    @property
    def centre(self) -> Array:
        """Row and column of the centre of mass, shape (n, 2)."""
        return np.stack([self.row, self.column], axis=1)


def border_pixels(images: Array) -> Array:
    """Return the pixels of the border of images (…, h, w), shape (…, b).

    Examples
    --------
    >>> border_pixels(np.arange(9, dtype=np.uint8).reshape(3, 3)).tolist()
    [0, 1, 2, 6, 7, 8, 3, 5]
    """
    edges = images[..., 0, :], images[..., -1, :], images[..., 1:-1, 0], images[..., 1:-1, -1]
    return np.concatenate(edges, axis=-1)


def paper_level(images: Array) -> Array:
    """Return the grey of each image's paper: the median of its border.

    Of an even number of pixels it is the lower of the two in the middle, a value of the image.
    Images in colour, (n, h, w, 3), have no paper: there it is black.

    Parameters
    ----------
    images : array, shape (n, h, w)
        In any unit.

    Returns
    -------
    array, shape (n, 1, 1) or (n, 1, 1, 1), of the type of the images

    Examples
    --------
    >>> grey = np.full((1, 4, 4), 90, np.uint8)
    >>> grey[0, 0, :2], grey[0, 1:3, 1:3] = 255, 200
    >>> paper_level(grey).tolist()
    [[[90]]]
    """
    if images.ndim == 4:
        return np.zeros((len(images), 1, 1, 1), images.dtype)
    border = border_pixels(images)
    middle = median_place(border.shape[-1])
    return np.partition(border, middle, axis=-1)[:, middle, None, None]


def is_blank(image: Array) -> bool:
    """Tell whether an image, (h, w) or (h, w, 3), is of one grey or colour throughout.

    Examples
    --------
    >>> is_blank(np.zeros((2, 2), np.uint8)), is_blank(np.eye(2, dtype=np.uint8))
    (True, False)
    """
    return bool((image == image[:1, :1]).all())


def median_place(count: int) -> int:
    """Return where the lower median of so many values is, once they are sorted."""
    return (count - 1) // 2


def ink_of(images: Array) -> Array:
    """Return how far each pixel is from its image's paper, whichever of the two is lighter.

    Grey or dim paper is no ink then, and dark ink on light paper is as light ink on dark. Images
    with a blank border stay as they are, to the last bit.

    Parameters
    ----------
    images : float array, shape (n, h, w)
        In any unit.

    Examples
    --------
    >>> page = np.full((1, 3, 3), 240.0)
    >>> page[0, 1, 1] = 10
    >>> ink_of(page)[0, 1].tolist()
    [0.0, 230.0, 0.0]
    """
    return np.asarray(np.abs(images - paper_level(images)))


def ink_sign(images: Array) -> Array:
    """Return what `ink_of` multiplies the difference from the paper with: −1 where it is darker."""
    return np.where(images < paper_level(images), -1.0, 1.0)


def _sum(ink: Array, weights: Array) -> Array:
    """Return weighted sums of rows of ink, of bytes exact before they become float32.

    Then moments are the same on every machine and in every program that a model is exported to.
    """
    return np.asarray(ink @ weights.astype(np.float64), np.float32)
