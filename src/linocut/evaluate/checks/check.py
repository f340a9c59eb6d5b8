"""What one rule finds: a level, the figure behind it, what it means and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linocut.evaluate.intervals import Estimate

Level = Literal["warning", "note", "fine"]
LEVELS: tuple[Level, ...] = ("warning", "note", "fine")  # the most urgent first

FINE_WIDTH = 0.02  # of an interval, from which tenths of a per cent are all that can be told


@dataclass(frozen=True)
class Finding:
    """What one rule finds of a model, its data or both.

    Attributes
    ----------
    level : {"warning", "note", "fine"}
        Whether the accuracy or the model may be wrong because of it, whether it is good to know, or
        whether nothing was found.
    figure : str
        What was measured, as it is read, with its interval.
    sentence : str
        What it means.
    advice : str
        What to do; empty where there is nothing to do.
    value : float or None
        The figure alone; shares in [0, 1].
    interval : (float, float) or None
        Its 95 % interval, where chance has a part in it.
    """

    level: Level
    figure: str
    sentence: str
    advice: str = ""
    value: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Check(Finding):
    """A finding with the name of its rule.

    Attributes
    ----------
    name : str
        Of the rule.
    """

    name: str


def level_of(value: float, *, note: float, warning: float) -> Level:
    """Return the level of a value whose higher ones are worse; one that is no number is worst.

    Examples
    --------
    >>> [level_of(value, note=0.1, warning=0.5) for value in (0.05, 0.1, 0.7, float("nan"))]
    ['fine', 'note', 'warning', 'warning']
    """
    if value < note:
        return "fine"
    return "note" if value < warning else "warning"


def as_share(value: float, interval: tuple[float, float]) -> str:
    """Write a share in per cent with its interval, in as many digits as the interval allows.

    Examples
    --------
    >>> as_share(0.9256, (0.9203, 0.9306))
    '92.56 % (95 % interval 92.03 to 93.06)'
    """
    return Estimate(value, *interval).percent_in_words(_digits(interval))


def as_points(value: float, interval: tuple[float, float]) -> str:
    """Write a difference of shares in percentage points with its interval.

    Examples
    --------
    >>> as_points(0.0876, (-0.0005, 0.121))
    '8.8 points (95 % interval −0.1 to 12.1)'
    """
    return Estimate(value, *interval).points_in_words(_digits(interval))


def _digits(interval: tuple[float, float]) -> int:
    return 2 if interval[1] - interval[0] < FINE_WIDTH else 1
