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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Matrix
from linocut.core.sums import tree_sum
from linocut.solve.certificates.rounding import rounding
from linocut.solve.conjugate_gradients import conjugate_gradients
from linocut.solve.losses import Loss
from linocut.solve.moments import class_sums, column_moments
from linocut.solve.objective import Objective, Point, targets
from linocut.solve.products import products, scores

Floats = NDArray[np.float64]

EXACT = np.finfo(np.float64).eps  # an intercept's gradient below this is rounding


@dataclass(frozen=True, eq=False)
class DualBound:
    """Lower bounds of one objective at any of its points.

    Attributes
    ----------
    objective : Objective
        What is bounded.
    shares : float64 array, shape (K,)
        Weighted share of each class.
    rows : float64 array, shape (K, d)
        Weighted sum of the rows of each class over the weight of all rows.
    mean, magnitude : float64 arrays, shape (d,)
        Mean and root mean square of each column.
    """

    objective: Objective
    shares: Floats
    rows: Floats
    mean: Floats
    magnitude: Floats

    @classmethod
    def of(cls, objective: Objective, magnitude: Floats | None = None) -> DualBound:
        """Prepare the bound: half a pass over the rows, half of one more without a magnitude."""
        K = objective.n_classes
        sums = class_sums(objective.blocks, max(K, 2))
        # Two classes with one score: what is scored is the second.
        if magnitude is None:
            magnitude = column_magnitude(objective)
        return cls(objective, sums.shares[-K:], sums.rows[-K:] / sums.total, sums.mean, magnitude)

    def at(self, point: Point) -> float:
        """Return a number that the optimum cannot lie below; −inf where none is known."""
        loss, penalty = self.objective.loss, self.objective.penalty
        if penalty == 0:
            return -np.inf
        G = point.gradient_W - penalty * point.W
        g = point.gradient_b
        entropy = point.loss - float(np.vdot(G, point.W)) - float(g @ point.b)
        if self.objective.fit_intercept and np.any(g):
            # q = shares − g (1 − ε)/ε must be probabilities: (1 − ε)/ε may be at most `reach`.
            # Half of it stays clear of q = 0, where entropy is steep.
            reach = min(0.5 * loss.largest_step(self.shares, -g), 1 / EXACT)
            if reach <= 0:
                return -np.inf
            share = 1 / (1 + reach)
            q = self.shares - reach * g
            G = (1 - share) * G + share * (np.outer(q, self.mean) - self.rows)
            entropy = (1 - share) * entropy + share * float(loss.entropies(q[:, None])[0])
        return entropy - float(np.vdot(G, G)) / (2 * penalty)

    def reachable_gap(self, point: Point) -> float:
        """Return the relative gap that an exact intercept would leave at the point."""
        if self.objective.penalty == 0:
            return np.inf
        G = point.gradient_W
        return _relative(point, point.value - float(np.vdot(G, G)) / (2 * self.objective.penalty))

    def relative_gap(self, point: Point) -> float:
        """Bound (f − f*)/f* at the point; inf where no bound is known.

        What rounding may have added to the bound is taken off, and to the objective added.
        """
        return _relative(point, self.at(point), rounding(self.objective, point, self.magnitude))


def newton_gap(
    objective: Objective, point: Point, precondition: Callable[[Floats], Floats], steps: int = 200
) -> tuple[float, float]:
    """Bound (f − f*)/f* without a penalty, near the optimum; return also the passes it took.

    Without a penalty a dual point must satisfy Σ_i w_i (P_i − Y_i) x_iᵀ = 0 exactly. The Newton
    step s makes the residuals so to first order, and the changed P + (diag P − P Pᵀ)(−X s) *is* to
    first order: it satisfies the condition as exactly as H s = g is solved, and near the optimum
    it is made of probabilities. What remains of the sum, v, costs ‖v‖‖θ*‖; the optimum's norm is
    taken to be at most twice that of the point, or of where the step leads.
    """
    magnitude = column_magnitude(objective)
    unit = np.append(np.where(magnitude > 0, magnitude, 1.0), 1.0)  # of each column's gradient
    g = np.column_stack([point.gradient_W, point.gradient_b])
    found = conjugate_gradients(
        lambda v: np.column_stack(objective.hessian_product(point, v[:, :-1], v[:, -1])),
        precondition,
        g,
        enough=lambda r, size, _: not (np.abs(r / unit).max() > 1e-15 and size > 0),
        most=steps,
    )
    s, taken = found.x, found.products
    K, loss = objective.n_classes, objective.loss
    both = np.concatenate([point.W, s[:, :-1]])
    b_ = np.concatenate([point.b, s[:, -1]])

    answers = list(objective.blocks.map(NewtonPoint(both, b_, loss)))
    outside = max((answer[0] for answer in answers), default=0.0)
    entropy, V, v = tree_sum(answer[1] for answer in answers)
    v = v if objective.fit_intercept else np.zeros(K)
    passes = 1.5 * (taken + 1)
    if outside > 1e-12:
        return np.inf, passes
    left = np.hypot(np.linalg.norm(V), np.linalg.norm(v)) / objective.total
    theta = np.column_stack([point.W, point.b])
    norm = max(np.linalg.norm(theta), np.linalg.norm(theta - s))
    error = rounding(objective, point, magnitude)
    return _relative(point, entropy / objective.total - 2 * float(left * norm), error), passes + 0.5


@dataclass(frozen=True, eq=False)
class NewtonPoint:
    """The task of `newton_gap`, for the dual point that a Newton step leads to.

    It answers how far it is from probabilities, and its entropy, Σ w r xᵀ and Σ w r.
    """

    both: Floats  # weights and the step, (2 K, d)
    both_b: Floats
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[float, tuple[float, Floats, Floats]]:
        """See `Task`."""
        Z, K = scores(X, self.both, self.both_b), len(self.both) // 2
        P = self.loss.probabilities(Z[:K].copy())
        P -= self.loss.hessian_product(Z[:K], Z[K:], None)
        R = P - targets(y, K)
        if w is not None:
            R *= w
        H = self.loss.entropies(np.clip(P, 0, 1))
        entropy = float(H.sum() if w is None else H @ w)
        outside = float(max(-P.min(initial=0), P.max(initial=0) - 1))
        return outside, (entropy, products(R, X), R.sum(axis=1))


def relative_residual(objective: Objective, point: Point) -> float:
    """Return ‖W − C (Y − P)ᵀ X‖/‖W‖: how far the weights are from being made of training rows.

    It is zero at the optimum of an L2 penalty, and a certificate of its own. NaN without a penalty
    or without weights.
    """
    scale = objective.penalty * float(np.linalg.norm(point.W))
    return float(np.linalg.norm(point.gradient_W)) / scale if scale > 0 else np.nan


def column_magnitude(objective: Objective) -> Floats:
    """Return the root mean square of each column, shape (d,): half a pass."""
    _, square = column_moments(objective.blocks, centred=False)
    return np.sqrt(square)


def _relative(point: Point, bound: float, error: float = 0.0) -> float:
    """Return the relative gap; not a number where the objective is none, which is no bound."""
    bound -= error
    return max(0.0, (point.value + error - bound) / bound) if bound > 0 else np.inf
