"""The one loop: step, record, certify, stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import one_blas_thread
from linocut.solve.certificate import DualBound
from linocut.solve.compact import compacted
from linocut.solve.methods.lbfgs import LBFGS, Trial
from linocut.solve.moments import column_moments
from linocut.solve.objective import Objective, Point
from linocut.solve.preconditioner import PreconditionerMaker
from linocut.solve.record import FitRecord, Iteration, Outcome

Floats = NDArray[np.float64]
Callback = Callable[[Iteration], bool | None]

SAMPLE = 4_000  # rows of the first rough fit, and those by which columns are judged
GROWTH = 16  # how many times more rows the next one has
PAIR_BYTES = 128 << 20  # what L-BFGS may remember


@dataclass(frozen=True, eq=False)
class Fit:
    """The best point found and the record of the way there."""

    point: Point
    record: FitRecord


def minimise(
    objective: Objective,
    *,
    start: tuple[Floats, Floats] | None = None,
    tol: float = 1e-6,
    max_iter: int = 1000,
    callback: Callback | None = None,
    seed: int = 0,
) -> Fit:
    """Minimise the objective until it is provably within ``tol`` of its optimum.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), optional
        Where to begin; if not given, at the rough fit of a few rows.
    tol : float
        Largest allowed relative distance (f − f*)/f*, as bounded by the dual.
    max_iter : int
        Steps at most.
    callback : callable, optional
        Called with each `Iteration`; a true answer stops the fit.
    seed : int
        Of the samples of rows that the preconditioner and the first rough fits use.

    Returns
    -------
    Fit
        With ``record.outcome`` telling how it ended.
    """
    with one_blas_thread():
        return _Run(objective, tol, max_iter, callback, np.random.default_rng(seed)).go(start)


class _Run:
    """The state of one minimisation."""

    def __init__(
        self,
        objective: Objective,
        tol: float,
        max_iter: int,
        callback: Callback | None,
        rng: np.random.Generator,
    ) -> None:
        self.began = time.perf_counter()
        self.objective = replace(objective, blocks=compacted(objective.blocks))
        self.tol, self.max_iter, self.callback, self.rng = tol, max_iter, callback, rng
        self.passes = 0.0
        self.lines: list[Iteration] = []

    def go(self, start: tuple[Floats, Floats] | None) -> Fit:
        objective = self.objective
        n, d = objective.blocks.shape
        rows = self.sample(SAMPLE)
        weights = None if objective.weights is None else objective.weights[rows]
        self.moments = column_moments(
            objective.blocks.take(rows), weights, centred=objective.fit_intercept
        )
        if start is None:
            theta = self.rough_start()
        else:
            W, b = start
            theta = np.column_stack([W, b])
        self.bound = DualBound.of(objective)
        self.passes += 0.5
        memory = int(np.clip(PAIR_BYTES // (16 * theta.size), 5, 40))
        maker = PreconditionerMaker(objective, *self.moments, self.rng)
        now = self.look(theta)
        best = now.point
        outcome = self.report(now, 0.0)
        method = LBFGS[Point](self.made(maker, now.point, 0.6), memory)
        built = Build(self.passes, np.inf)
        promising = self.tol  # the reachable gap at which to make the intercept exact
        while outcome is None:
            taken = method.step(now, self.look, self.noise(now.value))
            if taken is None or self.stalled():
                if not self.sharpen():
                    outcome = Outcome.PRECISION
                    break
                method = LBFGS(method.precondition, memory)
                now = self.look(now.theta)
                best = now.point
                continue
            now, step = taken
            best = now.point
            outcome = self.report(now, step)
            if outcome is not None:
                break
            if built.outdated(method.promise / now.value):
                method.precondition = self.made(maker, now.point)
                built = Build(self.passes, method.promise / now.value)
            if self.bound.reachable_gap(best) <= promising:
                now = self.polish(now)
                best = now.point
                outcome = self.report(now, 0.0)
                promising *= 0.5
        return Fit(best, FitRecord(outcome, tuple(self.lines)))
