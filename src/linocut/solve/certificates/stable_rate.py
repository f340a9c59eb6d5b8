"""The learning rate below which gradient descent is sure to descend.

A step of length η along the steepest way down lowers the objective if η < 2/L, L being the largest
curvature the objective has anywhere (Nesterov, "Lectures on convex optimization", 2018, eq. 1.2.12
and section 2.1.5). For a loss of scores W x + b it is at most

    L ≤ c·λ_max(Σ_i w_i x̃_i x̃_iᵀ) + λ,   x̃ = (x, 1),   Σ_i w_i = 1

with c the largest second derivative of the loss by the scores: ½ for softmax (Böhning,
"Multinomial logistic regression algorithm", 1992) and ¼ for sigmoids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Matrix
from linocut.solve.losses import Loss
from linocut.solve.objective import Objective

Floats = NDArray[np.float64]

PRECISION = 0.005  # of the largest eigenvalue
MOST_PASSES = 100


def largest_stable_rate(objective: Objective) -> float:
    """Return 2/L: below it, every step of plain gradient descent lowers the objective.

    The bound holds from any start. It is tight where two classes tie; where many classes compete
    the loss bends less, and rates a few times higher can still work. It falls with the square of
    the scale of the rows.

    Parameters
    ----------
    objective : Objective
        Of (n, d) rows; some five to twenty passes are read, at most 100.

    Returns
    -------
    float
        The rate, as a rule too low by up to half a per cent; infinite if the objective is flat.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> from linocut.solve import Sigmoids
    >>> X, y = np.full((4, 1), 2.0), np.array([0, 1, 0, 1])
    >>> objective = Objective(ArrayBlocks(X, np.float64, y), Sigmoids(), 0.0, 2, False)
    >>> round(largest_stable_rate(objective), 6)  # 2 / (¼ · 2²)
    2.0
    """
    curvature = _largest_curvature(objective.loss, objective.n_classes)
    L = curvature * _largest_eigenvalue(objective) + objective.penalty
    return 2 / L if L > 0 else np.inf


def _largest_curvature(loss: Loss, n_classes: int) -> float:
    # A loss bends most where two classes tie and all others are out of the question.
    Z = np.full((n_classes, 1), -np.inf)
    Z[:2] = 0
    return float(np.linalg.eigvalsh(loss.hessian(Z, None))[-1])


def _largest_eigenvalue(objective: Objective) -> float:
    """Return λ_max of the second moments of (x, 1), by power iterations: a pass each."""
    v = np.random.default_rng(0).normal(size=objective.blocks.shape[1] + 1)
    if not objective.fit_intercept:
        v[-1] = 0
    v /= np.linalg.norm(v)

    value = 0.0
    for _ in range(MOST_PASSES):
        Av = np.append(*objective.blocks.sum(MomentProduct(v))) / objective.total
        if not objective.fit_intercept:
            Av[-1] = 0
        rayleigh = float(v @ Av)
        rest = float(np.linalg.norm(Av - rayleigh * v))
        value = rayleigh + rest  # an eigenvalue lies that near; so L is hardly ever too small
        if rest <= PRECISION * rayleigh:
            break
        v = Av / np.linalg.norm(Av)
    return value


@dataclass(frozen=True, eq=False)
class MomentProduct:
    """The task of a power iteration: Σ w x̃ x̃ᵀ v, the last entry apart."""

    v: Floats

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[Any, float]:
        """See `Task`."""
        s = X @ self.v[:-1].astype(X.dtype) + X.dtype.type(self.v[-1])
        if w is not None:
            s *= w.astype(X.dtype)
        return np.asarray(X.T @ s), float(s.sum(dtype=np.float64))
