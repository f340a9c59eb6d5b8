"""Checks and shapes of arrays that come from outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.errors import LinocutError


def flatten_images(X: Any) -> Any:
    """Lay images of shape (n, h, w) out as rows (n, h·w); leave everything else as it is.

    Examples
    --------
    >>> flatten_images(np.zeros((5, 2, 3))).shape
    (5, 6)
    """
    if isinstance(X, np.ndarray) and X.ndim == 3:
        return X.reshape(len(X), -1)
    return X


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
