"""Reliability: how often an answer is right, by the probability that was given to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from linocut.core import LinocutError
from linocut.evaluate.calibration.bins import (
    BINS,
    ReliabilityCurve,
    Strategy,
    reliability_curve,
)
from linocut.evaluate.calibration.events import correct_answer, of_class
from linocut.evaluate.class_places import some_of
from linocut.evaluate.intervals import Estimate, percent
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRAWN = 12  # classes in one figure


@dataclass(frozen=True, eq=False, repr=False)
class Reliability(Judgement):
    """Share of images for which something was true, by the probability given to it.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    top : ReliabilityCurve
        Of the predicted class: how often it is the true one.
    classes : tuple of K ReliabilityCurve
        Of each class, for all images.
    n : int
        Images.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]]
    >>> predictions = Predictions.from_arrays([0, 0, 1, 1], shares)
    >>> found = Reliability.from_predictions(predictions, bins=1)
    >>> found.top.confidences, found.top.shares
    (array([0.75]), array([0.75]))
    """

    class_names: tuple[str, ...]
    top: ReliabilityCurve
    classes: tuple[ReliabilityCurve, ...]
    n: int

    @classmethod
    def from_predictions(
        cls,
        predictions: Predictions,
        *,
        bins: int = BINS,
        strategy: Strategy = "adaptive",
    ) -> Self:
        """Put the probabilities of predictions into bins.

        Parameters
        ----------
        predictions : Predictions
            Of n images.
        bins, strategy
            As of `linocut.evaluate.calibration.reliability_curve`.
        """
        events = [of_class(predictions, k) for k in range(len(predictions.class_names))]
        return cls(
            predictions.class_names,
            reliability_curve(correct_answer(predictions), bins=bins, strategy=strategy),
            tuple(reliability_curve(each, bins=bins, strategy=strategy) for each in events),
            len(predictions.labels),
        )

    @property
    def sentence(self) -> str:
        """Say how sure the model is on the whole, and where it is farthest off beyond chance."""
        top = self.top
        sure, right = (float(top.counts @ each / self.n) for each in (top.confidences, top.shares))
        told = (
            f"On average the predicted class has a probability of {percent(sure)} and is the "
            f"true one for {percent(right)} of {self.n:,} images."
        )
        low, high = top.intervals.T
        outside = np.flatnonzero((top.confidences < low) | (top.confidences > high))
        if not len(outside):
            return f"{told} In no bin do the two differ by more than chance explains."
        gaps = np.abs(top.shares - top.confidences)[outside]
        worst = outside[gaps.argmax()]
        there = Estimate(top.shares[worst], low[worst], high[worst])
        return (
            f"{told} Where it is about {percent(top.confidences[worst], 0)} sure, "
            f"{there.percent_in_words(0)} of {top.counts[worst]:,} images are correctly classified."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a bin: of the predicted class (``class`` None), then of each class."""
        named = [(None, self.top), *zip(self.class_names, self.classes, strict=True)]
        return [{"class": name, **row} for name, curve in named for row in curve.rows()]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the bins of the predicted class."""
        return self.top.rows()

    def to_dict(self) -> dict[str, Any]:
        """Return all bins as plain data."""
        return {
            "n": self.n,
            "top": self.top.rows(),
            "classes": [
                {"class": name, "bins": curve.rows()}
                for name, curve in zip(self.class_names, self.classes, strict=True)
            ],
        }

    def plot(self, ax: Axes | None = None, *, of: str | None = None) -> Figure:
        """Draw a curve with its 95 % band, the counts below it.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure if not given.
        of : str, optional
            A class; the predicted one if not given.
        """
        from linocut.plot import plot_reliability  # Matplotlib loads on use

        if of is not None and of not in self.class_names:
            raise LinocutError(f"class {of!r} is none of the classes {some_of(self.class_names)}")
        curve = self.top if of is None else self.classes[self.class_names.index(of)]
        xlabel = "probability of the predicted class" if of is None else f"probability of {of}"
        ylabel = "share correctly classified" if of is None else f"share that is {of}"
        return plot_reliability(
            curve.edges, curve.counts, curve.confidences, curve.shares, curve.intervals,
            xlabel=xlabel, ylabel=ylabel, ax=ax,
        )  # fmt: skip

    def plot_classes(self) -> Figure:
        """Draw a small curve for each class; of many classes the twelve farthest off."""
        from linocut.plot import plot_reliability_of_classes  # Matplotlib loads on use

        off = [curve.counts @ np.abs(curve.shares - curve.confidences) for curve in self.classes]
        chosen = np.sort(np.argsort(-np.array(off), kind="stable")[:DRAWN])
        curves = [self.classes[k] for k in chosen]
        return plot_reliability_of_classes(
            [self.class_names[k] for k in chosen],
            [(c.edges, c.counts, c.confidences, c.shares, c.intervals) for c in curves],
            among=self.class_names,
        )
