"""The rule on simpler models: whether one of them does as well."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from linocut.evaluate.checks.check import Finding, as_points
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.comparing import CHANCE, chance_of_split, split_of
from linocut.evaluate.intervals import percent


def simpler_models(subject: Subject) -> Finding | None:
    """Ask whether a simpler model does as well on the same test images, or better."""
    if not subject.simpler:
        return None
    worst = None
    for name, correct in subject.simpler:
        gained, lost = split_of(subject.correct, correct)
        chance = chance_of_split(gained, lost)
        if lost > gained and chance < CHANCE / len(subject.simpler):
            return _beaten(subject, name, correct, chance)
        if worst is None and chance >= CHANCE:
            worst = _level(subject, name, correct, chance)
    if worst is not None:
        return worst
    name, correct = max(subject.simpler, key=lambda each: each[1].mean())
    value, interval = advantage(subject.correct, correct)
    return Finding(
        "fine",
        as_points(value, interval),
        f"It is better than the simpler {name} by more than chance explains.",
        value=value,
        interval=interval,
    )


def advantage(
    first: NDArray[np.bool_], second: NDArray[np.bool_], confidence: float = 0.95
) -> tuple[float, tuple[float, float]]:
    """Return by how much more often one model is right than another on the same images.

    Parameters
    ----------
    first, second : bool array, shape (n,)
        Which images each classifies correctly.
    confidence : float
        Probability that the interval covers the true difference.

    Returns
    -------
    difference : float
        Share of the first less share of the second.
    interval : (float, float)

    Notes
    -----
    A. Agresti and Y. Min, "Simple improved confidence intervals for comparing matched proportions",
    Statistics in Medicine 24 (2005): Wald's interval with half an image added to each of the four
    cells, so that it has a width where both are right and wrong on the same images, too.

    Examples
    --------
    >>> right = np.array([True] * 90 + [False] * 10)
    >>> value, (low, high) = advantage(right, right)
    >>> value, round(low, 3), round(high, 3)
    (0.0, -0.019, 0.019)
    """
    only_first, only_second = split_of(first, second)
    gained, lost, n = only_first + 0.5, only_second + 0.5, len(first) + 2
    centre = (gained - lost) / n
    error = math.sqrt(gained + lost - (gained - lost) ** 2 / n) / n
    spread = float(ndtri(0.5 + confidence / 2)) * error
    value = (only_first - only_second) / len(first)
    return value, (max(-1.0, centre - spread), min(1.0, centre + spread))


def _beaten(subject: Subject, name: str, correct: NDArray[np.bool_], chance: float) -> Finding:
    value, interval = advantage(subject.correct, correct)
    mine, other = percent(subject.correct.mean()), percent(correct.mean())
    return Finding(
        "warning",
        as_points(value, interval),
        f"{other} of the test images are correctly classified by the simpler {name}, {mine} by "
        f"this model; chance alone does that once in {1 / chance:,.0f} times.",
        f"Use {name}, or find out what the training of this model lacks.",
        value=value,
        interval=interval,
    )


def _level(subject: Subject, name: str, correct: NDArray[np.bool_], chance: float) -> Finding:
    value, interval = advantage(subject.correct, correct)
    return Finding(
        "note",
        as_points(value, interval),
        f"The {len(correct):,} test images do not tell it from the simpler {name} (McNemar's test: "
        f"chance alone splits them as unevenly in {percent(chance, 0)} of cases).",
        f"Use {name}, or get more test images.",
        value=value,
        interval=interval,
    )
