"""Weights that are proven to be zero at the optimum, before it is reached.

D is strongly concave, so no P that is better than the present one is far from it, and entries of
A = Σ_i w_i (P_i − Y_i) x_iᵀ that stay below λ1 in all that neighbourhood belong to weights that are
zero at the optimum (Ndiaye, Fercoq, Gramfort & Salmon, "Gap safe screening rules for sparsity
enforcing penalties", JMLR 2017, theorem 6 and section 4). Two things make the ball smaller here:
the steps between two feasible P have sum zero over the rows where there is an intercept, so a
column counts by its deviation, not by its length; and for the softmax they have sum zero over the
classes, so only part of a step can fall on one class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.solve.certificates.sparse_dual import DualPoint
from linocut.solve.objective import Objective

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MARGIN = 1e-3  # deviations are sums in float32: they may be too small by this share
ROUNDING = 16  # units in the last place that a column's sum may be wrong by


@dataclass(frozen=True, eq=False)
class GapSafeRule:
    """The rule for one objective.

    Attributes
    ----------
    objective : Objective
        The mean loss; its ``penalty`` is λ2.
    l1 : float
        λ1.
    mean, deviation : float64 arrays, shape (d,)
        Of each column; the deviation is about zero where there is no intercept.
    """

    objective: Objective
    l1: float
    mean: Floats
    deviation: Floats

    def zeros(self, dual: DualPoint, gap: float) -> Mask:
        """Return the weights that are zero at the optimum, bool array of shape (K, d).

        Parameters
        ----------
        dual : DualPoint
            A feasible one.
        gap : float
            Upper bound of the optimum − D there, in units of the mean loss.
        """
        loss, K = self.objective.loss, self.objective.n_classes
        # The entropy lies below its tangents by ½ ‖step‖² over the loss's largest curvature.
        radius = np.sqrt(2 * max(gap, 0.0) * loss.largest_curvature)
        # Where the K entries of a step have sum zero, not all of its length can fall on one class.
        radius *= (np.sqrt(1 - 1 / K) if loss.shift_invariant else 1.0) * (1 + MARGIN)
        rounding = ROUNDING * np.finfo(self.objective.blocks.dtype).eps
        reach = radius * self.deviation + rounding * np.hypot(self.deviation, self.mean)
        return np.asarray(np.abs(dual.A) + reach < self.l1)
