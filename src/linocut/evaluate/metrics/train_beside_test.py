"""How much better a classifier does on the images that it was fitted to: overfitting, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from linocut.core import LinocutError, Result
from linocut.evaluate.comparing import CHANCE, difference_interval
from linocut.evaluate.intervals import Estimate, mean_of, percent, share_of
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics.overall import image_losses
from linocut.evaluate.metrics.wording import listed
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Counted = tuple[int, int]  # successes and trials


@dataclass(frozen=True)
class TrainTestGap(Result):
    """A share on the training images beside the same on the test images.

    Attributes
    ----------
    name : str
        What it is a share of: a class, or all images.
    train, test : Estimate
        Shares correctly classified, with Wilson's intervals; NaN without an image.
    gap : Estimate
        Train minus test, with Newcombe's interval; NaN where one of them is.
    """

    name: str
    train: Estimate
    test: Estimate
    gap: Estimate

    @classmethod
    def between(
        cls, name: str, train: Counted, test: Counted, confidence: float = 1 - CHANCE
    ) -> Self:
        """Compare two shares, each given by its successes and trials.

        Examples
        --------
        >>> found = TrainTestGap.between("all", (56, 70), (48, 80))
        >>> found.gap.percent(), found.tells_apart
        ('20.0 % (5.2–33.4)', True)
        """
        ours, theirs = (share_of(*counted) for counted in (train, test))
        if not (train[1] and test[1]):
            return cls(name, ours, theirs, Estimate(np.nan))
        low, high = difference_interval(train, test, confidence)
        return cls(name, ours, theirs, Estimate(ours.value - theirs.value, low, high))

    @property
    def tells_apart(self) -> bool:
        """Whether the interval excludes that there is no gap."""
        return self.gap.told_apart

    def rows(self) -> list[dict[str, Any]]:
        """Return one row with a column for each share, the gap and the ends of the intervals."""
        row: dict[str, Any] = {"class": self.name}
        for name in ("train", "test", "gap"):
            row |= getattr(self, name).columns(name)
        return [row]


# Share by which training images are better, at the lower end of the interval, that is called
# overfitting: some are, whatever the model.
NOTED_GAP = 0.03


@dataclass(frozen=True, eq=False, repr=False)
class TrainBesideTest(Judgement):
    """A classifier on its training images beside the same on test images.

    Attributes
    ----------
    accuracy : TrainTestGap
        Of all images.
    log_loss : Estimate
        Test minus train, in nats, with Welch's interval.
    classes : tuple of K TrainTestGap
        Recall of each class. Their intervals of the gap are as wide as K at once need (Bonferroni):
        one gap of many is large by chance alone.

    Notes
    -----
    R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998), method 10.

    Examples
    --------
    >>> train = Predictions.from_arrays([0] * 60, [[0.9, 0.1]] * 60)
    >>> test = Predictions.from_arrays([0] * 60, [[0.9, 0.1]] * 45 + [[0.2, 0.8]] * 15)
    >>> TrainBesideTest.from_predictions(test, train=train).overfits
    True
    """

    accuracy: TrainTestGap
    log_loss: Estimate
    classes: tuple[TrainTestGap, ...]

    @classmethod
    def from_predictions(cls, predictions: Predictions, *, train: Predictions) -> Self:
        """Compare the predictions of one classifier for two parts.

        Parameters
        ----------
        predictions : Predictions
            For the test images.
        train : Predictions
            For the images that it was fitted to.

        Raises
        ------
        LinocutError
            If the two have different classes.
        """
        if train.class_names != predictions.class_names:
            raise LinocutError(
                f"{len(train.class_names)} classes on train and {len(predictions.class_names)} on "
                "test, or other names — both must be predictions of one classifier"
            )
        ours, theirs = train.evaluation, predictions.evaluation
        K = len(train.class_names)
        each = 1 - CHANCE / K
        counted = [
            zip(part.counts.hits.tolist(), part.counts.support.tolist(), strict=True)
            for part in (ours, theirs)
        ]
        return cls(
            TrainTestGap.between("all", (ours.correct, ours.n), (theirs.correct, theirs.n)),
            _loss_gap(predictions, train),
            tuple(
                TrainTestGap.between(name, first, second, each)
                for name, first, second in zip(train.class_names, *counted, strict=True)
            ),
        )

    @property
    def overfits(self) -> bool:
        """Whether training images are classified better by more than chance explains, and much."""
        return self.accuracy.gap.low > NOTED_GAP

    @property
    def apart(self) -> tuple[TrainTestGap, ...]:
        """Classes whose recall is higher on train by more than chance explains, worst first."""
        found = [each for each in self.classes if each.gap.low > 0]
        return tuple(sorted(found, key=lambda each: -each.gap.value))

    @property
    def sentence(self) -> str:
        """Say how large the gap is, and whether that is overfitting."""
        train, test, gap = self.accuracy.train, self.accuracy.test, self.accuracy.gap
        told = (
            f"{percent(train.value, 2)} of the training images and {percent(test.value, 2)} of the "
            f"test images are correctly classified: a gap of {gap.points_in_words(2)}."
        )
        return f"{told} {self._verdict}"

    @property
    def _verdict(self) -> str:
        if self.overfits:
            most = self.apart[:1]
            where = (
                f", most of all {most[0].name} ({_points(most[0].gap.value)} points of recall)"
                if most
                else ""
            )
            return f"The model overfits: it knows its training images better than new ones{where}."
        if self.accuracy.gap.low > 0:
            return (
                "That is more than chance explains, but new images are classified nearly as well."
            )
        if self.accuracy.gap.high < 0:
            return "The test images are easier than the training images: no overfitting shows."
        if self.apart:
            names = listed([each.name for each in self.apart])
            return (
                "No overfitting can be told over all images, but recall is higher on the training "
                f"images for {names}."
            )
        return "The interval includes zero: no overfitting can be told."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row for all images, then one a class."""
        return [row for each in (self.accuracy, *self.classes) for row in each.rows()]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the same with each share and its interval in one cell."""
        return [
            {
                "class": each.name,
                "train": each.train.percent(),
                "test": each.test.percent(),
                "gap, points": _points(each.gap.value),
                "interval": f"{_points(each.gap.low)} to {_points(each.gap.high)}",
                "more than chance": each.tells_apart,
            }
            for each in (self.accuracy, *self.classes)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return gaps and verdict as plain data."""
        return {"sentence": self.sentence, "overfits": self.overfits, **super().to_dict()}

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw recall on train and on test for each class, the largest gap on top."""
        from linocut.plot import plot_train_beside_test  # Matplotlib loads on use

        every = (self.accuracy, *self.classes)
        train, test = (
            [(share.value, share.low, share.high) for share in part]
            for part in ([each.train for each in every], [each.test for each in every])
        )
        names = ["all images", *(each.name for each in self.classes)]
        apart = [each.tells_apart for each in every]
        return plot_train_beside_test(train, test, names, apart, ax=ax)


def _loss_gap(test: Predictions, train: Predictions) -> Estimate:
    """Return the mean log loss on test minus that on train, with Welch's interval."""
    ours, theirs = (mean_of(image_losses(part)) for part in (test, train))
    value = ours.value - theirs.value
    spread = float(np.hypot(ours.high - ours.value, theirs.high - theirs.value))
    return Estimate(value, value - spread, value + spread)


def _points(share: float) -> str:
    if not np.isfinite(share):
        return "–"
    return f"{100 * share:.2f}".replace("-", "−")
