"""Where the colours of weights end: at the largest weight that much ink ever meets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

INK_SHARE = 0.995  # of all ink falls on weights that keep a colour of their own


def colour_limit(weights: NDArray[Any], ink: NDArray[Any]) -> float:
    """Return the absolute weight at full colour; beyond it colours saturate.

    Least squares puts its largest weights on border pixels that are hardly ever inked. Counting
    each weight by the ink that meets it keeps those from washing out the others.

    Parameters
    ----------
    weights : float array, shape (K, h, w)
        The templates of one model.
    ink : float array, shape (h, w)
        Mean ink of each pixel, in any unit.

    Examples
    --------
    >>> colour_limit(np.array([[[1.0, -2.0, 90.0]]]), np.array([[5.0, 5.0, 0.001]]))
    2.0
    """
    sizes = np.abs(weights).ravel()
    order = np.argsort(sizes)
    met = np.cumsum(np.broadcast_to(ink, weights.shape).ravel()[order])
    limit = float(sizes[order[np.searchsorted(met, INK_SHARE * met[-1])]])
    return limit or float(sizes.max(initial=0)) or 1.0
