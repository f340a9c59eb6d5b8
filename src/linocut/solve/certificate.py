"""How near the optimum: a lower bound of the objective from the dual.

For probabilities P with Σ_i w_i (P_i − Y_i) = 0 (when there is an intercept) Fenchel duality gives

    f* ≥ Σ_i w_i H(P_i) − ‖Σ_i w_i (P_i − Y_i) x_iᵀ‖² / (2λ)

with H the entropy. The residuals of any point (W, b) give such a P, and

    Σ_i w_i H(P_i) = mean loss − ⟨G, W⟩ − ⟨g, b⟩

where G and g are the loss's gradient, so the bound costs no pass. Where the intercept is not yet
exact (g ≠ 0), P is mixed with one constant row q so that the sum vanishes; entropy is concave, so
the mixture's is at least the mixture of the entropies and the bound stays true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.solve.moments import ClassSums, class_sums
from linocut.solve.objective import Objective, Point

Floats = NDArray[np.float64]

EXACT = np.finfo(np.float64).eps  # an intercept's gradient below this is rounding


@dataclass(frozen=True, eq=False)
class DualBound:
    """Lower bounds of one objective at any of its points.

    Attributes
    ----------
    objective : Objective
        What is bounded.
    sums : ClassSums
        Of its rows.
    """

    objective: Objective
    sums: ClassSums

    @classmethod
    def of(cls, objective: Objective) -> DualBound:
        """Prepare the bound: one pass over the rows."""
        return cls(
            objective,
            class_sums(objective.blocks, objective.y, objective.weights, objective.n_classes),
        )

    def at(self, point: Point) -> float:
        """Return a number that the optimum cannot lie below; −inf where none is known."""
        loss, penalty = self.objective.loss, self.objective.penalty
        G = point.gradient_W - penalty * point.W
        g = point.gradient_b
        entropy = point.loss - float(np.vdot(G, point.W)) - float(g @ point.b)
        if self.objective.fit_intercept and np.any(g):
            # q = shares − g (1 − ε)/ε must be probabilities: (1 − ε)/ε may be at most `reach`.
            # Half of it stays clear of q = 0, where entropy is steep.
            reach = min(0.5 * loss.largest_step(self.sums.shares, -g), 1 / EXACT)
            if reach <= 0:
                return -np.inf
            share = 1 / (1 + reach)
            q = self.sums.shares - reach * g
            G = (1 - share) * G + share * (
                np.outer(q, self.sums.mean) - self.sums.rows / self.sums.total
            )
            entropy = (1 - share) * entropy + share * loss.entropy(q)
        return entropy - float(np.vdot(G, G)) / (2 * penalty)

    def reachable_gap(self, point: Point) -> float:
        """Return the relative gap that an exact intercept would leave at the point."""
        G = point.gradient_W
        bound = point.value - float(np.vdot(G, G)) / (2 * self.objective.penalty)
        return (point.value - bound) / bound if bound > 0 else np.inf

    def relative_gap(self, point: Point) -> float:
        """Bound (f − f*)/f* at the point; inf where no bound is known."""
        bound = self.at(point)
        return (point.value - bound) / bound if bound > 0 else np.inf
