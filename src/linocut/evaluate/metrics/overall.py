"""How well a classifier does as a whole, by each of the usual single figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.randomness import RandomState
from linocut.evaluate.intervals import Estimate, Floats, mean_of, share_of
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.resampling import DRAWS, bootstrapped, resampled
from linocut.evaluate.metrics.wording import plural
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOP = (2, 3, 5)
LOSSES = ("log loss", "Brier score")
BLOCK = 4_000_000  # probabilities at a time


@dataclass(frozen=True)
class OverallFigure(Result):
    """One figure of a classifier with what it says.

    Attributes
    ----------
    name : str
        As in a table.
    estimate : Estimate
        With its 95 % interval; NaN where it is not defined.
    meaning : str
        One sentence.
    share : bool
        Whether it is a share of images or classes, told in per cent.
    """

    name: str
    estimate: Estimate
    meaning: str
    share: bool

    def rows(self) -> list[dict[str, Any]]:
        """Return one row: name, value, ends of the interval, meaning."""
        value, low, high = self.estimate.columns("value").values()
        return [
            {"figure": self.name, "value": value, "low": low, "high": high, "meaning": self.meaning}
        ]

    @property
    def told(self) -> str:
        """Value and interval as text."""
        return self.estimate.percent() if self.share else self.estimate.plain()


@dataclass(frozen=True, eq=False, repr=False)
class OverallMetrics(Judgement):
    """The figures of a classifier as a whole, with 95 % intervals.

    Attributes
    ----------
    n : int
        Number of images.
    accuracy : Estimate
        Share correctly classified (Wilson's interval).
    balanced_accuracy, cohen_kappa, matthews : Estimate
        Mean recall of the classes that have images, agreement beyond chance, correlation of true
        and predicted classes. Bounds from resampled images; none where no image is misclassified.
    top_k : dict of int to Estimate
        Share of images whose class is among the k with the largest scores (Wilson's interval).
    log_loss : Estimate
        Mean negative log-probability of the true class, in nats (Student's interval).
    brier : Estimate
        Mean squared distance of the probabilities from the truth, summed over the classes: 0 is
        perfect, 2 the worst (Student's interval).

    Notes
    -----
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather
    Review 78 (1950), for the sum over the classes; of two classes scikit-learn gives half of it.
    J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient",
    Computational Biology and Chemistry 28 (2004).

    Examples
    --------
    >>> shares = [[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]]
    >>> found = OverallMetrics.from_predictions(Predictions.from_arrays([0, 0, 1], shares))
    >>> found.accuracy.percent(), round(found.brier.value, 4), found.top_k
    ('66.7 % (20.8–93.9)', 0.3267, {})
    """

    n: int
    accuracy: Estimate
    balanced_accuracy: Estimate
    cohen_kappa: Estimate
    matthews: Estimate
    top_k: dict[int, Estimate]
    log_loss: Estimate
    brier: Estimate

    @classmethod
    def from_predictions(
        cls,
        predictions: Predictions,
        *,
        top: tuple[int, ...] = TOP,
        draws: int = DRAWS,
        random_state: RandomState = 0,
    ) -> Self:
        """Judge a classifier as a whole.

        Parameters
        ----------
        predictions : Predictions
            Of n labelled images.
        top : tuple of int
            For which k the accuracy among the first k is wanted; those of at least K are left out,
            since it is 100 % there.
        draws : int
            Resampled sets of images that bounds come from.
        random_state : int, Generator, RandomState or None
            Of the draws.

        Raises
        ------
        LinocutError
            If a k is less than one.
        """
        if min(top, default=1) < 1:
            raise LinocutError(f"top={top} — each must be at least 1")
        confusion = predictions.evaluation.confusion
        counts, n = predictions.evaluation.counts, len(predictions.labels)
        drawn = resampled(confusion, draws, random_state)
        places = true_places(predictions)
        return cls(
            n,
            share_of(int(counts.hits.sum()), n),
            bootstrapped(counts, drawn, lambda of: of.balanced_accuracy),
            bootstrapped(counts, drawn, lambda of: of.cohen_kappa, least=-1),
            bootstrapped(counts, drawn, lambda of: of.matthews, least=-1),
            {k: share_of(int((places < k).sum()), n) for k in top if k < confusion.shape[0]},
            mean_of(image_losses(predictions)),
            mean_of(image_distances(predictions)),
        )

    @property
    def figures(self) -> tuple[OverallFigure, ...]:
        """All of them, each with what it says."""
        top = [
            OverallFigure(
                f"top-{k} accuracy", share,
                f"share of images whose class is among the {k} with the largest scores", share=True,
            )
            for k, share in self.top_k.items()
        ]  # fmt: skip
        given = [
            ("accuracy", self.accuracy, "share of images correctly classified", True),
            ("balanced accuracy", self.balanced_accuracy,
             "mean recall, each class alike whatever its number of images", True),
            ("Cohen's kappa", self.cohen_kappa,
             "agreement beyond chance: 0 is what the class frequencies alone give, 1 perfect",
             False),
            ("Matthews' coefficient", self.matthews,
             "correlation of true and predicted classes: 0 is chance, 1 perfect", False),
            ("log loss", self.log_loss,
             "mean negative log-probability of the true class, in nats: 0 is perfect", False),
            ("Brier score", self.brier,
             "mean squared distance of the probabilities from the truth: 0 is perfect, 2 the worst",
             False),
        ]  # fmt: skip
        made = [OverallFigure(*row[:3], share=row[3]) for row in given]
        return (*made[:2], *top, *made[2:])

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is not defined or has no interval, and why."""
        told = []
        if not self.matthews.defined:
            told.append(
                "Matthews' coefficient is not defined: all images are of one class, or classified "
                "as one."
            )
        if not self.cohen_kappa.defined:
            told.append("Cohen's kappa is not defined: all images are of one and the same class.")
        if self.accuracy.value == 1:
            told.append(
                "No image is misclassified, so resampling bounds nothing; the interval of the "
                "accuracy tells what so many images can."
            )
        return tuple(told)

    @property
    def sentence(self) -> str:
        """Say accuracy and log loss with their intervals, and what is not defined."""
        balanced = self.balanced_accuracy.percent()
        told = (
            f"{self.accuracy.percent_in_words()} of {plural(self.n, 'image')} correctly "
            f"classified; with each class alike, {balanced}. Log loss {self.log_loss.plain()} nats."
        )
        return " ".join((told, *self.remarks))

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a figure."""
        return [row for figure in self.figures for row in figure.rows()]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return one row a figure, with value and interval in one cell."""
        return [
            {"figure": each.name, "value": each.told, "meaning": each.meaning}
            for each in self.figures
        ]

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the figures that are 1 at best, with their intervals.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw.
        """
        from linocut.plot import plot_overall_metrics  # Matplotlib loads on use

        shown = [each for each in self.figures if each.name not in LOSSES]
        estimates = [(e.value, e.low, e.high) for e in (each.estimate for each in shown)]
        losses = f"Log loss {self.log_loss.plain()} nats\nBrier score {self.brier.plain()}"
        return plot_overall_metrics(estimates, [each.name for each in shown], losses, ax=ax)


def true_places(predictions: Predictions) -> NDArray[np.int64]:
    """Return at which place from 0 the true class stands, the largest score first, shape (n,).

    Of equal scores the first class comes first, as in the predicted class. A class that the model
    does not have comes last.

    Examples
    --------
    >>> scores = np.array([[2.0, 2.0, 1.0], [0.0, 3.0, -np.inf]], np.float32)
    >>> P = np.full((2, 3), 1 / 3, np.float32)
    >>> true_places(Predictions((*"abc",), np.array([1, 2]), scores, P)).tolist()
    [1, 2]
    """
    S, y = predictions.scores, predictions.labels
    K = S.shape[1]
    places = np.empty(len(y), np.int64)
    before = np.arange(K)
    rows = max(1, BLOCK // K)
    for start in range(0, len(y), rows):
        part, mine = S[start : start + rows], y[start : start + rows, None]
        own = np.take_along_axis(part, mine, axis=1)
        ahead = (part > own) | ((part == own) & (before < mine))
        places[start : start + rows] = np.where(np.isneginf(own[:, 0]), K - 1, ahead.sum(axis=1))
    return places


def image_losses(predictions: Predictions) -> Floats:
    """Return the negative log-probability of the true class of each image, in nats, shape (n,).

    Examples
    --------
    >>> image_losses(Predictions.from_arrays([0], [[0.5, 0.5]])).round(4).tolist()
    [0.6931]
    """
    p = _of_truth(predictions)
    return np.asarray(-np.log(np.maximum(p, np.finfo(np.float64).tiny)))


def image_distances(predictions: Predictions) -> Floats:
    """Return the squared distance of the probabilities of each image from the truth, shape (n,).

    Examples
    --------
    >>> image_distances(Predictions.from_arrays([0], [[0.5, 0.5]])).tolist()
    [0.5]
    """
    P = predictions.probabilities
    squares = np.empty(len(P))
    rows = max(1, BLOCK // P.shape[1])
    for start in range(0, len(P), rows):
        part = P[start : start + rows].astype(np.float64)
        squares[start : start + rows] = np.einsum("ij,ij->i", part, part)
    return np.asarray(squares - 2 * _of_truth(predictions) + 1)


def _of_truth(predictions: Predictions) -> Floats:
    y = predictions.labels
    return np.asarray(predictions.probabilities[np.arange(len(y)), y], np.float64)
