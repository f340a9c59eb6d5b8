"""The one loop: step, record, certify, stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import ArrayBlocks, one_blas_thread
from linocut.solve.certificate import DualBound
from linocut.solve.coordinates import Coordinates
from linocut.solve.methods.lbfgs import LBFGS, Trial
from linocut.solve.objective import Objective, Point
from linocut.solve.record import FitRecord, Iteration, Outcome

Floats = NDArray[np.float64]
Callback = Callable[[Iteration], bool | None]


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
) -> Fit:
    """Minimise the objective until it is provably within ``tol`` of its optimum.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), optional
        Where to begin; zero if not given.
    tol : float
        Largest allowed relative distance (f − f*)/f*, as bounded by the dual.
    max_iter : int
        Steps at most.
    callback : callable, optional
        Called with each `Iteration`; a true answer stops the fit.

    Returns
    -------
    Fit
        With ``record.outcome`` telling how it ended.
    """
    with one_blas_thread():
        return _Run(objective, tol, max_iter, callback).go(start)


class _Run:
    """The state of one minimisation."""

    def __init__(
        self, objective: Objective, tol: float, max_iter: int, callback: Callback | None
    ) -> None:
        self.objective, self.tol, self.max_iter = objective, tol, max_iter
        self.callback = callback
        self.began = time.perf_counter()
        self.passes = 0
        self.lines: list[Iteration] = []

    def go(self, start: tuple[Floats, Floats] | None) -> Fit:
        shape = (self.objective.n_classes, self.objective.blocks.shape[1])
        W, b = start if start is not None else (np.zeros(shape), np.zeros(shape[0]))
        self.coordinates = Coordinates.of(self.objective)
        self.bound = DualBound.of(self.objective)
        self.passes += 2
        method: LBFGS[Point] = LBFGS()
        now = self.look(self.coordinates.theta(W, b))
        best = now.point
        outcome = self.report(now, 0.0)
        promising = self.tol  # the reachable gap at which to make the intercept exact
        while outcome is None:
            taken = method.step(now, self.look, self.noise(now.value))
            if taken is None or self.stalled():
                if not self.sharpen():
                    outcome = Outcome.PRECISION
                    break
                method = LBFGS()
                now = self.look(now.theta)
                best = now.point
                continue
            now, step = taken
            best = now.point
            outcome = self.report(now, step)
            if outcome is None and self.bound.reachable_gap(best) <= promising:
                now = self.polish(now)
                best = now.point
                outcome = self.report(now, 0.0)
                promising *= 0.5
        return Fit(best, FitRecord(outcome, tuple(self.lines)))

    def look(self, theta: Floats) -> Trial[Point]:
        point = self.objective.at(*self.coordinates.weights(theta))
        self.passes += 1
        return Trial(theta, point.value, self.coordinates.gradient(point), point)

    def polish(self, now: Trial[Point]) -> Trial[Point]:
        """Make the intercept exact for the present W: the certificate wants residuals of sum 0.

        In float64, since their sum in float32 carries noise that the certificate would count.
        """
        fast, fast_bound = self.objective, self.bound
        self.sharpen()
        now = self.look(now.theta)
        for _ in range(3):
            point = now.point
            if not self.objective.fit_intercept or self.bound.relative_gap(point) <= self.tol:
                break
            H = self.objective.intercept_hessian(point)
            step = np.linalg.lstsq(H, point.gradient_b, rcond=None)[0]
            now = self.look(self.coordinates.theta(point.W, point.b - step))
        if self.bound.relative_gap(now.point) > self.tol:
            self.objective, self.bound = fast, fast_bound
        return now

    def report(self, now: Trial[Point], step: float) -> Outcome | None:
        point = now.point
        gap = self.bound.relative_gap(point)
        largest = max(np.abs(point.gradient_W).max(initial=0), np.abs(point.gradient_b).max())
        seconds = time.perf_counter() - self.began
        line = Iteration(self.passes, seconds, point.value, float(largest), gap, step)
        self.lines.append(line)
        stop = self.callback is not None and self.callback(line)
        if gap <= self.tol:
            return Outcome.CONVERGED
        if stop:
            return Outcome.STOPPED
        if len(self.lines) > self.max_iter:
            return Outcome.MAX_ITER
        return None

    def noise(self, value: float) -> float:
        # Scores carry about one unit in the last place of the blocks' type; the mean over rows
        # averages most of it away.
        return float(np.finfo(self.objective.blocks.dtype).eps) * abs(value)

    def stalled(self, patience: int = 25) -> bool:
        """Tell whether neither value nor certificate got better for a while."""
        if len(self.lines) <= 2 * patience:
            return False
        recent, before = self.lines[-patience:], self.lines[:-patience]
        value = min(line.objective for line in recent)
        gap = min(line.gap for line in recent)
        older = min(line.objective for line in before)
        return value > older - self.noise(older) and gap > 0.9 * min(line.gap for line in before)

    def sharpen(self) -> bool:
        """Go on in float64 where float32 has reached its limit; False if it is float64 already."""
        blocks = self.objective.blocks
        if not isinstance(blocks, ArrayBlocks) or blocks.dtype == np.float64:
            return False
        self.objective = replace(self.objective, blocks=blocks.astype(np.float64))
        self.bound = DualBound.of(self.objective)
        self.passes += 1
        return True
