"""What the curves of each class against the rest have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result, plain
from linocut.evaluate.curves.ranking import Ranking, ThresholdCounts, counts_at
from linocut.evaluate.intervals import Estimate
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.wording import listed, position_of
from linocut.evaluate.predictions import Predictions


@dataclass(frozen=True, eq=False)
class ClassCurve(Result):
    """A curve of one class against the rest, and the figure that sums it up.

    Attributes
    ----------
    name : str
        The class.
    positives, negatives : int
        Images of it, and of all others.
    """

    summed_up_by: ClassVar[str]  # the attribute that holds the figure

    name: str
    positives: int
    negatives: int

    @property
    def summary(self) -> Estimate:
        """Area under the curve or the like; not defined where there is no curve."""
        figure: Estimate = getattr(self, self.summed_up_by)
        return figure

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: the class, its images, and the figure with its interval."""
        return [
            {"class": self.name, "positives": self.positives, "negatives": self.negatives}
            | self.summary.columns(self.summed_up_by)
        ]


Curve = TypeVar("Curve", bound=ClassCurve)


class ClassCurves(Judgement, Generic[Curve]):
    """A curve for each class, in the order of the classes, and the predictions they come from."""

    curves: tuple[Curve, ...]
    macro: Estimate | float
    predictions: Predictions

    @property
    @abstractmethod
    def sentence(self) -> str:
        """Say for which class the figure is worst, and the mean."""

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

    def chosen(self, labels: Sequence[str] | None) -> tuple[Curve, ...]:
        """Return the curves of these classes; without any named, all that there are as ranked."""
        return self.ranked if labels is None else tuple(self[label] for label in labels)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Which classes have no curve, and why."""
        return without_curve([curve.name for curve in self.curves if not curve.positives])

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class."""
        return [row for curve in self.curves for row in curve.rows()]

    def to_dict(self) -> dict[str, Any]:
        """Return the mean, and the figures and points of the curves as plain data."""
        return {
            "sentence": self.sentence,
            "macro": plain(self.macro),
            "curves": [curve.to_dict() for curve in self.curves],
        }


def rankings(predictions: Predictions) -> Iterator[tuple[str, NDArray[np.bool_], Ranking]]:
    """Yield the name of each class, which images are of it, and all of them ranked for it."""
    columns = np.ascontiguousarray(predictions.probabilities.T)
    for k, (name, p) in enumerate(zip(predictions.class_names, columns, strict=True)):
        mine = predictions.labels == k
        yield name, mine, Ranking.of(p, mine)


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
