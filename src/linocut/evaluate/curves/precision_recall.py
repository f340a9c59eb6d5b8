"""Precision-recall curves of each class against the rest, and the average precision of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from linocut.evaluate.curves.one_against_rest import ClassCurve, ClassCurves, rankings
from linocut.evaluate.curves.ranking import Ranking
from linocut.evaluate.curves.thinning import MOST, thinned_in_views
from linocut.evaluate.intervals import Estimate, Floats, share_of
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class PrecisionRecallCurve(ClassCurve):
    """The precision-recall curve of one class against the rest.

    Attributes
    ----------
    name : str
        The class.
    positives, negatives : int
        Images of it, and of all others.
    average_precision : Estimate
        Mean of the precision over the images of the class, each at its own probability as the
        threshold; NaN where there is none. Its interval is that of as many trials.
    recall, precision, thresholds : float64 arrays, shape (T,)
        Points of the curve that keep its shape, the largest threshold first; empty without images.
    """

    summed_up_by: ClassVar[str] = "average_precision"

    average_precision: Estimate
    recall: Floats
    precision: Floats
    thresholds: Floats


@dataclass(frozen=True, eq=False, repr=False)
class PrecisionRecallCurves(ClassCurves[PrecisionRecallCurve]):
    """What a higher recall of each class costs in precision.

    Attributes
    ----------
    curves : tuple of K PrecisionRecallCurve
        In the order of the classes.
    macro : float
        Mean average precision over the classes that have images.
    predictions : Predictions
        What they come from.

    Notes
    -----
    K. Boyd, K. Eng and C. D. Page, "Area under the precision-recall curve: point estimates and
    confidence intervals", ECML PKDD 2013, section 3: the binomial interval, with the images of the
    class as trials, here in Wilson's form, which has bounds at 0 and 1, too.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.1, 0.9]]
    >>> predictions = Predictions.from_arrays([0, 1, 0, 1], shares)
    >>> found = PrecisionRecallCurves.from_predictions(predictions)
    >>> round(found["1"].average_precision.value, 4)
    0.8333
    """

    curves: tuple[PrecisionRecallCurve, ...]
    macro: float
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
        curves = tuple(_curve(name, ranking, most) for name, _, ranking in rankings(predictions))
        # There is a label at least, so that one class has a curve.
        known = [c.average_precision.value for c in curves if c.average_precision.defined]
        return cls(curves, float(np.mean(known)), predictions)

    @property
    def sentence(self) -> str:
        """Say for which class the average precision is lowest, and the mean."""
        worst = self.ranked[0]
        told = (
            f"The average precision is lowest for {worst.name}: "
            f"{worst.average_precision.percent_in_words()}; the mean over the classes "
            f"is {100 * self.macro:.1f} %."
        )
        return " ".join((told, *self.remarks))

    def plot(self, ax: Axes | None = None, *, labels: list[str] | None = None) -> Figure:
        """Draw the curves, and the average precision of each class with its interval.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw the curves alone.
        labels : list of str, optional
            The classes to draw; by default all, or those with the lowest average precisions.
        """
        from linocut.plot import plot_precision_recall  # Matplotlib loads on use

        shown = self.chosen(labels)
        averages = [c.average_precision for c in shown]
        return plot_precision_recall(
            [(c.recall, c.precision) for c in shown],
            [(each.value, each.low, each.high) for each in averages],
            [c.name for c in shown],
            among=self.predictions.class_names,
            ax=ax,
        )


def _curve(name: str, ranking: Ranking, most: int) -> PrecisionRecallCurve:
    P, N = int(ranking.positives.sum()), int(ranking.negatives.sum())
    if not P:
        nothing = np.zeros(0)
        return PrecisionRecallCurve(name, P, N, Estimate(np.nan), nothing, nothing, nothing)
    hits = ranking.hits
    recall, precision = hits / P, hits / (hits + ranking.false_alarms)
    average = float(ranking.positives @ precision) / P
    # On axes stretched towards 100 % no mistake at all lies where half a one would.
    far, high = (np.log(np.maximum(1 - x, 0.5 / P)) / np.log(2 * P) for x in (recall, precision))
    kept = thinned_in_views([(recall, precision), (far, high)], most)
    return PrecisionRecallCurve(
        name, P, N, share_of(average * P, P), recall[kept], precision[kept],
        ranking.thresholds[kept],
    )  # fmt: skip
