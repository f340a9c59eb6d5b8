"""Checks and shapes of arrays that come from outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.errors import LinocutError

Shape = tuple[int, int]


def flatten_images(X: Any) -> Any:
    """Lay images of shape (n, h, w) out as rows (n, h·w); leave everything else as it is.

    Examples
    --------
    >>> flatten_images(np.zeros((5, 2, 3))).shape
    (5, 6)
    """
    if isinstance(X, np.ndarray) and X.ndim == 3:
        n, height, width = X.shape
        return X.reshape(n, height * width)
    return X


def image_shape_of(X: Any) -> Shape | None:
    """Return height and width of images (n, h, w), None for rows (n, d).

    Examples
    --------
    >>> image_shape_of(np.zeros((5, 2, 3))), image_shape_of(np.zeros((5, 6)))
    ((2, 3), None)
    """
    if isinstance(X, np.ndarray) and X.ndim == 3:
        return int(X.shape[1]), int(X.shape[2])
    return None


def check_image_shape(X: Any, fitted_on: Shape | None, who: str) -> None:
    """Refuse images (n, h, w) of another shape than those that ``who`` was fitted on.

    Rows (n, d) pass, and so does everything after a fit on rows (None).

    Examples
    --------
    >>> check_image_shape(np.zeros((5, 16, 8)), (8, 16), "UnitPixels")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: images of 16 × 8 pixels — UnitPixels was fitted on 8 × 16
    """
    shape = image_shape_of(X)
    if shape is not None and fitted_on is not None and shape != tuple(fitted_on):
        given, wanted = (f"{height} × {width}" for height, width in (shape, fitted_on))
        raise LinocutError(f"images of {given} pixels — {who} was fitted on {wanted}")


def checked_images(X: Any, who: str) -> NDArray[Any]:
    """Return images as an array (n, h, w); rows of pixels are refused in the name of ``who``.

    Examples
    --------
    >>> checked_images(np.zeros((2, 64)), "Deskew")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: images of shape (2, 64) — Deskew takes images (n, h, w)
    """
    images = np.asarray(X)
    if images.ndim != 3:
        raise LinocutError(f"images of shape {images.shape} — {who} takes images (n, h, w)")
    return images
