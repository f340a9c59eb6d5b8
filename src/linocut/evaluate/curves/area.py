"""The area under a ROC curve with its interval, by DeLong's variance."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit, ndtri

from linocut.evaluate.curves.ranking import Ranking
from linocut.evaluate.intervals import Estimate, Floats, wilson_bounds


def placements(ranking: Ranking) -> tuple[Floats, Floats]:
    """Return how an image of each group stands to those of the other side.

    Returns
    -------
    (of_positives, of_negatives) : two float64 arrays, shape (T,)
        Share of the negatives below a positive of that group, and of the positives above a
        negative of it; those in the same group count half. NaN without any of the other side.
    """
    P, N = ranking.positives.sum(), ranking.negatives.sum()
    below = (N - ranking.false_alarms + ranking.negatives / 2) / (N or np.nan)
    above = (ranking.hits - ranking.positives / 2) / (P or np.nan)
    return below, above


def area_of(ranking: Ranking) -> tuple[Estimate, Floats, Floats]:
    """Return the area with its 95 % interval, and what images of each group add to its error.

    The area is the chance that an image of the class gets a larger probability than one of another
    class. Its bounds are taken on the scale of the logit, where they stay between 0 and 1. Where
    the variance tells nothing (all pairs in order, or one image on a side), Wilson's interval of
    as many independent pairs as there can be bounds it, which is wide but right.

    Returns
    -------
    (area, of_positives, of_negatives) : Estimate and two float64 arrays, shape (T,)
        The deviations sum to zero over all images, and their squares to the variance.

    Notes
    -----
    E. DeLong, D. DeLong and D. Clarke-Pearson, "Comparing the areas under two or more correlated
    receiver operating characteristic curves", Biometrics 44 (1988).

    Examples
    --------
    >>> ranked = Ranking.of(np.array([0.9, 0.7, 0.6, 0.2]), np.array([True, False, True, False]))
    >>> area_of(ranked)[0].value
    0.75
    """
    positives, negatives = ranking.positives, ranking.negatives
    P, N = int(positives.sum()), int(negatives.sum())
    below, above = placements(ranking)
    if not P or not N:
        nothing = np.zeros(len(below))
        return Estimate(np.nan), nothing, nothing
    area = float(positives @ below) / P
    # Not P², as for a variance that is known: the mean is estimated from the same images.
    of_positives = (below - area) / np.sqrt(P * max(P - 1, 1))
    of_negatives = (above - area) / np.sqrt(N * max(N - 1, 1))
    variance = float(positives @ of_positives**2 + negatives @ of_negatives**2)
    return bounded_area(area, variance, min(P, N)), of_positives, of_negatives


def bounded_area(area: float, variance: float, pairs: int) -> Estimate:
    """Bound an area by its variance, or by a number of independent pairs where that is zero.

    Examples
    --------
    >>> bounded_area(0.9, 0.0004, 100).percent(), bounded_area(1.0, 0.0, 20).percent()
    ('90.0 % (85.3–93.3)', '100.0 % (83.9–100.0)')
    """
    if pairs < 2 or variance <= 0 or not 0 < area < 1:
        low, high = wilson_bounds(area * pairs, pairs)
        return Estimate(area, float(low), float(high))
    spread = float(ndtri(0.975)) * np.sqrt(variance) / (area * (1 - area))
    low, high = expit(logit(area) - spread), expit(logit(area) + spread)
    return Estimate(area, float(low), float(high))
