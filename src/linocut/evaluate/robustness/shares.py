"""Intervals of mean shares: each image counts once, however often it was changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.intervals import Estimate, mean_of, wilson_interval


def mean_share(correct: NDArray[np.bool_]) -> Estimate:
    """Average over all changes of n images, bool (…, n), with the interval over images.

    Changed copies of one image are no independent draws, so its mean counts as one. Of m draws that
    vary as much as the images' means do, Wilson's interval is taken.

    Examples
    --------
    >>> mean_share(np.array([True] * 90 + [False] * 10)).percent_in_words()
    '90.0 % (95 % interval 82.6 to 94.5)'
    """
    n = correct.shape[-1]
    each = correct.reshape(-1, n).mean(axis=0)
    share = float(each.mean())
    variance = float(each.var())
    # As many draws of yes or no as have the same standard error.
    draws = n if variance == 0 else max(n, share * (1 - share) / variance * n)
    low, high = wilson_interval(round(share * draws), max(1, round(draws)))
    return Estimate(share, min(low, share), max(high, share))


def mean_difference(first: NDArray[Any], second: NDArray[Any]) -> Estimate:
    """Return how much larger one mean share is, for the same changes of the same n images (…, n).

    Examples
    --------
    >>> right = np.array([[True, True, False, True]])
    >>> mean_difference(right, right)
    Estimate(value=0.0, low=0.0, high=0.0)
    """
    n = first.shape[-1]
    each = (first.astype(np.float64) - second).reshape(-1, n).mean(axis=0)
    return mean_of(each)
