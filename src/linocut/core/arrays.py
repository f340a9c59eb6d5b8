"""Checks and shapes of arrays that come from outside."""

from __future__ import annotations

from typing import Any

import numpy as np


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
