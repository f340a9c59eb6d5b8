"""Which classes a classifier does well at: their figures, and the means of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from linocut.core import Result
from linocut.core.randomness import RandomState
from linocut.evaluate.counting import ClassCounts, Floats, macro, weighted_mean
from linocut.evaluate.intervals import Estimate, share_of, wilson_bounds
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.resampling import DRAWS, bootstrapped, resampled
from linocut.evaluate.metrics.wording import undefined
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MEANS: dict[str, Callable[[Floats, ClassCounts], Floats]] = {
    "macro": lambda figures, counts: macro(figures),
    "weighted": lambda figures, counts: weighted_mean(figures, counts.support),
}
FIGURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class ClassFigures(Result):
    """The figures of one class, each with its 95 % interval; NaN where one is not defined.

    Attributes
    ----------
    name : str
        The class.
    precision, recall, f1, specificity : Estimate
        Shares in [0, 1].
    support, predicted : int
        Images of the class, and images classified as it.
    """

    name: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    specificity: Estimate
    support: int
    predicted: int

    def rows(self) -> list[dict[str, Any]]:
        """Return one row with a column for each figure and each end of its interval."""
        figures: dict[str, Any] = {"class": self.name}
        for name in (*FIGURES, "specificity"):
            figures |= getattr(self, name).columns(name)
        return [figures | {"support": self.support, "predicted": self.predicted}]


@dataclass(frozen=True)
class MeanFigures(Result):
    """Precision, recall and F1 averaged over the classes.

    Attributes
    ----------
    name : str
        "macro" (each class alike), "weighted" (by its images) or "micro" (all images together:
        the three are the accuracy).
    precision, recall, f1 : Estimate
        Shares in [0, 1]; without an interval where no image is misclassified (macro, weighted).
    left_out : tuple of three int
        Classes that are left out of each of the three, since it is not defined there.
    """

    name: str
    precision: Estimate
    recall: Estimate
    f1: Estimate
    left_out: tuple[int, int, int]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row with a column for each figure and each end of its interval."""
        figures: dict[str, Any] = {"class": self.name}
        for name in FIGURES:
            figures |= getattr(self, name).columns(name)
        return [figures]


@dataclass(frozen=True, eq=False, repr=False)
class ClassMetrics(Judgement):
    """How well each class is classified, with 95 % intervals.

    The intervals of shares are Wilson's. So is that of F1: with J = hits / (images that are of the
    class or classified as it), a share as well, F1 is 2J / (1 + J), which rises with J. Bounds of
    means come from resampled images.

    Attributes
    ----------
    classes : tuple of K ClassFigures
        In the order of the classes.
    macro, micro, weighted : MeanFigures
        Their means.

    Examples
    --------
    >>> shares = [[0.9, 0.1, 0], [0.6, 0.4, 0], [0.2, 0.8, 0]]
    >>> found = ClassMetrics.from_predictions(Predictions.from_arrays([0, 1, 1], shares))
    >>> [row.precision.percent() for row in found.classes]
    ['50.0 % (9.5–90.5)', '100.0 % (20.7–100.0)', '–']
    >>> found.remarks[0]
    'No image was classified as 2, so its precision is not defined.'
    """

    classes: tuple[ClassFigures, ...]
    macro: MeanFigures
    micro: MeanFigures
    weighted: MeanFigures

    @classmethod
    def from_predictions(
        cls, predictions: Predictions, *, draws: int = DRAWS, random_state: RandomState = 0
    ) -> Self:
        """Judge each class.

        Parameters
        ----------
        predictions : Predictions
            Of n labelled images.
        draws : int
            Resampled sets of images that the bounds of the means come from.
        random_state : int, Generator, RandomState or None
            Of the draws.
        """
        confusion = predictions.evaluation.confusion
        counts = predictions.evaluation.counts
        drawn = resampled(confusion, draws, random_state)
        correct = share_of(int(counts.hits.sum()), int(counts.n))
        return cls(
            _by_class(predictions.class_names, counts),
            _mean("macro", counts, drawn),
            MeanFigures("micro", correct, correct, correct, (0, 0, 0)),
            _mean("weighted", counts, drawn),
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """The K classes."""
        return tuple(each.name for each in self.classes)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not defined, and why; what the means leave out."""
        lacking = [
            [each.name for each in self.classes if not getattr(each, name).defined]
            for name in FIGURES
        ]
        told = undefined(*lacking)
        left_out = [
            f"{count} of {len(self.classes)} classes out of {title}"
            for count, title in zip(self.macro.left_out, ("precision", "recall", "F1"), strict=True)
            if count
        ]
        if left_out:
            told.append(f"The macro mean leaves {', '.join(left_out)}.")
        return tuple(told)

    @property
    def weakest(self) -> ClassFigures:
        """The class with the lowest F1."""
        return min(self.classes, key=lambda each: each.f1.value if each.f1.defined else np.inf)

    @property
    def sentence(self) -> str:
        """Say which class is classified worst, the macro mean, and what is not defined."""
        worst = self.weakest
        told = (
            f"F1 is lowest for {worst.name}: {worst.f1.percent_in_words()}; "
            f"the macro mean is {self.macro.f1.percent()}."
        )
        return " ".join((told, *self.remarks))

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class, then the three means."""
        parts: tuple[Result, ...] = (*self.classes, self.macro, self.micro, self.weighted)
        return [row for part in parts for row in part.rows()]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the same with each figure and its interval in one cell, but for micro means."""
        means = [{"class": part.name} | _told(part) for part in (self.macro, self.weighted)]
        return means + [
            {"class": part.name}
            | _told(part)
            | {
                "specificity": part.specificity.percent(),
                "support": part.support,
                "predicted": part.predicted,
            }
            for part in self.classes
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return classes, means and remarks as plain data; null where a figure is not defined."""
        return super().to_dict() | {"remarks": list(self.remarks)}

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw precision, recall and F1 of each class with their intervals, the lowest F1 first.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw F1 alone.
        """
        from linocut.plot import plot_class_metrics  # Matplotlib loads on use

        figures = {
            title: np.array(
                [(e.value, e.low, e.high) for e in (getattr(each, name) for each in self.classes)]
            )
            for name, title in zip(FIGURES, ("Precision", "Recall", "F1"), strict=True)
        }
        means = [getattr(self.macro, name).value for name in FIGURES]
        return plot_class_metrics(figures, self.class_names, means, ax=ax)


def _by_class(names: tuple[str, ...], counts: ClassCounts) -> tuple[ClassFigures, ...]:
    union = counts.predicted + counts.support - counts.hits
    j_low, j_high = wilson_bounds(counts.hits, union)
    columns = [
        _estimates(counts.precision, *wilson_bounds(counts.hits, counts.predicted)),
        _estimates(counts.recall, *wilson_bounds(counts.hits, counts.support)),
        _estimates(counts.f1, 2 * j_low / (1 + j_low), 2 * j_high / (1 + j_high)),
        _estimates(counts.specificity, *wilson_bounds(counts.rejected, counts.others)),
        counts.support.tolist(),
        counts.predicted.tolist(),
    ]
    return tuple(map(ClassFigures, names, *columns))


def _told(part: ClassFigures | MeanFigures) -> dict[str, Any]:
    return {name: getattr(part, name).percent() for name in FIGURES}


def _estimates(*columns: Floats) -> list[Estimate]:
    return [Estimate(*row) for row in zip(*(each.tolist() for each in columns), strict=True)]


def _mean(name: str, counts: ClassCounts, drawn: ClassCounts) -> MeanFigures:
    """Average each figure, in the matrix and in those drawn."""
    average = MEANS[name]
    precision, recall, f1 = (
        bootstrapped(counts, drawn, figure)
        for figure in (
            lambda of: average(of.precision, of),
            lambda of: average(of.recall, of),
            lambda of: average(of.f1, of),
        )
    )
    missing = [int(np.isnan(each).sum()) for each in (counts.precision, counts.recall, counts.f1)]
    return MeanFigures(name, precision, recall, f1, (missing[0], missing[1], missing[2]))
