"""Colour as three planes: images (n, h, w, 3) hold red, green and blue on their last axis.

What is true of lightness is asked of the luminance, and what is left of a colour then is two
differences of planes, as in the eye: red against green, and blue against both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.errors import LinocutError

Array = NDArray[Any]
Shape = tuple[int, ...]  # of one image: height and width, and 3 where it has colours

PLANES = 3
PLANE_NAMES = ("red", "green", "blue")
LUMINANCE = (0.299, 0.587, 0.114)  # of ITU-R BT.601, by which Pillow makes colours grey, too
IN_65536THS = np.array([19595, 38470, 7471], np.uint32)  # the same
AT_ONCE = 1000  # images that are made grey together
# Luminance, red − green, blue − yellow; each from a difference of one to one of at most one.
OPPONENTS = np.array([LUMINANCE, (0.5, -0.5, 0.0), (-0.25, -0.25, 0.5)], np.float32)


def is_colour(shape: Shape) -> bool:
    """Tell whether the shape of one image has an axis of planes.

    Examples
    --------
    >>> is_colour((28, 28)), is_colour((32, 32, 3))
    (False, True)
    """
    return len(shape) == 3


def luminance(images: Array) -> Array:
    """Return images (n, h, w, 3) as floats in grey, (n, h, w); those that are grey as they are.

    Examples
    --------
    >>> luminance(np.array([[[[255, 255, 255], [255, 0, 0]]]], np.uint8)).round(1)
    array([[[255. ,  76.2]]], dtype=float32)
    """
    if images.ndim == 3:
        return images
    dtype = np.float64 if images.dtype == np.float64 else np.float32
    return np.asarray(images.astype(dtype, copy=False) @ np.array(LUMINANCE, dtype))


def in_grey(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, h, w, 3) by their luminance, those that are grey as they are.

    By the whole numbers with which Pillow does it, so that files and arrays give the same bytes.

    Examples
    --------
    >>> in_grey(np.array([[[[255, 0, 0], [9, 9, 9]]]], np.uint8)).tolist()
    [[[76, 9]]]
    """
    if images.ndim == 3:
        return images
    grey = np.empty(images.shape[:3], np.uint8)
    for start in range(0, len(images), AT_ONCE):
        block = images[start : start + AT_ONCE].astype(np.uint32)
        grey[start : start + AT_ONCE] = (block @ IN_65536THS + (1 << 15)) >> 16
    return grey


def in_colour(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, h, w, 3); grey ones, (n, h, w), in three planes that are the same.

    Examples
    --------
    >>> in_colour(np.array([[[7, 8]]], np.uint8)).tolist()
    [[[[7, 7, 7], [8, 8, 8]]]]
    """
    return images if images.ndim == 4 else np.repeat(images[..., None], PLANES, axis=-1)


def opponents(images: Array) -> tuple[Array, Array, Array]:
    """Return luminance, red − green and blue − yellow of images (n, h, w, 3), floats (n, h, w).

    Where all planes are the same, the first is that plane and the others are zero.

    Examples
    --------
    >>> grey = np.full((1, 1, 1, 3), 100.0)
    >>> [float(plane[0, 0, 0].round(3)) for plane in opponents(grey)]
    [100.0, 0.0, 0.0]
    """
    dtype = np.float64 if images.dtype == np.float64 else np.float32
    made = images.astype(dtype, copy=False) @ OPPONENTS.T.astype(dtype)
    return made[..., 0], made[..., 1], made[..., 2]


def for_planes(values: Array, shape: Shape) -> Array:
    """Return one value a pixel (…, h, w) with an axis to stand beside all planes of images.

    Examples
    --------
    >>> mask = np.ones((5, 4, 4))
    >>> for_planes(mask, (4, 4, 3)).shape, for_planes(mask, (4, 4)).shape
    ((5, 4, 4, 1), (5, 4, 4))
    """
    return values[..., None] if is_colour(shape) else values


def over_planes(values: Array, shape: Shape) -> Array:
    """Return values of pixels (…, *shape) summed over their planes, (…, h, w), for one signed map.

    Examples
    --------
    >>> over_planes(np.ones((2, 4, 4, 3)), (4, 4, 3)).shape
    (2, 4, 4)
    """
    return np.asarray(values.sum(axis=-1)) if is_colour(shape) else values


def size_in_words(shape: Shape) -> str:
    """Say how large an image is.

    Examples
    --------
    >>> size_in_words((8, 16)), size_in_words((32, 32, 3))
    ('8 × 16', '32 × 32 × 3')
    """
    return " × ".join(map(str, shape))


def refuse_colour(shape: Shape, who: str) -> None:
    """Raise a `LinocutError` where images have colours and ``who`` takes grey ones only."""
    if is_colour(shape):
        raise LinocutError(
            f"images of {size_in_words(shape)} pixels, in colour — {who} takes grey ones (load "
            "them with --no-colour, colour=False)"
        )
