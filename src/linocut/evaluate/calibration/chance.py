"""What chance does to a measured calibration error, and the error without it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linocut.core.randomness import RandomState, seed_of
from linocut.evaluate.calibration.smoothing import Smoother
from linocut.evaluate.intervals import Estimate, percent

Floats = NDArray[np.float64]
Draws = NDArray[np.float32]

SAMPLES = 100
LEAST_SAMPLES = 30
LARGEST = 40_000_000  # numbers in a table of draws
CONFIDENCE = 0.95
# In either tail. The deviation itself is estimated: with 0.025, intervals that should hold the true
# error 95 times in 100 held it about 90 times in simulations.
TAIL = 0.01
# By which the deviation that was seen is multiplied, to see what would then be measured.
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)


@dataclass(frozen=True)
class MeasuredError(Estimate):
    """A smooth calibration error, and what chance had to do with it.

    Attributes
    ----------
    value, low, high : float
        Estimate without what chance adds, in [0, 1], and the ends of its 95 % interval.
    measured : float
        As measured, chance included: the plain smooth calibration error.
    expected, limit : float
        What perfectly calibrated probabilities would measure on so many images: on average, and at
        most in 95 of 100 cases.
    """

    measured: float = field(kw_only=True)
    expected: float = field(kw_only=True)
    limit: float = field(kw_only=True)

    @property
    def digits(self) -> int:
        """Decimals that its size asks for in per cent."""
        return _digits(self.value)

    def told(self) -> str:
        """Write it in per cent with its interval, in as many digits as its size asks for."""
        return self.percent(self.digits)


def small_percent(share: float) -> str:
    """Write a small share in per cent.

    Examples
    --------
    >>> small_percent(0.00123), small_percent(0.0456), small_percent(0.2)
    ('0.12 %', '4.6 %', '20 %')
    """
    return percent(share, _digits(share))


def _digits(share: float) -> int:
    return 2 if share < 0.01 else 1 if share < 0.1 else 0


def draws_for(n: int, random_state: RandomState = 42) -> Draws:
    """Draw uniform numbers for n images, float32 (n, 100), fewer where memory is short.

    An event of probability p happens where its number is below p; the same numbers serve for all
    classes.
    """
    samples = int(np.clip(LARGEST // n, LEAST_SAMPLES, SAMPLES))
    return np.random.default_rng(seed_of(random_state)).random((n, samples), np.float32)


def measure_error(confidences: Floats, outcomes: Floats, draws: Draws) -> MeasuredError:
    """Measure a smooth calibration error, and estimate it without what chance adds.

    Parameters
    ----------
    confidences, outcomes : float64 arrays, shape (n,)
        Probability of an event, and whether it happened (0 or 1).
    draws : float32 array, shape (n, B)
        From `draws_for`.

    Notes
    -----
    On n images even perfect probabilities measure more than 0. Outcomes are drawn from
    probabilities that deviate from the confidences as was seen, times each of `LEVELS`; the
    estimate is the error of the level whose median equals what was measured, and the interval holds
    those levels under which it is not unusual: a test inverted by simulation (A. C. Davison and
    D. V. Hinkley, "Bootstrap methods and their application", 1997, section 5.4). In simulations
    of 1,000 and 5,000 images it held the true error 92 to 99 times in 100.
    """
    n = len(confidences)
    smoother = Smoother(confidences)
    measured = float(smoother.errors((outcomes - confidences) / n)[0])
    deviation = smoother.deviation(outcomes, measured)
    true, simulated = [], []
    for level in LEVELS:
        P = np.clip(confidences + level * deviation, 0, 1)
        true.append(float(smoother.errors((P - confidences) / n)[0]))
        simulated.append(smoother.errors(_residuals(confidences, P, draws), measured))
    low, value, high = (
        _level_with(measured, [np.quantile(each, q) for each in simulated], true)
        for q in (1 - TAIL, 0.5, TAIL)
    )
    expected, limit = simulated[0].mean(), np.quantile(simulated[0], CONFIDENCE)
    return MeasuredError(
        value, low, high, measured=measured, expected=float(expected), limit=float(limit)
    )


def _residuals(confidences: Floats, P: Floats, draws: Draws) -> NDArray[np.float32]:
    """Return weighted residuals where events have probabilities P, a column a draw."""
    happened = draws < P.astype(np.float32)[:, None]
    residuals = happened - confidences.astype(np.float32)[:, None]
    residuals /= np.float32(len(confidences))
    return np.asarray(residuals)


def _level_with(measured: float, quantiles: list[float], true: list[float]) -> float:
    """Interpolate the true error at which a quantile of what is measured has this value."""
    rising = np.maximum.accumulate(quantiles)
    return float(np.interp(measured, rising, np.maximum.accumulate(true)))
