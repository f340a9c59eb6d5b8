"""How many test images a model classifies with which probability, correctly or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate import Predictions
from linocut.report.document import Confidence
from linocut.report.packing import deflate, pack

TAIL = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005)
# Of many classes most probabilities are small.
SMALL = tuple(step / 400 for step in range(4, 20))
MIDDLE = tuple(step / 100 for step in range(5, 100))
# Probabilities crowd near 0 and 1, so that thresholds stand closer there.
EDGES = (0.0, *TAIL, *SMALL, *MIDDLE, *(round(1 - share, 4) for share in reversed(TAIL)), 1.0)
MOST_NUMBERS = 10_000_000  # probabilities of all classes that are worth the wait


def confidence(predictions: Predictions, *, by_class: bool) -> Confidence:
    """Count test images in the bins between `EDGES`.

    Parameters
    ----------
    predictions : Predictions
        Of the test part, with probabilities.
    by_class : bool
        Whether to count them by the probability of each class, too.
    """
    P, labels = predictions.probabilities, predictions.labels
    top = P[np.arange(len(P)), predictions.predicted]
    return Confidence(
        top=pack(_counted(_bins(top), predictions.predicted == labels)),
        by_class=deflate(_each_class(P, labels)) if by_class else None,
    )


def _each_class(P: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.int32]:
    counts = [_counted(_bins(P[:, k]), labels == k) for k in range(P.shape[1])]
    return np.stack(counts).ravel()


def _bins(probabilities: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the bin of each probability; a threshold at an edge accepts the bin above it."""
    # Compared as float32, so that 0.99 lies at the edge 0.99.
    inner = np.array(EDGES[1:-1], np.float32)
    return np.searchsorted(inner, np.nan_to_num(probabilities), side="right")


def _counted(bins: NDArray[np.intp], hits: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Count misses and hits in each bin, shape (2, bins)."""
    many = len(EDGES) - 1
    return np.bincount(many * hits + bins, minlength=2 * many).reshape(2, many).astype(np.int32)
