"""Which grey value is full white: one scale for a whole set, kept for files that come later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BYTE = 255
# Few levels are no dim images but another unit: 1, 2, 3 and 4 bits, and 0 to 16 as in the UCI
# digits, counts of dots in cells of 4 × 4.
FEW = (1, 3, 7, 15, 16)
LARGEST_WHITE = 2**32 - 1
AT_ONCE = 1 << 20  # pixels that are held in float64


def settled_white(bytes_top: float, deep_top: float | None = None) -> int:
    """Decide from the largest grey values of a set which value becomes 255.

    Parameters
    ----------
    bytes_top : float
        Of the images of 8 bits and less.
    deep_top : float or None
        Of the images with more than 8 bits a pixel, or with fractions; None if there are none.
        If there are, they decide: bytes have a scale of their own.

    Examples
    --------
    >>> settled_white(200), settled_white(1), settled_white(12), settled_white(16)
    (255, 1, 15, 16)
    >>> settled_white(255, 4000), settled_white(255, 0.5)
    (4095, 1)
    """
    top = bytes_top if deep_top is None else deep_top
    if 0 < top <= FEW[-1]:
        return next(white for white in FEW if top <= white)
    return BYTE if top <= BYTE else _of_bits(top)


def white_of(kind: str, top: float, white: int | None) -> int:
    """Return the value that becomes 255 in one image.

    The set's, but for an image that cannot be on that scale, since a value of it lies above: it is
    on the scale that is usual for its type. Bytes are never taken for 16-bit values.

    Parameters
    ----------
    kind : {"u1", "u", "i", "f"}
        Bytes, 16-bit values, whole numbers of 32 bits, floating-point numbers.
    top : float
        Largest grey value of the image.
    white : int or None
        The set's; None if it is not known.

    Examples
    --------
    >>> white_of("u1", 16, 16), white_of("u1", 17, 16), white_of("u1", 9, 4095)
    (16, 255, 255)
    >>> white_of("u", 300, 4095), white_of("u", 300, None), white_of("f", 0.5, 255)
    (4095, 65535, 1)
    """
    if kind == "u1":
        return white if white is not None and top <= white < BYTE else BYTE
    if kind == "f" and top <= 1:
        return 1
    if white is not None and top <= white:
        return white
    if kind != "u" and top <= BYTE:
        return BYTE
    return 65535 if top <= 65535 else _of_bits(top)


def to_full_range(images: NDArray[np.uint8], white: int | None) -> NDArray[np.uint8]:
    """Bring bytes (n, h, w) or (n, h, w, 3) to 0 to 255, each image as `white_of` says.

    Examples
    --------
    >>> to_full_range(np.array([[[0, 1]], [[0, 9]]], np.uint8), 1).tolist()
    [[[0, 255]], [[0, 9]]]
    """
    if white is None or white >= BYTE or images.size == 0:
        return images
    low = images.max(axis=tuple(range(1, images.ndim)), keepdims=True) <= white
    if not low.any():
        return images
    return np.where(low, scaled(images, white), images)


def scaled(values: NDArray[np.generic], white: int) -> NDArray[np.uint8]:
    """Return grey values as bytes, white as 255; what is above it is 255, too.

    Examples
    --------
    >>> scaled(np.array([0, 2048, 4095], np.uint16), 4095).tolist()
    [0, 128, 255]
    """
    if values.dtype == np.uint8:
        every = np.rint(np.arange(256) * (BYTE / white)).clip(0, BYTE).astype(np.uint8)
        return np.asarray(every[values])
    made = np.empty(values.shape, np.uint8)
    rows = max(1, AT_ONCE * len(values) // max(values.size, 1))
    for start in range(0, len(values), rows):
        some = values[start : start + rows].astype(np.float64)
        made[start : start + rows] = np.rint(some * (BYTE / white)).clip(0, BYTE)
    return made


def told_of_white(white: int, *, deep: bool) -> str:
    """Say in a sentence what was done; empty where nothing was.

    Examples
    --------
    >>> told_of_white(16, deep=False)
    'Grey values run from 0 to 16 here; all were stretched alike, 16 to 255.'
    >>> told_of_white(255, deep=False)
    ''
    """
    if white == BYTE and not deep:
        return ""
    if deep:
        return f"Images of more than 8 bits were brought to bytes on one scale, {white:,} to 255."
    return f"Grey values run from 0 to {white} here; all were stretched alike, {white} to 255."


def _of_bits(top: float) -> int:
    """Return the largest value of the fewest bits that hold it."""
    return (1 << int(np.ceil(top)).bit_length()) - 1
