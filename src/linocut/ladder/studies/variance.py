"""How much of a number classes explain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def share_between(values: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Return the share of the variance that lies between the classes (squared correlation ratio).

    Values that are not finite are left out.

    Examples
    --------
    >>> share_between(np.array([0.0, 0.0, 1.0, 1.0]), np.array([3, 3, 5, 5]))
    1.0
    """
    known = np.isfinite(values)
    v, y = values[known], labels[known]
    if len(v) < 2 or v.var() == 0:
        return 0.0
    counts = np.bincount(y)
    means = np.bincount(y, v) / np.maximum(counts, 1)
    return float((counts * np.square(means - v.mean())).sum() / (len(v) * v.var()))
