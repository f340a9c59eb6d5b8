"""What rounding may add to an objective, or to a bound of its optimum.

A certificate is worth what its digits are. Scores are sums of products of weights and features in
the blocks' float type; an error δ in the scores of a row with residuals r changes its loss by
⟨r, δ⟩, and what is computed of the dual likewise. The sizes below are those of the terms that are
summed, times the unit in the last place; that errors of many rows mostly cancel is the margin.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.solve.objective import Objective, Point

Floats = NDArray[np.float64]

UNITS = 2  # in the last place, of each size below


def rounding(objective: Objective, point: Point, magnitude: Floats) -> float:
    """Return the largest error of the objective, or of a bound, that is believed to be rounding.

    Parameters
    ----------
    objective : Objective
        In whose float type the point was computed.
    point : Point
        Where.
    magnitude : float64 array, shape (d,)
        Root mean square of each column.
    """
    eps = float(np.finfo(objective.blocks.dtype).eps)
    scores = float((np.abs(point.W) @ magnitude + np.abs(point.b)).max(initial=0))
    # 1 − p ≤ −log p: residuals are no larger than losses, counted twice for the softmax. Where p is
    # near 1 they are known to half a unit of that, however small they are.
    residuals = min(2 * point.loss, float(max(2, objective.n_classes))) + 0.5
    G = point.gradient_W - objective.penalty * point.W
    sums = float(np.abs(G * point.W).sum() + np.abs(point.gradient_b * point.b).sum())
    ridge = 0.5 * objective.penalty * float(np.vdot(point.W, point.W))
    # The largest exponential is 1: a loss below one unit of that is lost in its logarithm.
    errors = UNITS * eps * (residuals * scores + sums + abs(point.loss) + ridge + 1)
    if objective.penalty > 0:
        # An error of the gradient counts by its square, since the bound is at its maximum.
        lost = eps * residuals / len(point.b) * magnitude
        errors += len(point.b) * float(lost @ lost) / (2 * objective.penalty)
    return errors
