"""ROC curves of each class against the rest, and the area under each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from linocut.evaluate.curves.area import area_of, bounded_area
from linocut.evaluate.curves.one_against_rest import ClassCurve, ClassCurves, rankings
from linocut.evaluate.curves.ranking import Ranking
from linocut.evaluate.curves.thinning import MOST, thinned_in_views
from linocut.evaluate.intervals import Estimate, Floats
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class RocCurve(ClassCurve):
    """The ROC curve of one class against the rest.

    Attributes
    ----------
    name : str
        The class.
    positives, negatives : int
        Images of it, and of all others.
    auc : Estimate
        Area under the curve of all points, with DeLong's interval; NaN without images of either.
    false_positive_rate, recall, thresholds : float64 arrays, shape (T,)
        Points of the curve that keep its shape, from (0, 0) to (1, 1); empty where the area is not
        defined. The first threshold is ∞: nothing is classified as the class.
    """

    summed_up_by: ClassVar[str] = "auc"

    auc: Estimate
    false_positive_rate: Floats
    recall: Floats
    thresholds: Floats


@dataclass(frozen=True, eq=False, repr=False)
class RocCurves(ClassCurves[RocCurve]):
    """How well the probability of each class ranks its images above all others.

    Attributes
    ----------
    curves : tuple of K RocCurve
        In the order of the classes.
    macro : Estimate
        Mean area over the classes where it is defined, with an interval that takes into account
        that the same images make all of them.
    predictions : Predictions
        What they come from.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.1, 0.9]]
    >>> found = RocCurves.from_predictions(Predictions.from_arrays([0, 1, 0, 1], shares))
    >>> found["1"].auc.value, found.at("1", 0.65).matrix.tolist()
    (0.75, [[1, 1], [1, 1]])
    """

    curves: tuple[RocCurve, ...]
    macro: Estimate
    predictions: Predictions

    @classmethod
    def from_predictions(cls, predictions: Predictions, *, most: int = MOST) -> Self:
        """Move the threshold of each class.

        Parameters
        ----------
        predictions : Predictions
            Of n labelled images.
        most : int
            Points of a curve to keep at most.
        """
        error = np.zeros(len(predictions.labels))  # of the sum of all areas, by image
        curves = []
        for name, mine, ranking in rankings(predictions):
            auc, of_positives, of_negatives = area_of(ranking)
            error += np.where(mine, of_positives[ranking.group], of_negatives[ranking.group])
            curves.append(_curve(name, ranking, auc, most))
        return cls(tuple(curves), _macro(curves, error), predictions)

    @property
    def sentence(self) -> str:
        """Say for which class the area is smallest, and the mean."""
        if not self.ranked:
            return "All images are of one class: there is nothing to tell it from, and no curve."
        worst = self.ranked[0]
        told = (
            f"The area under the ROC curve is smallest for {worst.name}: "
            f"{worst.auc.plain_in_words()}; the mean over the classes is {self.macro.plain()}."
        )
        return " ".join((told, *self.remarks))

    def plot(self, ax: Axes | None = None, *, labels: list[str] | None = None) -> Figure:
        """Draw the curves, and the area of each class with its interval.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw the curves alone.
        labels : list of str, optional
            The classes to draw; by default all, or those with the smallest areas.
        """
        from linocut.plot import plot_roc  # Matplotlib loads on use

        shown = self.chosen(labels)
        return plot_roc(
            [(c.false_positive_rate, c.recall) for c in shown],
            [(c.auc.value, c.auc.low, c.auc.high) for c in shown],
            [c.name for c in shown],
            fewest=1 / max((c.negatives for c in shown), default=1),
            among=self.predictions.class_names,
            ax=ax,
        )


def _curve(name: str, ranking: Ranking, auc: Estimate, most: int) -> RocCurve:
    P, N = int(ranking.positives.sum()), int(ranking.negatives.sum())
    if not auc.defined:
        nothing = np.zeros(0)
        return RocCurve(name, P, N, auc, nothing, nothing, nothing)
    x = np.r_[0.0, ranking.false_alarms / N]
    y = np.r_[0.0, ranking.hits / P]
    # On a logarithmic axis no false alarm lies where half a one would.
    rare = np.log(np.maximum(x, 0.5 / N)) / np.log(2 * N)
    kept = thinned_in_views([(x, y), (rare, y)], most)
    thresholds = np.r_[np.inf, ranking.thresholds]
    return RocCurve(name, P, N, auc, x[kept], y[kept], thresholds[kept])


def _macro(curves: list[RocCurve], error: Floats) -> Estimate:
    """Average the areas; each image adds its deviations from all of them, squared as one."""
    areas = np.array([curve.auc.value for curve in curves if curve.auc.defined])
    if not len(areas):
        return Estimate(np.nan)
    pairs = len(error) // 2  # no more than that are made of different images
    return bounded_area(float(areas.mean()), float(error @ error) / len(areas) ** 2, pairs)
