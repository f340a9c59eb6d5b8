"""The penalty on the weights: ridge and lasso together (Zou & Hastie 2005, "elastic net")."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ElasticNet:
    """The penalty λ1 ‖W‖₁ + ½ λ2 ‖W‖², each λ one number or one for each entry.

    Attributes
    ----------
    l1, l2 : float, or float64 arrays that broadcast against W
        λ1 and λ2, zero or more, in units of the mean loss by one weight and its square.

    Examples
    --------
    >>> penalty = ElasticNet(l1=1.0, l2=2.0)
    >>> penalty.value(np.array([3.0, -1.0]))
    14.0
    >>> penalty.prox(np.array([4.0, -0.5]), step=1.0)
    array([1., 0.])
    """

    l1: float | Floats
    l2: float | Floats

    def value(self, W: Floats) -> float:
        """Return the penalty of W."""
        return float(np.sum(self.l1 * np.abs(W) + 0.5 * self.l2 * W * W))

    def prox(self, W: Floats, step: float) -> Floats:
        """Return the V that minimises ‖V − W‖²/(2 step) + penalty(V), entry by entry.

        Entries that the lasso's part overcomes are exactly zero (Parikh & Boyd, "Proximal
        algorithms", 2014, section 6.5.3).
        """
        shrunk = np.abs(W) - step * self.l1
        return np.where(shrunk > 0, np.copysign(shrunk, W), 0.0) / (1 + step * self.l2)

    def conjugate(self, A: Floats) -> float:
        """Return max over W of ⟨A, W⟩ − penalty(W): Σ (|A| − λ1)₊² / (2 λ2).

        Where λ2 is zero the answer is zero or, if an entry of |A| exceeds λ1, infinite.
        """
        over = np.maximum(np.abs(A) - self.l1, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.sum(np.where(over > 0, over**2 / (2 * np.asarray(self.l2)), 0.0)))

    def steepest(self, G: Floats, W: Floats) -> Floats:
        """Return the smallest subgradient of loss + penalty at W, G the loss's gradient.

        It is zero at the optimum, and only there.
        """
        smooth = G + self.l2 * W
        at_zero = np.copysign(np.maximum(np.abs(smooth) - self.l1, 0), smooth)
        return np.where(W != 0, smooth + self.l1 * np.sign(W), at_zero)

    def scaled(self, scale: Floats) -> ElasticNet:
        """Return the same penalty as a function of V = W · scale."""
        return ElasticNet(self.l1 / scale, self.l2 / scale**2)
