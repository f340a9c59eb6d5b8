"""By how much probabilities are off: smooth calibration error, with the binned one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from linocut.core.randomness import RandomState
from linocut.core.results import plain
from linocut.evaluate.calibration.bins import BinnedError, binned_error
from linocut.evaluate.calibration.chance import (
    MeasuredError,
    draws_for,
    measure_error,
    small_percent,
)
from linocut.evaluate.calibration.events import correct_answer, of_class
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_CLASSES = 20  # that are measured one by one
DRAWN = 20


@dataclass(frozen=True, eq=False, repr=False)
class CalibrationError(Judgement):
    """By how much the probabilities of a model are off.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    top : MeasuredError
        Smooth calibration error of the predicted class: how often it is the true one.
    classes : tuple of (str, MeasuredError)
        The same of each class's probability, for all images; of many classes, those with the most
        images.
    binned : BinnedError
        Of the predicted class, in bins of equal width: for comparison with what others report.
    overconfidence : float
        Mean probability of the predicted class less the accuracy.
    n : int
        Images.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> P = rng.dirichlet([1, 1, 1], size=2000)
    >>> labels = (P.cumsum(axis=1) < rng.random((2000, 1))).sum(axis=1)
    >>> found = CalibrationError.from_predictions(Predictions.from_arrays(labels, P))
    >>> found.top.told_apart, found.top.low
    (False, 0.0)
    """

    class_names: tuple[str, ...]
    top: MeasuredError
    classes: tuple[tuple[str, MeasuredError], ...]
    binned: BinnedError
    overconfidence: float
    n: int

    @classmethod
    def from_predictions(
        cls,
        predictions: Predictions,
        *,
        classes: bool = True,
        random_state: RandomState = 42,
    ) -> Self:
        """Measure the calibration error of predictions.

        Parameters
        ----------
        predictions : Predictions
            Of n images.
        classes : bool
            Whether to measure each class, too.
        random_state : int, Generator or None
            Of the draws by which it is told what chance does.
        """
        draws = draws_for(len(predictions.labels), random_state)
        top = correct_answer(predictions)
        amounts = np.bincount(predictions.labels, minlength=len(predictions.class_names))
        most = np.sort(np.argsort(-amounts, kind="stable")[: MOST_CLASSES if classes else 0])
        of_each = []
        for k in most:
            event = of_class(predictions, int(k))
            error = measure_error(event.confidences, event.outcomes, draws)
            of_each.append((predictions.class_names[k], error))
        return cls(
            predictions.class_names,
            measure_error(top.confidences, top.outcomes, draws),
            tuple(of_each),
            binned_error(top, draws),
            float(top.confidences.mean() - top.outcomes.mean()),
            len(predictions.labels),
        )

    @property
    def sentence(self) -> str:
        """Say how far off the probabilities are, and what of it is chance."""
        top, binned = self.top, self.binned
        told = (
            f"Smooth calibration error of the predicted class: {top.percent_in_words(top.digits)}. "
            f"{small_percent(top.measured)} were measured, where calibrated "
            f"probabilities would measure {small_percent(top.expected)} on {self.n:,} images, and "
            f"at most {small_percent(top.limit)} in 95 of 100 cases"
        )
        if top.told_apart:
            way = "too sure" if self.overconfidence > 0 else "not sure enough"
            told += (
                f": the model is {way}, by {small_percent(abs(self.overconfidence))} on average."
            )
        else:
            told += ": no difference from them can be told."
        return (
            f"{told} In {binned.bins} bins the error is {small_percent(binned.value)}, of which "
            f"chance alone makes {small_percent(binned.expected)}: a binned error no larger than "
            f"{small_percent(binned.limit)} is noise."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for the predicted class (``class`` None), then one a class."""
        return [
            {"class": name, **vars(error), "told_apart": error.told_apart}
            for name, error in ((None, self.top), *self.classes)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        top, *classes = self.rows()
        top.pop("class")
        return {
            "n": self.n,
            "overconfidence": self.overconfidence,
            "top": top,
            "classes": classes,
            "binned": plain(self.binned),
        }

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the error of the predicted class and of each class, with intervals."""
        from linocut.plot import plot_measures  # Matplotlib loads on use

        worst = sorted(self.classes, key=lambda pair: -pair[1].value)[:DRAWN]
        kept = [pair for pair in self.classes if pair in worst]
        errors = [self.top, *(error for _, error in kept)]
        return plot_measures(
            ["predicted class", *(name for name, _ in kept)],
            [("smooth calibration error, %", [(e.value, e.low, e.high) for e in errors])],
            title=_title(self),
            ax=ax,
        )


def _title(found: CalibrationError) -> str:
    if not found.top.told_apart:
        return "The model is as sure as it should be, as far as can be told"
    way = "too sure" if found.overconfidence > 0 else "not sure enough"
    return f"The model is {way}: {small_percent(found.top.value)} off"
