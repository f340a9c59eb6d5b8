"""Logistic regression of two classes with one weight vector."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_expit

from linocut.core import LinocutError
from linocut.core.links import Link
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows
from linocut.models.linear import Floats
from linocut.models.regression import Regression
from linocut.solve import OneScore


class BinaryRegression(Regression):
    """Logistic regression of two classes: the odds of the second are exp(w x + b).

    The textbook's model, and scikit-learn's ``LogisticRegression`` for the same ``C``, divided by
    C·n. It is softmax regression with the weights of the first class held at zero, and ``coef_``
    shows it as that: zero in the first row, w in the second.

    Parameters
    ----------
    C : float
        Inverse of the penalty, above zero; infinity is no penalty.
    l1_ratio : float
        0: this model has the L2 penalty only.
    fit_intercept : bool
        Whether to fit b; otherwise it is zero.
    tol : float
        Largest relative distance of the objective to its optimum, as bounded by the dual.
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
    objective_, gap_, residual_, gradient_norm_, n_iter_, converged_, record_, snapshots_
        As of `SoftmaxRegression`.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(n_class=2, return_X_y=True)
    >>> model = BinaryRegression(C=0.01).fit(X, y)
    >>> model.converged_, model.coef_.shape, float(np.abs(model.coef_[0]).max())
    (True, (2, 64), 0.0)
    """

    model_kind = ModelKind("binary", Link.SOFTMAX, iterative=True)

    def _loss(self) -> OneScore:
        return OneScore()

    def _n_scores(self, rows: TrainingRows) -> int:
        if len(rows.classes) != 2:
            raise LinocutError(
                "Only binary classification is supported. BinaryRegression has one weight vector, "
                f"and y has {len(rows.classes)} classes — use SoftmaxRegression"
            )
        if self.l1_ratio != 0:
            raise LinocutError(
                f"l1_ratio={self.l1_ratio!r} — BinaryRegression has the L2 penalty only (0); "
                "SoftmaxRegression fits the same model with L1"
            )
        return 1

    def _keep(self, rows: TrainingRows, W: Floats, b: Floats) -> None:
        super()._keep(rows, np.vstack([np.zeros_like(W), W]), np.append(0.0, b))

    def _start(self, rows: TrainingRows) -> tuple[Floats, Floats] | None:
        start = super()._start(rows)
        return None if start is None else (start[0][1:], start[1][1:])

    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class for each row, shape (n, 2)."""
        return self.probabilities(self.scores(X))

    def predict_log_proba(self, X: Any) -> Floats:
        """Return the logarithms of the probabilities, shape (n, 2)."""
        return np.asarray(log_expit(self.decision_function(X)[:, None] * [-1, 1]))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
