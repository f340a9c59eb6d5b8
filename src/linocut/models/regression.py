"""What softmax and one-vs-rest regression share: fitting by the one loop in `linocut.solve`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Container
from typing import Any, Literal, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from linocut.core import EngineLost
from linocut.core.colour import Shape
from linocut.models.constant_columns import into_intercept, without
from linocut.models.inputs import TrainingRows, check_parameter, training_rows
from linocut.models.linear import Floats, LinearClassifier
from linocut.solve import (
    Abandoned,
    Fit,
    FitRecord,
    Iteration,
    Objective,
    OneScore,
    Outcome,
    Readings,
    Sigmoids,
    Snapshot,
    Softmax,
    minimise,
    minimise_sparse,
    relative_residual,
)


class Regression(LinearClassifier):
    """A linear classifier fitted by minimising a convex loss with an L2 or L1 penalty, or both.

    Subclasses name the loss and turn scores into probabilities.
    """

    record_: FitRecord
    snapshots_: tuple[Snapshot, ...]

    def __init__(
        self,
        C: float = 1.0,
        *,
        l1_ratio: float = 0.0,
        fit_intercept: bool = True,
        tol: float = 1e-6,
        max_iter: int = 1000,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
        image_shape: Shape | None = None,
        warm_start: bool = False,
        engine: str = "threads",
    ) -> None:
        self.C = C
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.image_shape = image_shape
        self.warm_start = warm_start
        self.engine = engine

    def probabilities(self, scores: Any) -> Floats:
        """Return the probabilities that belong to scores, both of shape (n, K)."""
        return self.model_kind.link.probabilities(scores)

    def _loss(self) -> Softmax | Sigmoids | OneScore:
        raise TypeError(f"{type(self).__name__} names no loss — use one of its subclasses")

    def _penalty(self, rows: TrainingRows) -> float:
        return 1 / (self.C * rows.total)

    def _lasso(self, rows: TrainingRows) -> float:
        return self.l1_ratio / (self.C * rows.total)

    def fit(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        callback: Callable[[Iteration], bool | None] | None = None,
        keep: Container[int] = (),
        readings: Readings | None = None,
    ) -> Self:
        """Minimise the objective to within ``tol`` of its optimum, relatively.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), sparse (n, d), or RowSource
            Rows or images, or rows on disk as `linocut.solve.rows.open_rows` opens them. Bytes and
            float32 are computed in float32 (sums in float64), and in float64 where that is needed
            for the tolerance.
        y : array, shape (n,), optional
            Labels; those of a `RowSource` if not given.
        sample_weight : array, shape (n,), optional
            Weight of each row, not negative.
        callback : callable, optional
            Called with each `Iteration` of the record; a true answer ends the fit. So does Ctrl-C;
            both leave the best weights so far.
        keep : container of int
            Iterations whose weights to keep in ``snapshots_``, to replay the fit; 0 is the start.
        readings : Readings, optional
            What several fits of the same rows share whose C alone differs.

        Raises
        ------
        EngineLost
            If a cluster is lost on the way; the weights so far are kept.

        Warns
        -----
        ConvergenceWarning
            If the fit ended before the certificate held; the message says what to do.
        """
        self._check_parameters()
        rows = training_rows(self, X, y, sample_weight)
        objective = self._objective(rows)
        try:
            fit = self._minimised(
                rows,
                objective,
                self._start(rows),
                callback=callback,
                keep=keep,
                readings=readings,
            )
        except Abandoned as lost:
            self._keep_fit(rows, objective, lost.fit)
            raise EngineLost(
                f"{lost} (the weights of iteration {self.n_iter_} are kept; with warm_start=True "
                "the next fit goes on from them)"
            ) from lost
        self._keep_fit(rows, objective, fit)
        if not self.converged_:
            reached = f"{self.gap_:.1e}" if np.isfinite(self.gap_) else "unbounded"
            warnings.warn(
                f"{type(self).__name__}: {fit.record.outcome.value} "
                f"(gap {reached} after {self.n_iter_} iterations, tol {self.tol:g})",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def _objective(self, rows: TrainingRows) -> Objective:
        blocks = rows.blocks
        if self.fit_intercept and rows.constants is not None:
            blocks = without(blocks, rows.constants)
        return Objective(
            blocks,
            self._loss(),
            (1 - self.l1_ratio) * self._penalty(rows),
            self._n_scores(rows),
            self.fit_intercept,
        )

    def _minimised(
        self,
        rows: TrainingRows,
        objective: Objective,
        start: tuple[Floats, Floats] | None,
        *,
        callback: Callable[[Iteration], bool | None] | None = None,
        keep: Container[int] = (),
        readings: Readings | None = None,
    ) -> Fit:
        return minimised(
            objective,
            self._lasso(rows),
            start=start,
            tol=self.tol,
            max_iter=self.max_iter,
            callback=callback,
            keep=keep,
            readings=readings,
        )

    def _n_scores(self, rows: TrainingRows) -> int:
        return len(rows.classes)

    def _keep_fit(self, rows: TrainingRows, objective: Objective, fit: Fit) -> None:
        self._keep(rows, fit.point.W, fit.point.b)
        self.record_ = fit.record
        self.snapshots_ = fit.snapshots
        self.n_iter_ = max(1, len(fit.record.iterations) - 1)
        self.objective_ = fit.point.value
        self.gradient_norm_ = fit.record.last.gradient_norm
        # With L1 the weights are no sum of rows.
        sum_of_rows = self.l1_ratio == 0
        self.residual_ = relative_residual(objective, fit.point) if sum_of_rows else np.nan
        self.gap_ = fit.record.last.gap
        self.converged_ = fit.record.outcome is Outcome.CONVERGED

    def _check_parameters(self) -> None:
        check_parameter("C", self.C, self.C > 0, "a number above zero; infinity is no penalty")
        share = 0 <= self.l1_ratio <= 1
        check_parameter("l1_ratio", self.l1_ratio, share, "a number from 0 to 1")
        check_parameter("tol", self.tol, self.tol > 0, "a number above zero")
        check_parameter("max_iter", self.max_iter, self.max_iter >= 1, "an integer from 1 up")

    def _start(self, rows: TrainingRows) -> tuple[Floats, Floats] | None:
        if not self.warm_start or not hasattr(self, "coef_"):
            return None
        if self.coef_.shape != (len(rows.classes), rows.blocks.shape[1]):
            return None
        if self.fit_intercept and rows.constants is not None:
            return into_intercept(self.coef_, self.intercept_, rows.constants)
        return self.coef_, self.intercept_


def minimised(
    objective: Objective, l1: float, *, readings: Readings | None = None, **options: Any
) -> Fit:
    """Minimise objective + λ1 ‖W‖₁; the readings are of use where λ1 is zero.

    Parameters
    ----------
    objective, readings, **options
        As of `linocut.solve.minimise`.
    l1 : float
        λ1, from zero up.
    """
    if l1 > 0:
        return minimise_sparse(objective, l1=l1, **options)
    return minimise(objective, readings=readings, **options)
