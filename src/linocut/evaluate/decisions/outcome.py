"""What a decision rule makes of labelled images: coverage, accuracy among the accepted, cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linocut.core.decisions import DecisionRule
from linocut.core.results import plain
from linocut.evaluate.counting import divided
from linocut.evaluate.intervals import mean_of, share_of, wilson_interval
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, eq=False, repr=False)
class DecisionOutcome(Judgement):
    """What is decided on n labelled images.

    Attributes
    ----------
    class_names : tuple of K str
        The classes.
    counts : int64 array, shape (K, K + 1)
        Images by true class (row) and decision (column); the last column counts the rejected.
    costs : float64 array, shape (K, K) or (K, K + 1), or None
        What each decision costs, if that was told.

    Examples
    --------
    >>> P = [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]]
    >>> predictions = Predictions.from_arrays([0, 1, 1, 1], P)
    >>> outcome = DecisionOutcome.from_predictions(predictions, rule=DecisionRule([0.65, 0.65]))
    >>> outcome.coverage, outcome.accuracy
    (0.75, 1.0)
    """

    class_names: tuple[str, ...]
    counts: NDArray[np.int64]
    costs: Floats | None = None

    @classmethod
    def from_predictions(
        cls,
        predictions: Predictions,
        *,
        rule: DecisionRule | None = None,
        costs: ArrayLike | None = None,
    ) -> DecisionOutcome:
        """Decide on predictions and count.

        Parameters
        ----------
        predictions : Predictions
            Of n images.
        rule : DecisionRule, optional
            For the classes of the predictions; the class with the largest score if not given.
        costs : float array, shape (K, K) or (K, K + 1), optional
            What each decision costs (see `DecisionRule`); those of the rule if not given.

        Raises
        ------
        LinocutError
            If the rule or the costs are for other classes.
        """
        K = len(predictions.class_names)
        decided = predictions.predicted if rule is None else rule.decide(predictions.probabilities)
        column = np.where(decided < 0, K, decided)
        counts = np.bincount(predictions.labels * (K + 1) + column, minlength=K * (K + 1))
        if costs is not None:
            costs = DecisionRule(costs=np.asarray(costs)).costs
        elif rule is not None:
            costs = rule.costs
        return cls(predictions.class_names, counts.reshape(K, K + 1).astype(np.int64), costs)

    @property
    def n(self) -> int:
        """Number of images."""
        return int(self.counts.sum())

    @property
    def accepted(self) -> int:
        """Number of images for which a class is predicted."""
        return int(self.counts[:, :-1].sum())

    @property
    def correct(self) -> int:
        """Number of images correctly classified."""
        return int(np.trace(self.counts))

    @property
    def coverage(self) -> float:
        """Share of images for which a class is predicted."""
        return self.accepted / self.n

    @property
    def coverage_interval(self) -> Interval:
        """95 % Wilson interval of the coverage."""
        return wilson_interval(self.accepted, self.n)

    @property
    def accuracy(self) -> float | None:
        """Share of the accepted images correctly classified; None without accepted images."""
        return self.correct / self.accepted if self.accepted else None

    @property
    def accuracy_interval(self) -> Interval | None:
        """95 % Wilson interval of that share."""
        return wilson_interval(self.correct, self.accepted) if self.accepted else None

    @property
    def cost(self) -> float | None:
        """Mean cost of an image; None where no costs are told, or not what rejecting costs."""
        table = self._cost_table
        return None if table is None else float((self.counts * table).sum() / self.n)

    @property
    def cost_interval(self) -> Interval | None:
        """Student's 95 % interval of the mean cost; None without a cost, or of a single image."""
        table = self._cost_table
        mean = None if table is None else mean_of(table, self.counts)
        return (mean.low, mean.high) if mean and mean.bounded else None

    @property
    def precision(self) -> Floats:
        """Share of the images predicted as each class that are of it; NaN where there are none."""
        return divided(np.diag(self.counts), self.counts[:, :-1].sum(axis=0))

    @property
    def worst(self) -> tuple[str, float] | None:
        """The class of the lowest precision, and that."""
        if np.isnan(self.precision).all():
            return None
        k = int(np.nanargmin(self.precision))
        return self.class_names[k], float(self.precision[k])

    @property
    def sentence(self) -> str:
        """Say how many images are accepted, how many of these are right, and what it costs."""
        coverage = share_of(self.accepted, self.n)
        said = f"{self.accepted:,} of {self.n:,} images accepted: {coverage.percent_in_words(2)}."
        accuracy = share_of(self.correct, self.accepted)
        if accuracy.defined:
            said += f" {accuracy.percent(2)} of these correctly classified."
        if self.cost is not None and self.cost_interval is not None:
            low, high = self.cost_interval
            said += f" Mean cost of an image: {self.cost:.4g} ({low:.4g} to {high:.4g})."
        return said

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: precision with its interval, recall, images rejected."""
        predicted, support = self.counts[:, :-1].sum(axis=0), self.counts.sum(axis=1)
        rows = []
        for k, name in enumerate(self.class_names):
            hits, some, n = int(self.counts[k, k]), int(predicted[k]), int(support[k])
            low, high = wilson_interval(hits, some) if some else (None, None)
            rows.append(
                {
                    "class": name,
                    "precision": hits / some if some else None,
                    "low": low,
                    "high": high,
                    "recall": hits / n if n else None,
                    "predicted": some,
                    "rejected": int(self.counts[k, -1]),
                    "support": n,
                }
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        data: dict[str, Any] = plain(
            {
                "n": self.n,
                "accepted": self.accepted,
                "coverage": self.coverage,
                "coverage_interval": self.coverage_interval,
                "accuracy": self.accuracy,
                "accuracy_interval": self.accuracy_interval,
                "cost": self.cost,
                "cost_interval": self.cost_interval,
                "classes": self.rows(),
                "counts": self.counts,
            }
        )
        return data

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw the precision of each class with its interval."""
        from linocut.plot import plot_class_precision  # Matplotlib loads on use

        return plot_class_precision(self.class_names, [("decided", self.bounds)], ax=ax)

    @property
    def bounds(self) -> Floats:
        """Precision of each class and the ends of its interval, shape (K, 3); NaN without any."""
        rows = [(row["precision"], row["low"], row["high"]) for row in self.rows()]
        return np.array(rows, dtype=float)

    @property
    def _cost_table(self) -> Floats | None:
        """Costs of all K + 1 decisions; None if one that was taken has none."""
        if self.costs is None:
            return None
        K = len(self.class_names)
        if self.costs.shape[1] == K + 1:
            return self.costs
        if self.counts[:, -1].any():
            return None
        return np.column_stack([self.costs, np.zeros(K)])
