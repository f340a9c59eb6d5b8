"""How often each class is true, predicted and both: all that its figures are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def divided(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Divide counts; NaN where there is nothing to divide by.

    Examples
    --------
    >>> divided(np.array([1, 0]), np.array([2, 0])).tolist()
    [0.5, nan]
    """
    nothing = whole == 0
    return np.where(nothing, np.nan, part / np.where(nothing, 1, whole))


@dataclass(frozen=True, eq=False)
class ClassCounts:
    """Counts of K classes; several matrices at once lie along the axes before the last.

    Attributes
    ----------
    hits, predicted, support : int arrays, shape (…, K)
        Images of a class classified as it, images classified as it, and images of it.

    Examples
    --------
    >>> counts = ClassCounts.of(np.array([[8, 2], [0, 0]]))
    >>> counts.precision.tolist(), counts.recall.tolist()
    ([1.0, 0.0], [0.8, nan])
    """

    hits: NDArray[np.integer[Any]]
    predicted: NDArray[np.integer[Any]]
    support: NDArray[np.integer[Any]]

    @classmethod
    def of(cls, confusion: NDArray[np.integer[Any]]) -> ClassCounts:
        """Count in a confusion matrix (K, K), true classes in its rows."""
        return cls(np.diagonal(confusion), confusion.sum(axis=0), confusion.sum(axis=1))

    @property
    def n(self) -> NDArray[np.integer[Any]]:
        """Number of images, shape (…)."""
        return np.asarray(self.support.sum(axis=-1))

    @property
    def precision(self) -> Floats:
        """Of the images classified as the class, the share that belong to it."""
        return divided(self.hits, self.predicted)

    @property
    def recall(self) -> Floats:
        """Of the images of the class, the share classified as it."""
        return divided(self.hits, self.support)

    @property
    def f1(self) -> Floats:
        """Harmonic mean of precision and recall: 2 hits / (predicted + support)."""
        return divided(2 * self.hits, self.predicted + self.support)

    @property
    def others(self) -> NDArray[np.integer[Any]]:
        """Images of all other classes."""
        return np.asarray(self.n[..., None] - self.support)

    @property
    def rejected(self) -> NDArray[np.integer[Any]]:
        """Images of other classes that are not classified as the class: true negatives."""
        return np.asarray(self.others - self.predicted + self.hits)

    @property
    def specificity(self) -> Floats:
        """Of the images of all other classes, the share not classified as the class."""
        return divided(self.rejected, self.others)

    @property
    def accuracy(self) -> Floats:
        """Share of correctly classified images, shape (…)."""
        return np.asarray(self.hits.sum(axis=-1) / self.n)

    @property
    def balanced_accuracy(self) -> Floats:
        """Mean recall of the classes that have images, shape (…)."""
        return macro(self.recall)

    @property
    def cohen_kappa(self) -> Floats:
        """Agreement beyond what the two margins would give by chance; 1 is perfect, shape (…)."""
        n = self.n.astype(np.float64)
        by_chance = (self.predicted.astype(np.float64) * self.support).sum(axis=-1) / n**2
        return divided(self.accuracy - by_chance, 1 - by_chance)

    @property
    def matthews(self) -> Floats:
        """Correlation of true and predicted classes (Gorodkin 2004), shape (…)."""
        n, predicted, support = (
            np.asarray(counts, np.float64) for counts in (self.n, self.predicted, self.support)
        )
        together = self.hits.sum(axis=-1) * n - (predicted * support).sum(axis=-1)
        spread = (n**2 - (predicted**2).sum(axis=-1)) * (n**2 - (support**2).sum(axis=-1))
        return divided(together, np.sqrt(spread))


def macro(figures: Floats) -> Floats:
    """Average over the classes, each alike, leaving out those where a figure is not defined."""
    defined = np.isfinite(figures)
    return divided(np.where(defined, figures, 0).sum(axis=-1), defined.sum(axis=-1))


def weighted_mean(figures: Floats, support: NDArray[np.integer[Any]]) -> Floats:
    """Average over the classes by their number of images, leaving out undefined figures.

    As in scikit-learn each class counts alike where none of those left has an image.
    """
    defined = np.isfinite(figures)
    weights = np.where(defined, support, 0)
    total = weights.sum(axis=-1)
    mean = divided((weights * np.where(defined, figures, 0)).sum(axis=-1), total)
    return np.where(total == 0, macro(figures), mean)
