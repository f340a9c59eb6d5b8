"""What a confusion matrix might have been with other test images of the same kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from linocut.core.randomness import RandomState, seed_of
from linocut.evaluate.counting import ClassCounts
from linocut.evaluate.intervals import Estimate, Floats

DRAWS = 1000
BLOCK = 2_000_000  # counts drawn at a time


def resampled(
    confusion: NDArray[np.integer[Any]], draws: int = DRAWS, random_state: RandomState = 0
) -> ClassCounts:
    """Draw confusion matrices of as many images, each image with replacement.

    To draw images is to draw their cells: one multinomial over the cells that are not empty,
    whatever the number of images.

    Parameters
    ----------
    confusion : int array, shape (K, K)
        Counts; row = true class, column = predicted class.
    draws : int
        Number of matrices B.
    random_state : int, Generator, RandomState or None
        Of the draws.

    Returns
    -------
    ClassCounts
        Its arrays are (B, K).

    Examples
    --------
    >>> drawn = resampled(np.array([[90, 10], [0, 100]]), draws=500)
    >>> drawn.hits.shape, set(drawn.n.tolist()), drawn.recall.mean(axis=0).round(2).tolist()
    ((500, 2), {200}, [0.9, 1.0])
    """
    K = len(confusion)
    true, predicted = np.nonzero(confusion)
    counts = confusion[true, predicted]
    n = int(counts.sum())
    rng = np.random.default_rng(seed_of(random_state))
    cells, ones = np.arange(len(counts)), np.ones(len(counts), np.int64)
    right = true == predicted
    sums = [
        csr_array((ones[which], (classes[which], cells[which])), shape=(K, len(counts)))
        for which, classes in ((right, true), (slice(None), predicted), (slice(None), true))
    ]
    parts = []
    rows = max(1, BLOCK // len(counts))
    for start in range(0, draws, rows):
        drawn = rng.multinomial(n, counts / n, size=min(rows, draws - start)).T
        parts.append([(each @ drawn).T for each in sums])
    return ClassCounts(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def bootstrapped(
    found: ClassCounts,
    drawn: ClassCounts,
    figure: Callable[[ClassCounts], Floats],
    least: float = 0.0,
) -> Estimate:
    """Return one figure of a matrix with the middle 95 % of what the draws give.

    The draws are moved so that their mean is the figure: where classes are rare, means over them
    sink with each resampling, and an interval may then not hold its own figure. Without any mistake
    every draw is as perfect, which bounds nothing: there is no interval then. The figure is 1 at
    most, and ``least`` at least.

    Examples
    --------
    >>> matrix = np.array([[90, 10], [0, 100]])
    >>> kappa = bootstrapped(
    ...     ClassCounts.of(matrix), resampled(matrix), lambda counts: counts.cohen_kappa
    ... )
    >>> round(kappa.value, 2), 0.82 < kappa.low < 0.86 < 0.94 < kappa.high < 0.97
    (0.9, True)
    """
    value = float(figure(found))
    if not np.isfinite(value) or int(found.hits.sum()) == int(found.n):
        return Estimate(value)
    values = figure(drawn)
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.025, 0.975]) - values.mean() + value
    return Estimate(value, float(np.clip(low, least, value)), float(np.clip(high, value, 1)))
