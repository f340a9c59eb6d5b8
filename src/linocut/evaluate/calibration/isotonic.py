"""Isotonic regression of each class's probability, through scikit-learn: to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class IsotonicCalibration:
    """A rising function for each class's probability, and their sum divided out.

    Attributes
    ----------
    functions : tuple of K IsotonicRegression
        Fitted, one a class.

    Notes
    -----
    B. Zadrozny and C. Elkan, "Transforming classifier scores into accurate multiclass probability
    estimates", KDD 2002; what scikit-learn's ``CalibratedClassifierCV(method="isotonic")`` does.
    It cannot be folded into weights.

    Examples
    --------
    >>> P = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
    >>> IsotonicCalibration.fit(P, np.array([0, 1, 1]))(P)
    array([[1., 0.],
           [0., 1.],
           [0., 1.]])
    """

    functions: tuple[Any, ...]

    @classmethod
    def fit(cls, probabilities: NDArray[Any], labels: NDArray[np.int64]) -> IsotonicCalibration:
        """Fit to probabilities (n, K) and classes (n,), 0 to K − 1."""
        from sklearn.isotonic import IsotonicRegression  # loads on use

        return cls(
            tuple(
                IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p, labels == k)
                for k, p in enumerate(np.asarray(probabilities, np.float64).T)
            )
        )

    def __call__(self, probabilities: NDArray[Any]) -> Floats:
        """Return other probabilities, shape (n, K); all alike where every class would get 0."""
        P = np.asarray(probabilities, np.float64)
        made = np.stack([f.predict(p) for f, p in zip(self.functions, P.T, strict=True)], axis=1)
        total = made.sum(axis=1, keepdims=True)
        return np.where(total > 0, made / np.where(total > 0, total, 1), 1 / P.shape[1])
