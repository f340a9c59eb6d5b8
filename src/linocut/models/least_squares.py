"""Least squares on the indicators of the classes: a classifier in closed form."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from linocut.models.inputs import check_parameter, training_rows
from linocut.models.linear import LinearClassifier
from linocut.solve import solve_ridge


class LeastSquaresClassifier(LinearClassifier):
    """Fit each class's indicator (1 for its images, 0 for others) by least squares with a ridge.

    Minimises Σ_i w_i ‖W x_i + b − y_i‖² + alpha·‖W‖², the intercept not penalised.

    Parameters
    ----------
    alpha : float
        Ridge, zero or more, in the unit of squared pixels. Zero takes the solution of least norm.
    fit_intercept : bool
        Whether to fit b; otherwise it is zero.
    class_weight : dict, "balanced" or None
        Weight of each class.
    image_shape : (int, int), optional
        Height and width, if fitted on flat rows.

    Attributes
    ----------
    objective_ : float
        The minimum divided by the sum of the weights.
    gradient_norm_ : float
        Largest absolute entry of its gradient: rounding only.
    n_iter_, converged_ : int, bool
        1 and True: a closed form.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> model = LeastSquaresClassifier(image_shape=(8, 8)).fit(X[:1000], y[:1000])
    >>> bool(model.score(X[1000:], y[1000:]) > 0.85)
    True
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.image_shape = image_shape

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Solve the normal equations.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), or sparse (n, d)
            Rows or images.
        y : array, shape (n,)
            Labels.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.
        """
        finite = np.isfinite(self.alpha) and self.alpha >= 0
        check_parameter("alpha", self.alpha, finite, "a finite number, zero or more")
        rows = training_rows(self, X, y, sample_weight)
        solution = solve_ridge(
            rows.blocks.astype(np.float64),
            rows.y,
            rows.weights,
            len(rows.classes),
            float(self.alpha),
            fit_intercept=self.fit_intercept,
        )
        self._keep(rows, solution.W, solution.b)
        self.objective_ = solution.objective
        self.gradient_norm_ = solution.gradient_norm
        self.n_iter_, self.converged_ = 1, True
        return self
