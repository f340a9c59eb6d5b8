"""What the curves of each class against the rest have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from linocut.core import Result
from linocut.evaluate.curves.ranking import ThresholdCounts, counts_at
from linocut.evaluate.intervals import Estimate
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.wording import listed, position_of
from linocut.evaluate.predictions import Predictions


class ClassCurve(Result):
    """A curve of one class against the rest, and the figure that sums it up."""

    name: str
    positives: int

    @property
    @abstractmethod
    def summary(self) -> Estimate:
        """Area under the curve or the like; not defined where there is no curve."""


Curve = TypeVar("Curve", bound=ClassCurve)


class ClassCurves(Judgement, Generic[Curve]):
    """A curve for each class, in the order of the classes, and the predictions they come from."""

    curves: tuple[Curve, ...]
    predictions: Predictions

    def __getitem__(self, label: str) -> Curve:
        return self.curves[position_of(label, self.predictions.class_names)]

    def at(self, label: str, threshold: float) -> ThresholdCounts:
        """Return the confusion matrix of one class against the rest at a threshold.

        Parameters
        ----------
        label : str
            Name of the class.
        threshold : float
            Images are classified as it from this probability up.

        Raises
        ------
        LinocutError
            If there is no such class, or the threshold is no probability.
        """
        return counts_at(self.predictions, label, threshold)

    @property
    def ranked(self) -> tuple[Curve, ...]:
        """The curves of classes that have one, the worst first."""
        known = (curve for curve in self.curves if curve.summary.defined)
        return tuple(sorted(known, key=lambda curve: curve.summary.value))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Which classes have no curve, and why."""
        return without_curve([curve.name for curve in self.curves if not curve.positives])

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class."""
        return [row for curve in self.curves for row in curve.rows()]


def without_curve(names: Sequence[str]) -> tuple[str, ...]:
    """Say which classes have no curve since no image is of them.

    Examples
    --------
    >>> without_curve(["7"])
    ('No image is of class 7, so it has no curve and the mean leaves it out.',)
    """
    if not names:
        return ()
    its, them = ("it has", "it") if len(names) == 1 else ("they have", "them")
    which = listed(names, "or")
    return (f"No image is of class {which}, so {its} no curve and the mean leaves {them} out.",)
