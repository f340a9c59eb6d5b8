"""Images ranked by the probability of one class, and what a threshold on it makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.evaluate.intervals import Estimate, Floats, share_of
from linocut.evaluate.metrics.wording import position_of
from linocut.evaluate.predictions import Predictions


@dataclass(frozen=True, eq=False)
class Ranking:
    """Images in groups of equal probability of one class, the largest first.

    Attributes
    ----------
    thresholds : float64 array, shape (T,)
        The probability of each group, falling.
    positives, negatives : int64 arrays, shape (T,)
        Images of the class, and of all others, in each group.
    group : intp array, shape (n,)
        The group of each image.
    """

    thresholds: Floats
    positives: NDArray[np.int64]
    negatives: NDArray[np.int64]
    group: NDArray[np.intp]

    @classmethod
    def of(cls, probabilities: NDArray[np.floating[Any]], mine: NDArray[np.bool_]) -> Ranking:
        """Rank n images, of which some are of the class.

        Examples
        --------
        >>> found = Ranking.of(np.array([0.2, 0.9, 0.9]), np.array([False, True, False]))
        >>> found.thresholds.tolist(), found.positives.tolist(), found.negatives.tolist()
        ([0.9, 0.2], [1, 0], [1, 1])
        """
        order = np.argsort(-probabilities)
        p = probabilities[order]
        new = np.r_[True, p[1:] != p[:-1]]
        starts = np.flatnonzero(new)
        positives = np.add.reduceat(mine[order].astype(np.int64), starts)
        group = np.empty(len(p), np.intp)
        group[order] = np.cumsum(new) - 1
        size = np.diff(np.append(starts, len(p)))
        return cls(p[starts].astype(np.float64), positives, size - positives, group)

    @property
    def hits(self) -> NDArray[np.int64]:
        """Images of the class from each threshold up, shape (T,)."""
        return np.cumsum(self.positives)

    @property
    def false_alarms(self) -> NDArray[np.int64]:
        """Images of other classes from each threshold up, shape (T,)."""
        return np.cumsum(self.negatives)


@dataclass(frozen=True)
class ThresholdCounts(Result):
    """The confusion matrix of one class against the rest at one threshold.

    Attributes
    ----------
    name : str
        The class.
    threshold : float
        An image is classified as it from this probability up.
    true_positives, false_negatives, false_positives, true_negatives : int
        Images of the class above and below, images of other classes above and below.
    """

    name: str
    threshold: float
    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int

    @property
    def precision(self) -> Estimate:
        """Of the images above the threshold, the share that are of the class."""
        return share_of(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> Estimate:
        """Of the images of the class, the share above the threshold."""
        return share_of(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def false_positive_rate(self) -> Estimate:
        """Of the images of other classes, the share above the threshold."""
        return share_of(self.false_positives, self.false_positives + self.true_negatives)

    @property
    def matrix(self) -> NDArray[np.int64]:
        """The same as an array (2, 2): rows rest and class, columns below and above."""
        return np.array(
            [
                [self.true_negatives, self.false_positives],
                [self.false_negatives, self.true_positives],
            ]
        )

    @property
    def sentence(self) -> str:
        """Say what the threshold finds and what it takes along."""
        found = self.true_positives + self.false_negatives
        return (
            f"Classified as {self.name} from a probability of {self.threshold:.3g}: "
            f"{self.true_positives:,} of its {found:,} images (recall {self.recall.percent()}) and "
            f"{self.false_positives:,} others (precision {self.precision.percent()})."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: threshold, the four counts, and the shares with their intervals."""
        shares: dict[str, Any] = {}
        for name in ("precision", "recall", "false_positive_rate"):
            shares |= getattr(self, name).columns(name)
        return [self.to_dict() | shares]


def counts_at(predictions: Predictions, label: str, threshold: float) -> ThresholdCounts:
    """Classify as one class from a probability up, and count what follows.

    Examples
    --------
    >>> predictions = Predictions.from_arrays([0, 0, 1], [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]])
    >>> counts_at(predictions, "1", 0.65).matrix.tolist()
    [[2, 0], [0, 1]]
    """
    if not 0 <= threshold <= 1:
        raise LinocutError(f"a threshold of {threshold} — it must be a probability from 0 to 1")
    k = position_of(label, predictions.class_names)
    above = predictions.probabilities[:, k] >= threshold
    mine = predictions.labels == k
    counted = [
        int((mine == truth)[above == side].sum())
        for truth, side in ((True, True), (True, False), (False, True), (False, False))
    ]
    return ThresholdCounts(predictions.class_names[k], float(threshold), *counted)
