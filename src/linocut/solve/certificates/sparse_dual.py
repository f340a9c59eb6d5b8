"""How near the optimum with a lasso in the penalty: lower bounds from the dual.

For probabilities P with Σ_i w_i (P_i − Y_i) = 0 (when there is an intercept) Fenchel duality gives

    f* ≥ D(P) = Σ_i w_i H(P_i) − Ω*(A),   A = Σ_i w_i (P_i − Y_i) x_iᵀ

with H the entropy and Ω* the conjugate of the penalty: for the lasso alone, infinite unless every
|A_kj| ≤ λ1. The residuals of a point that is not yet the optimum break that, so they are shrunk,
P_s = Y + s (P − Y) with s ≤ 1: still probabilities, of the same sum zero, and A shrinks by s.
Where the intercept is not exact, P is first mixed with one constant row q, as in `DualBound`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Matrix
from linocut.solve.certificates.dual import EXACT
from linocut.solve.losses import Loss
from linocut.solve.moments import ClassSums, class_sums
from linocut.solve.objective import Objective, Point
from linocut.solve.penalties import ElasticNet

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

HALVINGS = 60  # of the interval in which the best s is sought


@dataclass(frozen=True, eq=False)
class DualPoint:
    """Probabilities P_s = Y + s (mixture − Y), mixture = (1 − share) P + share q.

    Attributes
    ----------
    s, share : float
        See above, both from 0 to 1.
    q : float64 array, shape (K,)
        The constant row.
    A : float64 array, shape (K, d)
        Σ_i w_i (P_s − Y)_i x_iᵀ.
    entropy : float
        A lower bound of Σ_i w_i H((P_s)_i).
    """

    s: float
    share: float
    q: Floats
    A: Floats
    entropy: float


@dataclass(frozen=True, eq=False)
class SparseDual:
    """Lower bounds of one objective plus a lasso, at any of its points.

    ``alive`` below, a bool array of shape (K, d), are the weights that may differ from zero at the
    optimum; without the others the problem is smaller and its optimum the same.

    Attributes
    ----------
    objective : Objective
        What is bounded; its ``penalty`` is λ2.
    l1 : float
        λ1.
    sums : ClassSums
        Of the objective's rows.
    """

    objective: Objective
    l1: float
    sums: ClassSums

    def bound(self, dual: DualPoint, alive: Mask) -> float:
        """Return D, which the optimum cannot lie below."""
        penalty = ElasticNet(self.l1, self.objective.penalty)
        A = np.where(alive, dual.A, 0)
        if self.objective.penalty == 0:  # s A may round to just above λ1
            A = np.clip(A, -self.l1, self.l1)
        return dual.entropy - penalty.conjugate(A)

    def of_nothing(self) -> DualPoint:
        """Return the dual point of W = 0 and its best intercept; feasible from `largest_l1` up."""
        p = self.sums.shares
        if not self.objective.fit_intercept:
            nothing = np.zeros((self.objective.n_classes, 1))
            p = self.objective.loss.probabilities(nothing)[:, 0].astype(np.float64)
        A = np.outer(p, self.sums.mean) - self.sums.rows / self.sums.total
        return DualPoint(1.0, 1.0, p, A, float(self.objective.loss.entropies(p[:, None])[0]))

    def near(self, point: Point, alive: Mask) -> DualPoint:
        """Return a feasible dual point from the residuals at a point: no pass.

        Its entropy is bounded by concavity, Σ w H(P_s) ≥ s Σ w H(P).
        """
        share, q, G, entropy = self._feasible(point)
        s = self._shrinkage(G[alive], entropy)
        return DualPoint(s, share, q, s * G, s * entropy)

    def reachable(self, point: Point, alive: Mask) -> float:
        """Return the bound that `exact` and an exact intercept could at most give: no pass."""
        G, _, entropy = self._residuals(point)
        # H lies below its tangent: d/ds H(Y + s (P − Y)) = H(P) − ℓ(P) at s = 1.
        slope = entropy - point.loss
        s = self._shrinkage(G[alive], slope)
        dual = DualPoint(s, 0.0, self.sums.shares, s * G, entropy - (1 - s) * slope)
        return self.bound(dual, alive)

    def exact(self, point: Point, alive: Mask) -> DualPoint:
        """Return a feasible dual point with its true entropy: half a pass.

        What `near` knows of the entropy is far too low where the penalty is weak.
        """
        share, q, G, least = self._feasible(point)
        s = self._shrinkage(G[alive], least - point.loss)
        of_P, of_q = s * (1 - share), s * share
        objective, dtype = self.objective, self.objective.blocks.dtype
        W, b = point.W.astype(dtype), point.b.astype(dtype)
        task = MixedEntropy(W, b, objective.loss, of_P, of_q, q)
        entropy = objective.blocks.sum(task) / objective.total
        return DualPoint(s, share, q, s * G, max(s * least, entropy))

    def _feasible(self, point: Point) -> tuple[float, Floats, Floats, float]:
        """Return share, q, A and a lower bound of the entropy of the mixture at s = 1."""
        G, g, entropy = self._residuals(point)
        share, q = self._mixing(g)
        if share > 0:
            # Concavity: a mixture's entropy is at least the mixture of the entropies.
            entropy = (1 - share) * entropy + share * float(
                self.objective.loss.entropies(q[:, None])[0]
            )
            constant = np.outer(q, self.sums.mean) - self.sums.rows / self.sums.total
            G = (1 - share) * G + share * constant
        return share, q, G, entropy

    def _residuals(self, point: Point) -> tuple[Floats, Floats, float]:
        """Return the loss's gradients G and g, and Σ w H(P), of the probabilities at a point."""
        G, g = point.gradient_W - self.objective.penalty * point.W, point.gradient_b
        return G, g, point.loss - float(np.vdot(G, point.W)) - float(g @ point.b)

    def _mixing(self, g: Floats) -> tuple[float, Floats]:
        shares = self.sums.shares
        if not self.objective.fit_intercept or not np.any(g):
            return 0.0, shares
        # q = shares − g (1 − ε)/ε must be probabilities, as in `DualBound.at`.
        reach = min(0.5 * self.objective.loss.largest_step(shares, -g), 1 / EXACT)
        return 1 / (1 + reach), shares - reach * g

    def _shrinkage(self, A: Floats, slope: float) -> float:
        """Return the s up to 1 that maximises slope · s − Ω*(s A)."""
        sizes = np.abs(A)
        sizes = sizes[sizes > self.l1]
        if not sizes.size:
            return 1.0
        low, high = self.l1 / float(sizes.max()), 1.0
        l2 = self.objective.penalty
        for _ in range(HALVINGS if l2 > 0 else 0):
            middle = 0.5 * (low + high)
            falls = float(sizes @ np.maximum(middle * sizes - self.l1, 0)) > slope * l2
            low, high = (low, middle) if falls else (middle, high)
        return low


@dataclass(frozen=True, eq=False)
class MixedEntropy:
    """The task of `SparseDual.exact`: Σ w H(P_s), P_s a mixture of P, q and Y."""

    W: NDArray[np.floating[Any]]
    b: NDArray[np.floating[Any]]
    loss: Loss
    of_P: float
    of_q: float
    q: Floats

    def __call__(self, X: Matrix, y: Any, w: Any) -> float:
        """See `Task`."""
        Z = np.ascontiguousarray((X @ self.W.T).T) + self.b[:, None]
        self.loss.residuals(Z, y, None)
        P = self.of_P * Z.astype(np.float64) + self.of_q * self.q[:, None]
        P[y, np.arange(X.shape[0])] += 1 - self.of_q
        entropies = self.loss.entropies(np.clip(P, 0, 1))
        return float(entropies.sum() if w is None else entropies @ w)


def largest_l1(objective: Objective) -> float:
    """Return the smallest λ1 at which all weights are zero at the optimum: one pass.

    It does not depend on λ2. In scikit-learn's terms, some weights differ from zero where
    C > l1_ratio / (n · largest_l1).

    Parameters
    ----------
    objective : Objective
        Mean loss; its penalty is not looked at.

    Returns
    -------
    float
        Largest entry of the loss's gradient at W = 0 and the best intercept, in units of the mean
        loss by one weight.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> from linocut.solve import Softmax
    >>> X, y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([0, 1])
    >>> objective = Objective(ArrayBlocks(X, np.float64, y), Softmax(), 0.0, 2)
    >>> largest_l1(objective)
    0.25
    """
    dual = SparseDual(objective, np.inf, exact_sums(objective))
    return float(np.abs(dual.of_nothing().A).max(initial=0))


def exact_sums(objective: Objective) -> ClassSums:
    """Return the class sums, added up in float64: one pass."""
    return class_sums(objective.blocks.astype(np.float64), objective.n_classes)
