"""A figure with its 95 % interval, and the intervals that more than one judgement needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from linocut.core import LinocutError

Floats = NDArray[np.float64]

IN_WORDS = "(95 % interval {} to {})"


def percent(share: float, digits: int = 1) -> str:
    """Write a share in per cent.

    Examples
    --------
    >>> percent(0.765), percent(0.5, 0)
    ('76.5 %', '50 %')
    """
    return f"{_shown(100 * share, digits)} %"


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95 % interval; NaN where it is not defined.

    Examples
    --------
    >>> accuracy = Estimate(0.923, 0.9176, 0.9281)
    >>> accuracy.percent(), accuracy.percent_in_words(2)
    ('92.3 % (91.8–92.8)', '92.30 % (95 % interval 91.76 to 92.81)')
    """

    value: float
    low: float = np.nan
    high: float = np.nan

    @property
    def defined(self) -> bool:
        """Whether there is a value at all."""
        return bool(np.isfinite(self.value))

    def percent(self, digits: int = 1) -> str:
        """Write it in per cent, its interval in brackets; a dash where it is not defined."""
        return self._told(100, digits, " %", "({}–{})")

    def plain(self, digits: int = 4) -> str:
        """Write it as a number, its interval in brackets; a dash where it is not defined."""
        return self._told(1, digits, "", "({}–{})")

    def percent_in_words(self, digits: int = 1) -> str:
        """Write it as `percent` does, saying what the numbers in brackets are."""
        return self._told(100, digits, " %", IN_WORDS)

    def plain_in_words(self, digits: int = 4) -> str:
        """Write it as `plain` does, saying what the numbers in brackets are."""
        return self._told(1, digits, "", IN_WORDS)

    def points_in_words(self, digits: int = 1) -> str:
        """Write a difference of shares in percentage points, with its interval.

        Examples
        --------
        >>> Estimate(0.0876, -0.0005, 0.121).points_in_words()
        '8.8 points (95 % interval −0.1 to 12.1)'
        """
        return self._told(100, digits, " points", IN_WORDS)

    @property
    def told_apart(self) -> bool:
        """Whether 0 is outside its interval: chance alone does not explain it."""
        return self.low > 0 or self.high < 0

    def change_in_words(self, digits: int = 1) -> str:
        """Write by how many percentage points a share changed, unless chance explains it.

        Examples
        --------
        >>> Estimate(-0.088, -0.121, -0.055).change_in_words()
        '8.8 points less (95 % interval 5.5 to 12.1)'
        >>> Estimate(-0.01, -0.03, 0.01).change_in_words()
        'no more different than chance explains'
        """
        if not self.told_apart:
            return "no more different than chance explains"
        less = self.value < 0
        size = Estimate(-self.value, -self.high, -self.low) if less else self
        return size._told(100, digits, " points less" if less else " points more", IN_WORDS)

    def _told(self, unit: float, digits: int, after: str, interval: str) -> str:
        if not self.defined:
            return "–"
        told = f"{_shown(unit * self.value, digits)}{after}"
        if not self.bounded:
            return told
        ends = (_shown(unit * end, digits) for end in (self.low, self.high))
        return f"{told} {interval.format(*ends)}"

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
    successes, trials : arrays of one shape, or that broadcast to one
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
    >>> share_of(81, 263).percent(), share_of(0, 0).percent()
    ('30.8 % (25.5–36.6)', '–')
    """
    if not trials:
        return Estimate(np.nan)
    low, high = wilson_bounds(successes, trials, confidence)
    return Estimate(successes / trials, float(low), float(high))


def mean_of(
    values: ArrayLike, counts: ArrayLike | None = None, confidence: float = 0.95
) -> Estimate:
    """Return a mean over images with Student's interval; without one where there is one image.

    Parameters
    ----------
    values : array
        One an image.
    counts : array of the same shape, optional
        Of how many images each value is.

    Examples
    --------
    >>> mean_of([1.0, 2.0, 3.0]).plain()
    '2.0000 (−0.4841–4.4841)'
    >>> mean_of([1.0, 2.0], counts=[1, 3]).plain()
    '1.7500 (0.9544–2.5456)'
    """
    x = np.asarray(values, np.float64)
    weights = np.ones_like(x) if counts is None else np.asarray(counts, np.float64)
    n = float(weights.sum())
    mean = float((weights * x).sum() / n)
    if n < 2:
        return Estimate(mean)
    variance = float((weights * (x - mean) ** 2).sum() / (n - 1))
    spread = float(stdtrit(n - 1, 0.5 + confidence / 2) * np.sqrt(variance / n))
    return Estimate(mean, mean - spread, mean + spread)


def _shown(value: float, digits: int) -> str:
    # Adding 0 leaves no −0.
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
