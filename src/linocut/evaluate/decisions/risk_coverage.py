"""How the share of mistakes falls as the least certain images are rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.core.randomness import seed_of
from linocut.core.results import plain
from linocut.evaluate.intervals import percent, share_of, wilson_bounds
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
COVERAGES = (1.0, 0.99, 0.98, 0.95, 0.9, 0.8, 0.5)  # that are tabulated
RESAMPLES = 200


@dataclass(frozen=True, eq=False, repr=False)
class RiskCoverage(Judgement):
    """Risk (share of mistakes among the accepted images) against coverage (share accepted).

    An image is accepted if its largest probability reaches a threshold.

    Attributes
    ----------
    thresholds : float64 array, shape (T,)
        Falling; each distinct largest probability.
    accepted, mistakes : int64 arrays, shape (T,)
        Images accepted at each, and the mistakes among them.
    area, ideal_area : float
        Mean of the risk over all coverages, and of the curve on which every mistake is rejected
        before any image that is correctly classified.
    area_interval : (float, float)
        95 % interval of the area, by resampling the images.

    Notes
    -----
    Geifman, Uziel and El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers"
    (ICLR 2019): the area under the curve, and its excess over the ideal. Images of equal
    probability are accepted together; in the area they count as if they came in any order.

    Examples
    --------
    >>> P = np.array([0.9, 0.8, 0.7, 0.6])
    >>> predictions = Predictions.from_arrays([0, 0, 0, 1], np.column_stack([P, 1 - P]))
    >>> curve = RiskCoverage.from_predictions(predictions)
    >>> curve.risk.tolist(), curve.area, curve.excess
    ([0.0, 0.0, 0.0, 0.25], 0.0625, 0.0)
    """

    thresholds: Floats
    accepted: NDArray[np.int64]
    mistakes: NDArray[np.int64]
    area: float
    ideal_area: float
    area_interval: tuple[float, float]

    @classmethod
    def from_predictions(cls, predictions: Predictions, *, random_state: int = 42) -> RiskCoverage:
        """Sort images by their largest probability and count mistakes.

        Parameters
        ----------
        predictions : Predictions
            Of n images.
        random_state : int
            Of the resampling.
        """
        P = predictions.probabilities
        wrong = P.argmax(axis=1) != predictions.labels
        return cls.from_certainty(P.max(axis=1), wrong, random_state=random_state)

    @classmethod
    def from_certainty(
        cls, certain: ArrayLike, wrong: ArrayLike, *, random_state: int = 42
    ) -> RiskCoverage:
        """Count mistakes of whatever was predicted with a probability, such as a whole text.

        Parameters
        ----------
        certain : array, shape (n,)
            Probability of each prediction.
        wrong : bool array, shape (n,)
            Whether it is a mistake.
        random_state : int
            Of the resampling.
        """
        certain, wrong = np.asarray(certain, np.float64), np.asarray(wrong, bool)
        order = np.argsort(-certain, kind="stable")
        certain, wrong = certain[order], wrong[order]
        last = np.flatnonzero(np.append(certain[:-1] > certain[1:], True))
        group = np.searchsorted(last, np.arange(len(certain)))
        rng = np.random.default_rng(seed_of(random_state))
        ones, n = np.ones(len(wrong)), len(wrong)
        drawn = [_area(rng.multinomial(n, ones / n), wrong, group) for _ in range(RESAMPLES)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        return cls(
            thresholds=certain[last],
            accepted=(last + 1).astype(np.int64),
            mistakes=np.cumsum(wrong)[last].astype(np.int64),
            area=_area(ones, wrong, group),
            ideal_area=_area(ones, np.sort(wrong), np.arange(n)),
            area_interval=(float(low), float(high)),
        )

    @property
    def n(self) -> int:
        """Number of images."""
        return int(self.accepted[-1])

    @property
    def coverage(self) -> Floats:
        """Share of images accepted at each threshold."""
        return np.asarray(self.accepted / self.n)

    @property
    def risk(self) -> Floats:
        """Share of mistakes among them."""
        return np.asarray(self.mistakes / self.accepted)

    @property
    def intervals(self) -> tuple[Floats, Floats]:
        """Ends of the 95 % Wilson intervals of the risk."""
        return wilson_bounds(self.mistakes, self.accepted)

    @property
    def excess(self) -> float:
        """The area beyond that of the ideal curve."""
        return self.area - self.ideal_area

    def at(self, coverage: float) -> int:
        """Return the position of the highest threshold that accepts at least this share.

        Raises
        ------
        LinocutError
            If it is no share.
        """
        if not 0 < coverage <= 1:
            raise LinocutError(f"a coverage of {coverage!r} — a share above 0 and up to 1")
        wanted = int(np.ceil(coverage * self.n - 1e-9))
        return int(np.searchsorted(self.accepted, wanted))

    @property
    def sentence(self) -> str:
        """Say what rejecting a tenth of the images does."""
        here = self.at(0.9)
        risk = share_of(int(self.mistakes[here]), int(self.accepted[here]))
        a_low, a_high = self.area_interval
        return (
            f"{percent(self.risk[-1], 2)} mistakes among all {self.n:,} images, "
            f"{risk.percent_in_words(2)} among the {percent(self.coverage[here], 0)} most "
            f"certain. Area under the curve {100 * self.area:.3g} % ({100 * a_low:.3g}–"
            f"{100 * a_high:.3g}), {100 * self.excess:.3g} points above the ideal."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return coverage, risk with its interval, and the threshold, at a few coverages."""
        low, high = self.intervals
        columns = {
            "coverage": self.coverage,
            "risk": self.risk,
            "low": low,
            "high": high,
            "threshold": self.thresholds,
            "accepted": self.accepted,
            "mistakes": self.mistakes,
        }
        return [
            {name: column[here].item() for name, column in columns.items()}
            for here in dict.fromkeys(map(self.at, COVERAGES))
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the areas and the tabulated points as plain data."""
        data: dict[str, Any] = plain(
            {
                "n": self.n,
                "area": self.area,
                "area_interval": self.area_interval,
                "ideal_area": self.ideal_area,
                "excess": self.excess,
                "points": self.rows(),
            }
        )
        return data

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw risk against coverage, with pointwise intervals and the ideal curve."""
        from linocut.plot import plot_risk_coverage  # Matplotlib loads on use

        return plot_risk_coverage(self.accepted, self.mistakes, interval=self.intervals, ax=ax)


def _area(weights: NDArray[Any], wrong: NDArray[np.bool_], group: NDArray[np.intp]) -> float:
    """Return the mean risk over coverages, each image counted as often as its weight says.

    Within a group of equal probabilities each image is wrong by the share of mistakes in it.
    """
    size = np.bincount(group, weights)
    share = np.bincount(group, weights * wrong) / np.maximum(size, 1)
    total = np.cumsum(weights)
    mistakes = np.cumsum(weights * share[group])
    return float((weights * mistakes / np.maximum(total, 1)).sum() / total[-1])
