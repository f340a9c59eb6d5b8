"""A figure with its 95 % interval, and the intervals that more than one judgement needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from linocut.core import LinocutError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95 % interval; NaN where it is not defined.

    Examples
    --------
    >>> Estimate(0.923, 0.9176, 0.9281).percent
    '92.3 % (91.8–92.8)'
    """

    value: float
    low: float = np.nan
    high: float = np.nan

    @property
    def defined(self) -> bool:
        """Whether there is a value at all."""
        return bool(np.isfinite(self.value))

    @property
    def percent(self) -> str:
        """The figure in per cent with its interval; a dash where it is not defined."""
        if not self.defined:
            return "–"
        told = f"{100 * self.value:.1f} %"
        return f"{told} ({100 * self.low:.1f}–{100 * self.high:.1f})" if self.bounded else told

    @property
    def plain(self) -> str:
        """The figure as a number with its interval; a dash where it is not defined."""
        if not self.defined:
            return "–"
        told = f"{self.value:.4f}"
        return f"{told} ({self.low:.4f}–{self.high:.4f})" if self.bounded else told

    @property
    def percent_in_words(self) -> str:
        """As `percent`, saying what the numbers in parentheses are."""
        if not self.bounded:
            return self.percent
        low, high = 100 * self.low, 100 * self.high
        return f"{100 * self.value:.1f} % (95 % interval {low:.1f} to {high:.1f})"

    @property
    def plain_in_words(self) -> str:
        """As `plain`, saying what the numbers in parentheses are."""
        if not self.bounded:
            return self.plain
        return f"{self.value:.4f} (95 % interval {self.low:.4f} to {self.high:.4f})"

    @property
    def bounded(self) -> bool:
        """Whether it has an interval."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))

    def columns(self, name: str) -> dict[str, float | None]:
        """Return three columns of a table, None where there is no number.

        Examples
        --------
        >>> Estimate(0.5, 0.4, 0.6).columns("recall")
        {'recall': 0.5, 'recall_low': 0.4, 'recall_high': 0.6}
        """
        named = {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}
        return {key: float(held) if np.isfinite(held) else None for key, held in named.items()}


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Bound a share by Wilson's score interval.

    Parameters
    ----------
    successes, trials : int
        Successes, and how many trials there were (at least one).
    confidence : float
        Probability that the interval covers the true share.

    Returns
    -------
    (low, high) : tuple of float
        Bounds of the share, in [0, 1].

    Notes
    -----
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    JASA 22 (1927). Unlike ±z·√(p(1−p)/n) it stays inside [0, 1] and is right near 1.

    Examples
    --------
    >>> low, high = wilson_interval(9_960, 10_000)
    >>> round(low, 4), round(high, 4)
    (0.9946, 0.9971)
    """
    if not 0 <= successes <= trials or trials < 1:
        raise LinocutError(
            f"{successes} successes in {trials} trials — there must be at least one trial "
            "and no more successes than trials"
        )
    low, high = wilson_bounds(successes, trials, confidence)
    return float(low), float(high)


def wilson_bounds(
    successes: ArrayLike, trials: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Bound many shares at once by `wilson_interval`; NaN where there was no trial.

    Parameters
    ----------
    successes, trials : arrays of one shape
        Successes need not be whole: of a mean over trials they are the mean times the trials.

    Examples
    --------
    >>> low, high = wilson_bounds([0, 0], [20, 0])
    >>> low.tolist(), high.round(4).tolist()
    ([0.0, nan], [0.1611, nan])
    """
    won, tried = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    z = float(ndtri(0.5 + confidence / 2))
    n = np.where(tried > 0, tried, np.nan)
    share = won / n
    centre = share + z * z / (2 * n)
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # Rounding must not push a bound past a share of exactly 0 or 1.
    low = np.where((won == 0) & (tried > 0), 0.0, (centre - spread) / scale)
    high = np.where((won == tried) & (tried > 0), 1.0, (centre + spread) / scale)
    return low, high


def share_of(successes: float, trials: float, confidence: float = 0.95) -> Estimate:
    """Return a share with its Wilson interval; undefined without a trial.

    Examples
    --------
    >>> share_of(81, 263).percent, share_of(0, 0).percent
    ('30.8 % (25.5–36.6)', '–')
    """
    if not trials:
        return Estimate(np.nan)
    low, high = wilson_bounds(successes, trials, confidence)
    return Estimate(successes / trials, float(low), float(high))


def mean_of(values: NDArray[np.floating[Any]], confidence: float = 0.95) -> Estimate:
    """Return a mean over images with Student's interval; without one where there is one image.

    Examples
    --------
    >>> mean_of(np.array([1.0, 2.0, 3.0])).plain
    '2.0000 (-0.4841–4.4841)'
    """
    x = np.asarray(values, np.float64)
    mean = float(x.mean())
    if len(x) < 2:
        return Estimate(mean)
    spread = float(stdtrit(len(x) - 1, 0.5 + confidence / 2) * x.std(ddof=1) / np.sqrt(len(x)))
    return Estimate(mean, mean - spread, mean + spread)
