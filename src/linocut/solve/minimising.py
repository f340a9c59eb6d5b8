"""Minimise an objective to within a proven distance of its optimum."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import EngineLost, LinocutError
from linocut.core.blas import one_blas_thread
from linocut.solve.loop import Finished, Loop, Method
from linocut.solve.methods.preconditioned import PreconditionedLBFGS
from linocut.solve.methods.screened import ScreenedProximal
from linocut.solve.methods.truncated_newton import TruncatedNewton
from linocut.solve.objective import Objective, Point
from linocut.solve.products import quiet
from linocut.solve.readings import Readings
from linocut.solve.record import FitRecord, Iteration, Outcome, Snapshot
from linocut.solve.row_space import RowSpace

Floats = NDArray[np.float64]
Callback = Callable[[Iteration], bool | None]
Start = tuple[Floats, Floats] | None


@dataclass(frozen=True, eq=False)
class Fit:
    """The best point found and the record of the way there.

    Attributes
    ----------
    point : Point
        Weights, intercept, objective and gradient.
    record : FitRecord
        All iterations and the outcome.
    snapshots : tuple of Snapshot
        Weights after the iterations that were to be kept.
    """

    point: Point
    record: FitRecord
    snapshots: tuple[Snapshot, ...] = ()

    def unless_interrupted(self) -> Fit:
        """Return the fit; for who needs all of it, or nothing.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C ended it.
        """
        if self.record.outcome is Outcome.INTERRUPTED:
            raise KeyboardInterrupt
        return self


class Abandoned(EngineLost):
    """A fit that lost its engine on the way.

    Attributes
    ----------
    fit : Fit
        How far it had come.
    """

    def __init__(self, message: str, fit: Fit) -> None:
        super().__init__(message)
        self.fit = fit


def minimise(
    objective: Objective,
    *,
    start: tuple[Floats, Floats] | None = None,
    tol: float = 1e-6,
    max_iter: int = 1000,
    callback: Callback | None = None,
    keep: Container[int] = (),
    random_state: int | np.random.Generator = 0,
    readings: Readings | None = None,
) -> Fit:
    """Minimise the objective until it is provably within ``tol`` of its optimum.

    Ctrl-C ends the fit and keeps the best point so far: if it comes before the first full pass,
    the start, or how far the rough fit has come, or zero weights.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty, or with none.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), optional
        Where to begin; if not given, at a rough fit of some of the rows.
    tol : float
        Largest allowed relative distance (f − f*)/f*, as bounded by the dual.
        Without a penalty, by the dual point that a Newton step leads to; classes that can be
        separated have no optimum then, which ends the fit.
    max_iter : int
        Steps at most.
    callback : callable, optional
        Called with each `Iteration`; a true answer stops the fit.
    keep : container of int
        Iterations, 0 is the start, whose weights are kept as snapshots.
    random_state : int or numpy.random.Generator
        Of the samples of rows that stand for all in the preconditioner and in the rough fits.
    readings : Readings, optional
        What several fits share whose objectives differ in the penalty alone.

    Returns
    -------
    Fit
        With ``record.outcome`` telling how it ended.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> from linocut.solve import Softmax
    >>> X, y = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([0, 0, 1, 1])
    >>> objective = Objective(ArrayBlocks(X, np.float64, y), Softmax(), 0.25, 2)
    >>> fit = minimise(objective)
    >>> fit.record.outcome.name, fit.point.W.round(2).tolist()
    ('CONVERGED', [[-0.67], [0.67]])
    """
    rng = np.random.default_rng(random_state)

    def run(objective: Objective, start: Start, callback: Callback | None, shared: Readings) -> Fit:
        with one_blas_thread(), quiet():
            method: Method[Any, Iteration] = (
                TruncatedNewton(objective, start, tol, rng)
                if TruncatedNewton.suits(objective)
                else PreconditionedLBFGS(objective, start, tol, rng, shared)
            )
            return _run(Loop(method, max_iter, tol, callback, keep))

    shared = readings or Readings()
    inside = shared.row_space(objective)
    if inside is None:
        return run(objective, start, callback, shared)
    fit = _in_row_space(*inside, run, start, callback)
    if fit.record.outcome is Outcome.CONVERGED and fit.record.last.gap > tol:
        return run(objective, (fit.point.W, fit.point.b), callback, shared)
    return fit


def _in_row_space(
    space: RowSpace,
    shared: Readings,
    run: Callable[[Objective, Start, Callback | None, Readings], Fit],
    start: Start,
    callback: Callback | None,
) -> Fit:
    inner = run(
        space.inner,
        None if start is None else (space.inward(start[0]), start[1]),
        None if callback is None else lambda line: callback(space.told(line)),
        shared,
    )
    return Fit(*space.finished(inner.point, inner.record, inner.snapshots))


def minimise_sparse(
    objective: Objective,
    *,
    l1: float,
    start: tuple[Floats, Floats] | None = None,
    tol: float = 1e-6,
    max_iter: int = 1000,
    callback: Callback | None = None,
    keep: Container[int] = (),
) -> Fit:
    """Minimise objective + λ1 ‖W‖₁ until it is provably within ``tol`` of its optimum.

    Ctrl-C ends the fit and keeps the best point so far: if it comes before the first full pass,
    the start, or zero weights.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty, which may be zero here.
    l1 : float
        λ1, above zero, in units of the mean loss by one weight. From `largest_l1` up, all weights
        are zero, and that is found in three passes.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), optional
        Where to begin; W = 0 with its best intercept if not given.
    tol : float
        Largest allowed relative distance (f − f*)/f*, as bounded by the dual.
    max_iter : int
        Steps at most.
    callback : callable, optional
        Called with each `Iteration`; a true answer stops the fit.
    keep : container of int
        Iterations, 0 is the start, whose weights are kept as snapshots.

    Returns
    -------
    Fit
        With ``record.outcome`` telling how it ended. Values include both penalties; the point's
        gradient is without the lasso's part, and ``gradient_norm`` in the record is the largest
        entry of the smallest subgradient.

    Raises
    ------
    LinocutError
        If ``l1`` is not above zero: `minimise` is for that.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> from linocut.solve import Softmax, largest_l1
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(90, 8)), np.arange(90) % 3
    >>> X[:, 0] += y
    >>> objective = Objective(ArrayBlocks(X, np.float64, y), Softmax(), 0.0, 3)
    >>> fit = minimise_sparse(objective, l1=0.5 * largest_l1(objective))
    >>> fit.record.outcome.name, np.count_nonzero(fit.point.W, axis=0).tolist()
    ('CONVERGED', [2, 0, 0, 0, 0, 0, 0, 0])
    """
    if not l1 > 0:
        raise LinocutError(f"l1={l1!r} — a number above zero; without a lasso, use minimise")
    with one_blas_thread(), quiet():
        method = ScreenedProximal(objective, l1, start, tol)
        return _run(Loop(method, max_iter, tol, callback, keep))


def _run(loop: Loop[Any, Iteration]) -> Fit:
    try:
        return _fit(loop.run())
    except EngineLost as lost:
        reached = loop.reached()
        if reached is None:
            raise
        fit = _fit(reached)
        W, _ = loop.method.weights(reached.point)
        if W.shape != fit.point.W.shape:  # only some columns were left, and no pass can be made
            whole = replace(fit.point, W=W, gradient_W=np.full(W.shape, np.nan))
            fit = replace(fit, point=whole)
        raise Abandoned(str(lost), fit) from lost


def _fit(found: Finished[Any, Iteration]) -> Fit:
    return Fit(found.point.point, FitRecord(found.outcome, found.lines), found.snapshots)
