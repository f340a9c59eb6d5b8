"""Whether sets of classes hold the true one as often as they should, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.randomness import RandomState
from linocut.core.results import plain
from linocut.evaluate.decisions.conformal import ConformalSets
from linocut.evaluate.intervals import Estimate, mean_of, percent, share_of, wilson_interval
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class ConformalCoverage(Judgement):
    """Sets of classes, counted on labelled images.

    Attributes
    ----------
    rule : ConformalSets
        What made them.
    sizes : int64 array, shape (K + 1,)
        Images by the size of their set, from 0 to K.
    covered, support : int64 arrays, shape (K,)
        By true class: images whose set holds it, and all.
    """

    rule: ConformalSets
    sizes: NDArray[np.int64]
    covered: NDArray[np.int64]
    support: NDArray[np.int64]

    @classmethod
    def from_predictions(
        cls,
        predictions: Predictions,
        *,
        rule: ConformalSets | None = None,
        random_state: RandomState = 43,
    ) -> ConformalCoverage:
        """Make sets of predictions and count.

        Parameters
        ----------
        predictions : Predictions
            Of images that the rule was not calibrated on.
        rule : ConformalSets
            For the same classes.
        random_state : int, Generator or None
            Of the random shares, if the rule is randomised.

        Raises
        ------
        LinocutError
            If there is no rule, or it is for other classes.

        Examples
        --------
        >>> P = np.tile([[0.8, 0.15, 0.05]], (40, 1))
        >>> known = Predictions.from_arrays(np.repeat([0, 1], [35, 5]), P)
        >>> rule = ConformalSets.calibrate(known, alpha=0.1)
        >>> found = ConformalCoverage.from_predictions(known, rule=rule)
        >>> found.coverage, found.mean_size
        (1.0, 2.0)
        """
        if rule is None:
            raise LinocutError("rule is missing — what ConformalSets.calibrate returns")
        if rule.class_names != predictions.class_names:
            raise LinocutError("the sets are of other classes than the predictions — the same")
        sets = rule.sets(predictions.probabilities, random_state=random_state)
        labels, K = predictions.labels, len(rule.class_names)
        held = sets[np.arange(len(labels)), labels]
        return cls(
            rule=rule,
            sizes=np.bincount(sets.sum(axis=1), minlength=K + 1).astype(np.int64),
            covered=np.bincount(labels[held], minlength=K).astype(np.int64),
            support=np.bincount(labels, minlength=K).astype(np.int64),
        )

    @property
    def n(self) -> int:
        """Number of images."""
        return int(self.support.sum())

    @property
    def coverage(self) -> float:
        """Share of images whose set holds the true class."""
        return int(self.covered.sum()) / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson interval of the coverage."""
        return wilson_interval(int(self.covered.sum()), self.n)

    @property
    def mean_size(self) -> float:
        """Mean number of classes in a set."""
        return float(self.sizes @ np.arange(len(self.sizes)) / self.n)

    @property
    def size_interval(self) -> tuple[float, float]:
        """Student's 95 % interval of the mean size; NaN of a single image."""
        mean = mean_of(np.arange(len(self.sizes)), self.sizes)
        return mean.low, mean.high

    @property
    def sentence(self) -> str:
        """Say how often the sets hold the true class, how often they should, how large they are."""
        coverage = share_of(int(self.covered.sum()), self.n)
        size = Estimate(self.mean_size, *self.size_interval)
        said = (
            f"The sets hold the true class of {coverage.percent_in_words(2)} of {self.n:,} images, "
            f"where {percent(1 - self.rule.alpha)} were promised; a set holds {size.plain(2)} "
            "classes on average."
        )
        if len(self.rule.unlimited) == len(self.rule.class_names):
            return f"{said} Calibrated on only {self.rule.n:,} images, every set holds all classes."
        return said

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: share of its images whose set holds it, with the interval."""
        rows = []
        for name, held, n in zip(self.rule.class_names, self.covered, self.support, strict=True):
            low, high = wilson_interval(int(held), int(n)) if n else (None, None)
            share = int(held) / int(n) if n else None
            rows.append(
                {"class": name, "coverage": share, "low": low, "high": high, "images": int(n)}
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        data: dict[str, Any] = plain(
            {
                "alpha": self.rule.alpha,
                "method": self.rule.method,
                "conditional": self.rule.conditional,
                "calibrated_on": self.rule.n,
                "n": self.n,
                "coverage": self.coverage,
                "interval": self.interval,
                "mean_size": self.mean_size,
                "size_interval": self.size_interval,
                "sizes": self.sizes,
                "classes": self.rows(),
            }
        )
        return data

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the coverage of each class with its interval, against what was promised."""
        from linocut.plot import plot_class_precision  # Matplotlib loads on use

        rows = [(row["coverage"], row["low"], row["high"]) for row in self.rows()]
        return plot_class_precision(
            self.rule.class_names,
            [("sets", np.array(rows, dtype=float))],
            goal=1 - self.rule.alpha,
            title=f"The true class is in the set of {percent(self.coverage)} of the images",
            what="images whose set holds their class, %",
            ax=ax,
        )
