"""The losses seen from the dual: entropies of many rows, and how strongly they are concave."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from linocut.solve.losses import Loss, Sigmoids, Softmax

Floats = NDArray[np.floating[Any]]


class Conjugate(Protocol):
    """What a dual certificate needs to know of a loss."""

    concavity: float  # μ: H lies below its tangents by ½ μ ‖step‖², 1 / the loss's most curvature

    def entropies(self, P: Floats) -> NDArray[np.float64]:
        """Return the entropy of each column of P (K, b), shape (b,)."""

    def one_class(self, n_classes: int) -> float:
        """Return the largest part of a step of P, by length, that can fall on one class."""

    def at_zero(self, n_classes: int) -> NDArray[np.float64]:
        """Return the probabilities that belong to scores of zero, shape (K,)."""


class SoftmaxConjugate:
    """−Σ_k p_k log p_k on the simplex; log Σ exp has no curvature above ½."""

    concavity = 2.0

    def entropies(self, P: Floats) -> NDArray[np.float64]:
        """See `Conjugate`."""
        return np.asarray(-xlogy(P, P).sum(axis=0), dtype=np.float64)

    def one_class(self, n_classes: int) -> float:
        """See `Conjugate`; the K entries of a step have sum zero."""
        return float(np.sqrt(1 - 1 / n_classes))

    def at_zero(self, n_classes: int) -> NDArray[np.float64]:
        """See `Conjugate`."""
        return np.full(n_classes, 1 / n_classes)


class SigmoidsConjugate:
    """−Σ_k (p_k log p_k + (1 − p_k) log(1 − p_k)); a sigmoid is no steeper than ¼."""

    concavity = 4.0

    def entropies(self, P: Floats) -> NDArray[np.float64]:
        """See `Conjugate`."""
        return np.asarray(-(xlogy(P, P) + xlogy(1 - P, 1 - P)).sum(axis=0), dtype=np.float64)

    def one_class(self, n_classes: int) -> float:
        """See `Conjugate`."""
        return 1.0

    def at_zero(self, n_classes: int) -> NDArray[np.float64]:
        """See `Conjugate`."""
        return np.full(n_classes, 0.5)


def conjugate_of(loss: Loss) -> Conjugate:
    """Return what belongs to the loss.

    Raises
    ------
    TypeError
        If it is none of those known here.
    """
    if isinstance(loss, Softmax):
        return SoftmaxConjugate()
    if isinstance(loss, Sigmoids):
        return SigmoidsConjugate()
    raise TypeError(f"{type(loss).__name__} has no known conjugate — known: Softmax, Sigmoids")
