"""What softmax and one-vs-rest regression share: fitting by the one loop in `linocut.solve`."""

from __future__ import annotations

import warnings
from typing import Any, Literal, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.linear import Floats, LinearClassifier
from linocut.solve import (
    FitRecord,
    Objective,
    Outcome,
    Sigmoids,
    Softmax,
    minimise,
    minimise_sparse,
)


class Regression(LinearClassifier):
    """A linear classifier fitted by minimising a convex loss with an L2 or L1 penalty, or both.

    Subclasses name the loss and turn scores into probabilities.
    """

    record_: FitRecord

    def __init__(
        self,
        C: float = 1.0,
        *,
        l1_ratio: float = 0.0,
        fit_intercept: bool = True,
        tol: float = 1e-6,
        max_iter: int = 1000,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: tuple[int, int] | None = None,
        warm_start: bool = False,
    ) -> None:
        self.C = C
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.image_shape = image_shape
        self.warm_start = warm_start

    def _loss(self) -> Softmax | Sigmoids:
        raise TypeError(f"{type(self).__name__} names no loss — use one of its subclasses")

    def _penalty(self, rows: TrainingRows) -> float:
        return 1 / (self.C * rows.total)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Minimise the objective to within ``tol`` of its optimum, relatively.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), or sparse (n, d)
            Rows or images. Bytes and float32 are computed in float32 (sums in float64), and in
            float64 where that is needed for the tolerance.
        y : array, shape (n,)
            Labels.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.

        Warns
        -----
        ConvergenceWarning
            If the fit ended before the certificate held; the message says what to do.
        """
        self._check_parameters()
        rows = training_rows(self, X, y, sample_weight)
        objective = Objective(
            rows.blocks,
            rows.y,
            rows.weights,
            self._loss(),
            (1 - self.l1_ratio) * self._penalty(rows),
            len(rows.classes),
            self.fit_intercept,
        )
        start, l1 = self._start(rows), self.l1_ratio / (self.C * rows.total)
        if l1 > 0:
            fit = minimise_sparse(
                objective, l1=l1, start=start, tol=self.tol, max_iter=self.max_iter
            )
        else:
            fit = minimise(objective, start=start, tol=self.tol, max_iter=self.max_iter)
        self._keep(rows, fit.point.W, fit.point.b)
        self.record_ = fit.record
        self.n_iter_ = max(1, len(fit.record.iterations) - 1)
        self.objective_ = fit.point.value
        self.gradient_norm_ = fit.record.last.gradient_norm
        self.gap_ = fit.record.last.gap
        self.converged_ = fit.record.outcome is Outcome.CONVERGED
        if not self.converged_:
            reached = f"{self.gap_:.1e}" if np.isfinite(self.gap_) else "unbounded"
            warnings.warn(
                f"{type(self).__name__}: {fit.record.outcome.value} "
                f"(gap {reached} after {self.n_iter_} iterations, tol {self.tol:g})",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def _check_parameters(self) -> None:
        positive = np.isfinite(self.C) and self.C > 0
        check_parameter("C", self.C, positive, "a finite number above zero")
        share = 0 <= self.l1_ratio <= 1
        check_parameter("l1_ratio", self.l1_ratio, share, "a number from 0 to 1")
        check_parameter("tol", self.tol, self.tol > 0, "a number above zero")
        check_parameter("max_iter", self.max_iter, self.max_iter >= 1, "an integer from 1 up")

    def _start(self, rows: TrainingRows) -> tuple[Floats, Floats] | None:
        if not self.warm_start or not hasattr(self, "coef_"):
            return None
        if self.coef_.shape != (len(rows.classes), rows.blocks.shape[1]):
            return None
        return self.coef_, self.intercept_
