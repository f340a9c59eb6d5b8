"""Least squares on the indicators of the classes: a classifier in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from linocut.core.colour import Shape
from linocut.core.steps import ModelKind
from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.linear import LinearClassifier
from linocut.solve import NormalEquations, solve_ridge


@dataclass(frozen=True, eq=False)
class _Read:
    """The rows that were read last, and their normal equations."""

    given: tuple[Any, Any, Any]
    rows: TrainingRows
    equations: NormalEquations


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
    image_shape : (int, int) or (int, int, 3), optional
        Height and width, if fitted on flat rows.
    dtype : {"float64", "float32"}
        In which products are formed; sums over blocks of rows are in float64 either way. Single
        precision takes half the time, and is enough where ``alpha`` is not tiny.
    warm_start : bool
        Whether ``fit`` keeps the normal equations, so that on the same rows another ``alpha`` costs
        no other reading of them.
    engine : str
        What computes: ``"threads"``, ``"dask"`` for the active Dask client, or the address of its
        scheduler, ``"tcp://HOST:PORT"``. The weights are the same to the last bit.

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

    model_kind = ModelKind("least-squares")

    _read: _Read | None = None

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        fit_intercept: bool = True,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: Shape | None = None,
        dtype: Literal["float64", "float32"] = "float64",
        warm_start: bool = False,
        engine: str = "threads",
    ) -> None:
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.image_shape = image_shape
        self.dtype = dtype
        self.warm_start = warm_start
        self.engine = engine

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Solve the normal equations.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), sparse (n, d), or RowSource
            Rows or images.
        y : array, shape (n,), optional
            Labels; those of a `RowSource` if not given.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.
        """
        finite = np.isfinite(self.alpha) and self.alpha >= 0
        check_parameter("alpha", self.alpha, finite, "a finite number, zero or more")
        check_parameter(
            "dtype", self.dtype, self.dtype in {"float64", "float32"}, "float64 or float32"
        )
        given = (X, y, sample_weight)
        kept = self._read if self.warm_start else None
        if kept is not None and all(a is b for a, b in zip(kept.given, given, strict=True)):
            rows, equations = kept.rows, kept.equations
        else:
            rows = training_rows(self, X, y, sample_weight)
            equations = None
        blocks, K = rows.blocks.astype(np.dtype(self.dtype)), len(rows.classes)
        n, d = blocks.shape
        # Weights of mean one, and the ridge in proportion: the same optimum, in safe numbers.
        alpha = float(self.alpha) * (n / rows.total)
        intercept = self.fit_intercept
        if equations is None and self.warm_start and n >= d:
            equations = NormalEquations.of(blocks, K, fit_intercept=intercept)
            self._read = _Read(given, rows, equations)
        solution = (
            equations.solve(alpha)
            if equations is not None
            else solve_ridge(blocks, K, alpha, fit_intercept=intercept)
        )
        self._keep(rows, solution.W, solution.b)
        self.objective_ = solution.objective
        self.gradient_norm_ = solution.gradient_norm
        self.n_iter_, self.converged_ = 1, True
        return self
