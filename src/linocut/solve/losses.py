"""The losses that the objective sums: softmax, one-vs-rest (K sigmoids), two classes by one score.

Each turns a block of scores into its summed loss and its residuals, in place:
``Z`` (K, b) becomes ``R = P − Y``, weighted by row of the data. A column of Z is an image: so sums
over a few classes run along the many images, which is four times as fast as along the classes.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, xlogy

Floats = NDArray[np.floating[Any]]


class Loss(Protocol):
    """What an objective needs to know of its loss."""

    name: str
    shift_invariant: bool  # whether one number added to all scores of an image changes nothing
    largest_curvature: float  # of an image's loss, along any direction of its scores

    def residuals(self, Z: Floats, y: NDArray[np.int64], w: Floats | None) -> float:
        """Replace scores Z (K, b) by weighted residuals; return the summed loss (float64)."""

    def curvatures(self, Z: Floats) -> Floats:
        """Replace scores Z (K, b) by second derivatives of each loss by each score alone."""

    def hessian_product(self, Z: Floats, dZ: Floats, w: Floats | None) -> Floats:
        """Return the weighted change of the residuals, (K, b), when Z changes by a little dZ."""

    def hessian(self, Z: Floats, w: Floats | None) -> NDArray[np.float64]:
        """Return the summed second derivatives of the loss by the scores Z (K, b), shape (K, K)."""

    def probabilities(self, Z: Floats) -> Floats:
        """Replace scores Z (K, b) by probabilities."""

    def entropies(self, P: Floats) -> Floats:
        """Return the entropy of each column of P (K, b): minus the loss's conjugate there."""

    def largest_step(self, p: Floats, direction: Floats) -> float:
        """Return the largest t for which p + t·direction are still probabilities."""


class Softmax:
    """Cross-entropy of the softmax: −log softmax(z)_y."""

    name = "softmax"
    shift_invariant = True
    largest_curvature = 0.5

    def residuals(self, Z: Floats, y: NDArray[np.int64], w: Floats | None) -> float:
        """See `Loss`; the largest score is subtracted first, so nothing overflows."""
        images = np.arange(len(y))
        Z -= Z.max(axis=0)
        z_true = Z[y, images].astype(np.float64)
        np.exp(Z, out=Z)
        total = Z.sum(axis=0)
        losses = np.log(total.astype(np.float64)) - z_true
        Z *= 1 / total
        Z[y, images] -= 1
        return _weighted(losses, Z, w)

    def curvatures(self, Z: Floats) -> Floats:
        """See `Loss`: p(1 − p)."""
        P = self.probabilities(Z)
        P -= P * P
        return P

    def hessian_product(self, Z: Floats, dZ: Floats, w: Floats | None) -> Floats:
        """See `Loss`: (diag(p) − p pᵀ) dz."""
        P = self.probabilities(Z)
        R = P * dZ
        R -= P * R.sum(axis=0)
        return R if w is None else R * w.astype(R.dtype)

    def hessian(self, Z: Floats, w: Floats | None) -> NDArray[np.float64]:
        """See `Loss`: Σ w (diag(p) − p pᵀ)."""
        P = self.probabilities(Z)
        wP = P if w is None else P * w
        return np.asarray(np.diag(wP.sum(axis=1)) - wP @ P.T)

    def probabilities(self, Z: Floats) -> Floats:
        """See `Loss`."""
        Z -= Z.max(axis=0)
        np.exp(Z, out=Z)
        Z *= 1 / Z.sum(axis=0)
        return Z

    def entropies(self, P: Floats) -> Floats:
        """See `Loss`."""
        return np.asarray(-xlogy(P, P).sum(axis=0))

    def largest_step(self, p: Floats, direction: Floats) -> float:
        """See `Loss`; the K probabilities keep their sum, so only zero bounds them."""
        falling = direction < 0
        return float(np.min(p[falling] / -direction[falling], initial=np.inf))


class Sigmoids:
    """K binary problems at once, one class against the rest: Σ_k log(1 + exp(∓z_k))."""

    name = "one-vs-rest"
    shift_invariant = False
    largest_curvature = 0.25

    def residuals(self, Z: Floats, y: NDArray[np.int64], w: Floats | None) -> float:
        """See `Loss`."""
        images = np.arange(len(y))
        z_true = Z[y, images].astype(np.float64)
        # log(1 + e^z) = max(z, 0) + log(1 + e^−|z|) without overflow; the true class has −z for z.
        losses = np.maximum(Z, 0).sum(axis=0, dtype=np.float64) - z_true
        losses += np.log1p(np.exp(-np.abs(Z))).sum(axis=0, dtype=np.float64)
        expit(Z, out=Z)
        Z[y, images] -= 1
        return _weighted(losses, Z, w)

    def curvatures(self, Z: Floats) -> Floats:
        """See `Loss`: p(1 − p)."""
        P = self.probabilities(Z)
        P -= P * P
        return P

    def hessian_product(self, Z: Floats, dZ: Floats, w: Floats | None) -> Floats:
        """See `Loss`: p(1 − p) dz."""
        R = self.curvatures(Z) * dZ
        return R if w is None else R * w.astype(R.dtype)

    def hessian(self, Z: Floats, w: Floats | None) -> NDArray[np.float64]:
        """See `Loss`: Σ w p(1 − p) on the diagonal."""
        curvature = self.curvatures(Z)
        return np.diag((curvature if w is None else curvature * w).sum(axis=1))

    def probabilities(self, Z: Floats) -> Floats:
        """See `Loss`."""
        return np.asarray(expit(Z, out=Z))

    def entropies(self, P: Floats) -> Floats:
        """See `Loss`."""
        return np.asarray(-(xlogy(P, P) + xlogy(1 - P, 1 - P)).sum(axis=0))

    def largest_step(self, p: Floats, direction: Floats) -> float:
        """See `Loss`; each probability has a bound on both sides."""
        falling, rising = direction < 0, direction > 0
        down = np.min(p[falling] / -direction[falling], initial=np.inf)
        up = np.min((1 - p[rising]) / direction[rising], initial=np.inf)
        return float(min(down, up))


class OneScore(Sigmoids):
    """Two classes and one score: that of class 1 above class 0. log(1 + e^z) − y z."""

    name = "binary"

    def residuals(self, Z: Floats, y: NDArray[np.int64], w: Floats | None) -> float:
        """See `Loss`."""
        z = Z[0].astype(np.float64)
        losses = np.logaddexp(0, z) - y * z
        self.probabilities(Z)
        Z[0] -= y
        return _weighted(losses, Z, w)


def _weighted(losses: NDArray[np.float64], R: Floats, w: Floats | None) -> float:
    """Weight the residuals in place and sum the losses."""
    if w is None:
        return float(losses.sum())
    R *= w.astype(R.dtype)
    return float(losses @ w)
