"""Whether two shares differ by more than chance explains."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from linocut.evaluate.intervals import wilson_interval

CHANCE = 0.05  # how often chance may do the same before a difference counts as one


def difference_interval(
    first: tuple[int, int], second: tuple[int, int], confidence: float = 0.95
) -> tuple[float, float]:
    """Bound the difference of two shares, counted on different images.

    Parameters
    ----------
    first, second : tuple of int
        Successes and trials of each.
    confidence : float
        Probability that the interval covers the true difference.

    Returns
    -------
    (low, high) : tuple of float
        Bounds of the first share minus the second.

    Notes
    -----
    R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), method 10: Wilson's interval of each share, combined.

    Examples
    --------
    >>> low, high = difference_interval((56, 70), (48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    (p, p_low, p_high), (q, q_low, q_high) = (
        (successes / trials, *wilson_interval(successes, trials, confidence))
        for successes, trials in (first, second)
    )
    difference = p - q
    return (
        difference - math.hypot(p - p_low, q_high - q),
        difference + math.hypot(p_high - p, q - q_low),
    )


def chance_of_split(only_first: int, only_second: int) -> float:
    """Return how often a fair coin splits so many throws at least as unevenly.

    Of two models on the same images, those that only one classifies correctly are the throws:
    McNemar's exact test. 1 where there are none.

    Examples
    --------
    >>> chance_of_split(5, 0), chance_of_split(3, 3), chance_of_split(0, 0)
    (0.0625, 1.0, 1.0)
    """
    thrown = only_first + only_second
    return float(binomtest(only_first, thrown).pvalue) if thrown else 1.0


def are_level(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> bool:
    """Tell whether chance may account for the difference of two models on the same images.

    Parameters
    ----------
    first, second : bool array, shape (n,)
        Which images each classifies correctly.

    Examples
    --------
    >>> right = np.array([True] * 6 + [False])
    >>> are_level(right, ~right), are_level(np.ones(6, bool), np.zeros(6, bool))
    (True, False)
    """
    return chance_of_split(*split_of(first, second)) >= CHANCE


def split_of(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> tuple[int, int]:
    """Count the images that only the first, and only the second of two models is right about.

    Examples
    --------
    >>> split_of(np.array([True, True, False]), np.array([True, False, False]))
    (1, 0)
    """
    return int((first & ~second).sum()), int((second & ~first).sum())
