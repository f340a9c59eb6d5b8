"""Fits along a path of penalties, each starting where the ones before ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import Any

import numpy as np
from scipy.special import log_softmax

from linocut.core import LinocutError
from linocut.core.blocks import Blocks, Matrix
from linocut.core.links import Link
from linocut.models.inputs import TrainingRows, check_parameter
from linocut.models.linear import Floats
from linocut.models.one_vs_rest import OneVsRestRegression
from linocut.models.regression import minimised
from linocut.models.softmax import SoftmaxRegression
from linocut.solve import (
    Fit,
    Iteration,
    Objective,
    Outcome,
    Readings,
    class_sums,
)
from linocut.solve.moments import SquareNorms

Callback = Callable[[Iteration], bool | None]
Model = SoftmaxRegression | OneVsRestRegression

DECADES = 6  # of C, from the first to the last of a grid made here
CUT_SHORT = (Outcome.STOPPED, Outcome.INTERRUPTED)


@dataclass(eq=False)
class Climber:
    """Fits one C after the other to the same rows, each fit starting near its optimum.

    Between optima the weights are nearly linear in log C, so a fit starts on the line through the
    last two.

    Attributes
    ----------
    objective : Objective
        With the L2 penalty of C = 1.
    tol, max_iter
        As of `linocut.solve.minimise`.
    l1_ratio : float
        Share of the penalty that is ‖W‖₁; the objective's is the rest.
    ends : list of (log C, W, b)
        Of the last two fits that converged.
    readings : Readings
        What the fits share.
    """

    objective: Objective
    tol: float
    max_iter: int
    l1_ratio: float = 0.0
    ends: list[tuple[float, Floats, Floats]] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)

    def fit(
        self,
        C: float,
        callback: Callback | None = None,
        near: tuple[Floats, Floats] | None = None,
    ) -> Fit:
        """Fit one C, from a point ``near`` its optimum if one is known."""
        fit = minimised(
            replace(self.objective, penalty=self.objective.penalty / C),
            self.l1_ratio / (C * self.objective.total),
            start=self._ahead(np.log(C)) if near is None else near,
            tol=self.tol,
            max_iter=self.max_iter,
            callback=callback,
            readings=self.readings,
        )
        if fit.record.outcome is Outcome.CONVERGED:
            self.ends = [*self.ends[-1:], (float(np.log(C)), fit.point.W, fit.point.b)]
        else:  # no line leads through it
            self.ends = [(float(np.log(C)), fit.point.W, fit.point.b)]
        return fit

    def _ahead(self, log_C: float) -> tuple[Floats, Floats] | None:
        """Return where to start, None where nothing is known yet."""
        if len(self.ends) < 2:
            return self.ends[0][1:] if self.ends else None
        (first, W0, b0), (last, W1, b1) = self.ends
        along = float(np.clip((log_C - last) / (last - first), 0, 1))
        return W1 + along * (W1 - W0), b1 + along * (b1 - b0)


def climb(
    objective: Objective,
    Cs: Floats,
    *,
    l1_ratio: float = 0.0,
    tol: float,
    max_iter: int,
    callback: Callback | None = None,
) -> Iterator[Fit]:
    """Yield the fit of each C, each starting where the one before ended.

    Parameters
    ----------
    objective : Objective
        With the L2 penalty of C = 1.
    Cs : float64 array, shape (m,)
        Inverse penalties, rising.
    l1_ratio : float
        Share of the penalty that is ‖W‖₁; the objective's is the rest.
    tol, max_iter, callback
        As of `linocut.solve.minimise`.
    """
    climber = Climber(objective, tol, max_iter, l1_ratio)
    for C in Cs:
        yield climber.fit(C, callback)


def inverse_penalties(Cs: Any, rows: TrainingRows) -> Floats:
    """Return the inverse penalties, rising; for an integer, so many around the rows' own scale."""
    wanted = "finite numbers above zero, each once, or how many to take"
    if isinstance(Cs, Integral) and not isinstance(Cs, bool):
        count = int(Cs)
        check_parameter("Cs", Cs, count >= 1, wanted)
        middle, half = _scale(rows), DECADES / 2 if count > 1 else 0.0
        return np.asarray(10.0 ** np.linspace(middle - half, middle + half, count))
    try:
        penalties = np.sort(np.asarray(Cs, dtype=np.float64))
    except (TypeError, ValueError):
        raise LinocutError(f"Cs={Cs!r} — {wanted}") from None
    valid = (
        penalties.ndim == 1
        and penalties.size > 0
        and np.all(np.isfinite(penalties))
        and penalties[0] > 0
    )
    check_parameter("Cs", Cs, bool(valid and np.all(np.diff(penalties) > 0)), wanted)
    return np.asarray(penalties)


def _scale(rows: TrainingRows) -> int:
    """Return −log10 of the mean squared distance to the mean row, rounded to a decade.

    C is the variance of the weights in the prior that the penalty stands for; times that distance,
    it is the variance of a score, whatever the unit of the pixels.
    """
    sums = class_sums(rows.blocks, len(rows.classes))
    square = rows.blocks.sum(SquareNorms()) / sums.total
    distance = square - float(sums.mean @ sums.mean)
    # What is left of rows that are all alike is rounding.
    return -round(np.log10(distance)) if distance > 1e-6 * square else 0


def row_losses(model: Model, blocks: Blocks, fit: Fit) -> tuple[Floats, Any]:
    """Return each row's log loss in nats, and whether it is correctly classified, both (n,)."""
    task = RowLosses(fit.point.W, fit.point.b, model.model_kind.link)
    losses, right = zip(*blocks.map(task), strict=True)
    return np.concatenate(losses), np.concatenate(right)


@dataclass(frozen=True, eq=False)
class RowLosses:
    """The task of `row_losses`."""

    W: Floats
    b: Floats
    link: Link

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[Floats, Any]:
        """See `Task`."""
        Z = np.asarray(X @ self.W.T) + self.b
        if self.link is Link.SOFTMAX:
            log_P = log_softmax(Z, axis=1)
        else:
            log_P = np.log(self.link.probabilities(Z))
        return -log_P[np.arange(len(Z)), y], Z.argmax(axis=1) == y
