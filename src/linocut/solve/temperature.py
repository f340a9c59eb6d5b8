"""Scores that are no probabilities, made into some by one temperature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax


def fit_temperature(scores: NDArray[np.floating[Any]], labels: NDArray[np.int64]) -> float:
    """Find the temperature T for which softmax(scores / T) fits the labels best.

    Parameters
    ----------
    scores : float array, shape (n, K)
        Scores of a model that gives no probabilities (class means, least squares).
    labels : int64 array, shape (n,)
        Classes, 0 to K − 1.

    Returns
    -------
    float
        T, in the unit of the scores. The order of the classes does not depend on it.

    Notes
    -----
    Guo et al., "On calibration of modern neural networks" (2017), section 4.2. The log loss is
    convex in 1/T, so the one-dimensional search finds its minimum.

    Examples
    --------
    >>> scores = np.array([[4.0, 0.0], [4.0, 0.0], [4.0, 0.0], [4.0, 0.0]])
    >>> T = fit_temperature(scores, np.array([0, 0, 0, 1]))
    >>> round(float(4 / T), 3)  # the margin at which 3 of 4 are right: log 3
    1.099
    """
    from scipy.optimize import minimize_scalar  # loads much

    spread = float(np.ptp(scores, axis=1).mean())
    if spread == 0:
        return 1.0
    rows = np.arange(len(labels))

    def loss(log_scale: float) -> float:
        return float(
            -log_softmax(scores * (np.exp(log_scale) / spread), axis=1)[rows, labels].mean()
        )

    found = minimize_scalar(loss, bounds=(-7.0, 12.0), method="bounded", options={"xatol": 1e-6})
    return float(spread / np.exp(found.x))
