"""Intervals of mean shares: each image counts once, however often it was changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from linocut.evaluate.classification import wilson_interval

CONFIDENCE = 0.95


@dataclass(frozen=True)
class MeanShare:
    """A mean share with its 95 % interval.

    Attributes
    ----------
    share, low, high : float
        In [0, 1]; of a difference of shares, in [−1, 1].
    """

    share: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.share:.1%} (95 % interval {self.low:.1%} to {self.high:.1%})"


def mean_share(correct: NDArray[np.bool_]) -> MeanShare:
    """Average over all changes of n images, bool (…, n), with the interval over images.

    Changed copies of one image are no independent draws, so its mean counts as one. Of m draws that
    vary as much as the images' means do, Wilson's interval is taken.

    Examples
    --------
    >>> str(mean_share(np.array([True] * 90 + [False] * 10)))
    '90.0% (95 % interval 82.6% to 94.5%)'
    """
    n = correct.shape[-1]
    each = correct.reshape(-1, n).mean(axis=0)
    share = float(each.mean())
    variance = float(each.var())
    # As many draws of yes or no as have the same standard error.
    draws = n if variance == 0 else max(n, share * (1 - share) / variance * n)
    low, high = wilson_interval(round(share * draws), max(1, round(draws)), CONFIDENCE)
    return MeanShare(share, min(low, share), max(high, share))


def mean_difference(first: NDArray[Any], second: NDArray[Any]) -> MeanShare:
    """Return how much larger one mean share is, for the same changes of the same n images (…, n).

    Examples
    --------
    >>> right = np.array([[True, True, False, True]])
    >>> mean_difference(right, right)
    MeanShare(share=0.0, low=0.0, high=0.0)
    """
    n = first.shape[-1]
    each = (first.astype(np.float64) - second).reshape(-1, n).mean(axis=0)
    mean = float(each.mean())
    far = float(ndtri(0.5 + CONFIDENCE / 2)) * float(each.std()) / math.sqrt(n)
    return MeanShare(mean, mean - far, mean + far)
