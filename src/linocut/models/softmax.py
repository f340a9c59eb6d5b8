"""Softmax (multinomial logistic) regression."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_softmax

from linocut.core.links import Link
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows
from linocut.models.linear import Floats
from linocut.models.regression import Regression
from linocut.solve import Softmax


class SoftmaxRegression(Regression):
    """Softmax regression at its optimum, with a certificate of how near.

    Minimises what scikit-learn's ``LogisticRegression`` does for the same ``C``, divided by C·n:
    the mean of −log softmax(W x + b)_y plus ‖W‖²/(2 C n). With two classes, as there, the penalty
    is on the one difference of weights, of which ``coef_`` holds one half with either sign: half
    the difference's square is left of ‖W‖², all of its size of ‖W‖₁.

    Parameters
    ----------
    C : float
        Inverse of the penalty, above zero; infinity is no penalty.
    l1_ratio : float
        Share of the penalty that is ‖W‖₁/(C n), from 0 to 1; the rest is ‖W‖²/(2 C n). Above 0,
        weights become exactly zero, the more the smaller C is; all of them where
        C ≤ l1_ratio / (n · `linocut.solve.largest_l1`).
    fit_intercept : bool
        Whether to fit b; otherwise it is zero.
    tol : float
        Largest relative distance of the objective to its optimum. It is bounded by the dual, not
        guessed from a small gradient.
    max_iter : int
        Iterations at most.
    class_weight : dict, "balanced" or None
        Weight of each class.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, if fitted on flat rows.
    warm_start : bool
        Whether ``fit`` begins at the present weights.
    engine : str
        What computes: ``"threads"``, ``"dask"`` for the active Dask client, or the address of its
        scheduler, ``"tcp://HOST:PORT"``. The weights are the same to the last bit.

    Attributes
    ----------
    objective_ : float
        The mean objective reached.
    gap_ : float
        Bound of its relative distance to the optimum.
    gradient_norm_ : float
        Largest absolute entry of the mean objective's gradient; with L1, of its smallest
        subgradient.
    residual_ : float
        ‖W − C (Y − P)ᵀX‖/‖W‖, zero at the optimum: how far the weights are from being a weighted
        sum of the training rows. NaN without an L2 penalty, or with L1.
    n_iter_ : int
        Iterations taken.
    converged_ : bool
        Whether ``gap_ <= tol``.
    record_ : FitRecord
        Passes, seconds, objective, gradient and gap at each iteration.
    snapshots_ : tuple of Snapshot
        Weights after the iterations that ``fit`` was asked to keep.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> model = SoftmaxRegression(C=0.01).fit(X, y)
    >>> model.converged_, model.coef_.shape
    (True, (10, 64))
    """

    model_kind = ModelKind("softmax", Link.SOFTMAX, iterative=True)

    def _loss(self) -> Softmax:
        return Softmax()

    def _penalty(self, rows: TrainingRows) -> float:
        # With weights −w/2 and w/2, ‖W‖² is half of ‖w‖².
        return super()._penalty(rows) * (2 if len(rows.classes) == 2 else 1)

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each row, shape (n, K)."""
        return self.probabilities(self.scores(X))

    def predict_log_proba(self, X: Any) -> Floats:
        """Return the logarithms of the probabilities, shape (n, K)."""
        return np.asarray(log_softmax(self.scores(X), axis=1))
