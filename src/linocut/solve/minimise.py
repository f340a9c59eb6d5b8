"""The one loop: step, record, certify, stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import one_blas_thread
from linocut.solve.certificate import DualBound, newton_gap
from linocut.solve.compact import compacted
from linocut.solve.methods.lbfgs import LBFGS, Trial
from linocut.solve.moments import column_moments
from linocut.solve.objective import Objective, Point
from linocut.solve.preconditioner import Preconditioner, PreconditionerMaker
from linocut.solve.record import FitRecord, Iteration, Outcome, Snapshot
from linocut.solve.rough_start import look, rough_start
from linocut.solve.separation import optimum_exists, separates

Floats = NDArray[np.float64]
Callback = Callable[[Iteration], bool | None]

SAMPLE = 16_000  # rows by which columns are judged, and that are fitted first
LOOSE = 1e-3  # a tolerance that float32 can prove
PAIR_BYTES = 128 << 20  # what L-BFGS may remember
LOOK_EVERY = 5  # iterations between two looks whether an unpenalised fit has an optimum at all
FIRST_SHARE = 0.6  # of the usual rows, where the Hessian still changes
NEAR = 0.05  # promised relative gain at which the Hessian hardly changes any more
PROOF = 300  # how many times further away than promised the proof sees the optimum, about
SAVED = 0.5  # the share of the steps still to take that a new preconditioner is expected to save
OLD_FAR, OLD_NEAR = 10, 40  # passes after which a preconditioner is worn out anyway


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


def minimise(
    objective: Objective,
    *,
    start: tuple[Floats, Floats] | None = None,
    tol: float = 1e-6,
    max_iter: int = 1000,
    callback: Callback | None = None,
    keep: Container[int] = (),
    seed: int = 0,
) -> Fit:
    """Minimise the objective until it is provably within ``tol`` of its optimum.

    Ctrl-C ends the fit and keeps the best point so far.

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
    seed : int
        Of the samples of rows that stand for all in the preconditioner and in the rough fits.

    Returns
    -------
    Fit
        With ``record.outcome`` telling how it ended.
    """
    with one_blas_thread():
        return _Run(objective, tol, max_iter, callback, keep, seed).go(start)


@dataclass(eq=False)
class Wear:
    """How worn a preconditioner is, and whether a new one would pay for itself.

    Attributes
    ----------
    cost : float
        Passes that making a new one takes.
    made : float
        Passes when it was made.
    tol : float
        Relative distance to the optimum that is to be proved.
    promises : list of float
        Relative gain that each step with it promised.
    """

    cost: float
    made: float
    tol: float
    promises: list[float] = field(default_factory=list)

    def out(self, promise: float, passes: float) -> bool:
        """Take up the promise of the last step; tell whether to make a new preconditioner."""
        self.promises.append(promise)
        age, first = passes - self.made, self.promises[0]
        if promise > NEAR:
            return age > OLD_FAR
        if first <= NEAR:  # it was made where the Hessian hardly changes
            return age > OLD_NEAR
        rate = np.log(first / promise) / (len(self.promises) - 1)
        ahead = np.log(max(1.0, PROOF * promise / self.tol)) / rate
        return bool(SAVED * ahead > self.cost) or age > OLD_NEAR


class _Run:
    """The state of one minimisation."""

    def __init__(
        self,
        objective: Objective,
        tol: float,
        max_iter: int,
        callback: Callback | None,
        keep: Container[int],
        seed: int,
    ) -> None:
        self.began = time.perf_counter()
        self.objective = replace(objective, blocks=compacted(objective.blocks))
        self.tol, self.max_iter, self.callback, self.keep = tol, max_iter, callback, keep
        self.rng = np.random.default_rng(seed)
        self.passes = 0.0
        self.sharpened = 0  # lines before the present float type was needed for good
        self.asked = False  # whether there is an optimum
        self.lines: list[Iteration] = []
        self.snapshots: list[Snapshot] = []

    def go(self, start: tuple[Floats, Floats] | None) -> Fit:
        self.now = self.look(self.prepare(start))
        try:
            outcome = self.report(0.0) or self.loop()
        except KeyboardInterrupt:
            outcome = Outcome.INTERRUPTED
        return Fit(self.now.point, FitRecord(outcome, tuple(self.lines)), tuple(self.snapshots))

    def prepare(self, start: tuple[Floats, Floats] | None) -> Floats:
        objective = self.objective
        n, d = objective.blocks.shape
        few = objective
        if n > SAMPLE:
            few = objective.take(np.flatnonzero(self.rng.random(n) < SAMPLE / n))
        self.moments = column_moments(few.blocks, few.weights, centred=objective.fit_intercept)
        self.bound = DualBound.of(objective)
        self.passes += 0.5
        shape = objective.n_classes, d + 1
        self.memory = int(np.clip(PAIR_BYTES // (16 * shape[0] * shape[1]), 5, 40))
        if start is not None:
            return np.column_stack(start)
        theta, passes = rough_start(
            objective, few, np.zeros(shape), self.moments, self.rng, self.memory
        )
        self.passes += passes
        return theta

    def loop(self) -> Outcome:
        maker = PreconditionerMaker(self.objective, *self.moments, self.rng)
        preconditioner = self.made(maker, FIRST_SHARE)
        method = LBFGS[Point](preconditioner, self.memory)
        worn = Wear(preconditioner.passes / FIRST_SHARE, self.passes, self.tol)
        promising = self.tol  # the reachable gap at which to make the certificate exact
        outcome = None
        while outcome is None:
            taken = method.step(self.now, self.look, self.noise(self.now.value))
            if taken is None or self.stalled():
                if taken is None and self.objective.penalty == 0:
                    outcome = self.unpenalised(method)
                if outcome is not None or not self.sharpen():
                    return outcome or Outcome.PRECISION
                self.sharpened = len(self.lines)
                method = LBFGS(method.precondition, self.memory)
                self.now = self.look(self.now.theta)
                continue
            self.now = taken[0]
            outcome = self.report(taken[1])
            if outcome is None and self.objective.penalty == 0:
                outcome = self.unpenalised(method)
            if outcome is None and worn.out(method.promise / self.now.value, self.passes):
                preconditioner = self.made(maker)
                method.renew(preconditioner)
                worn = Wear(preconditioner.passes, self.passes, self.tol)
            if outcome is None and self.bound.reachable_gap(self.now.point) <= promising:
                self.polish()
                outcome = self.report(0.0)
                promising *= 0.5
        return outcome

    def unpenalised(self, method: LBFGS[Point]) -> Outcome | None:
        """Without a penalty there may be no optimum, and the certificate is another one."""
        taken = len(self.lines) - 1
        if taken % LOOK_EVERY == 0 and separates(self.objective, self.now.point):
            return Outcome.SEPARABLE
        if taken >= 2 * LOOK_EVERY and not self.asked:
            self.asked = True
            if optimum_exists(self.objective) is False:
                return Outcome.SEPARABLE
        if method.promise > self.tol * self.now.value:
            return None
        self.sharpen()
        self.now = self.look(self.now.theta)
        gap, passes = newton_gap(self.objective, self.now.point, method.precondition)
        self.passes += passes
        return self.report(0.0, gap)

    def made(self, maker: PreconditionerMaker, share: float = 1.0) -> Preconditioner:
        made = maker.at(self.now.point, share)
        self.passes += made.passes
        return made

    def look(self, theta: Floats) -> Trial[Point]:
        self.passes += 1
        return look(self.objective, theta)

    def polish(self) -> None:
        """Make the intercept exact for the present W: the certificate wants residuals of sum 0.

        In float64 where the tolerance is tight, since their sum in float32 carries noise that the
        certificate would count.
        """
        fast, fast_bound = self.objective, self.bound
        if self.tol < LOOSE and self.sharpen():
            self.now = self.look(self.now.theta)
        for _ in range(3):
            point = self.now.point
            if not self.objective.fit_intercept or self.bound.relative_gap(point) <= self.tol:
                break
            H = self.objective.intercept_hessian(point)
            self.passes += 0.5
            step = np.linalg.lstsq(H, point.gradient_b, rcond=None)[0]
            if self.objective.loss.shift_invariant:
                step -= step.mean()  # H has no word on a shift of all classes
            self.now = self.look(np.column_stack([point.W, point.b - step]))
        if self.bound.relative_gap(self.now.point) > self.tol:
            self.objective, self.bound = fast, fast_bound

    def report(self, step: float, gap: float | None = None) -> Outcome | None:
        """Record where the fit stands; return the outcome if it ends here."""
        point = self.now.point
        gap = self.bound.relative_gap(point) if gap is None else gap
        largest = max(np.abs(point.gradient_W).max(initial=0), np.abs(point.gradient_b).max())
        seconds = time.perf_counter() - self.began
        if len(self.lines) in self.keep:
            self.snapshots.append(Snapshot(len(self.lines), point.W, point.b))
        line = Iteration(self.passes, seconds, point.value, float(largest), gap, step)
        self.lines.append(line)
        stop = self.callback is not None and self.callback(line)
        if line.gap <= self.tol:
            return Outcome.CONVERGED
        if stop:
            return Outcome.STOPPED
        return Outcome.MAX_ITER if len(self.lines) > self.max_iter else None

    def noise(self, value: float) -> float:
        # Scores carry about one unit in the last place of the blocks' type; the mean over rows
        # averages most of it away.
        return float(np.finfo(self.objective.blocks.dtype).eps) * abs(value)

    def stalled(self, patience: int = 25) -> bool:
        """Tell whether neither value nor certificate got better for a while."""
        lines = self.lines[self.sharpened :]
        if len(lines) <= 2 * patience:
            return False
        recent, before = lines[-patience:], lines[:-patience]
        value = min(line.objective for line in recent)
        gap = min(line.gap for line in recent)
        older = min(line.objective for line in before)
        return value > older - self.noise(older) and gap > 0.9 * min(line.gap for line in before)

    def sharpen(self) -> bool:
        """Go on in float64 where float32 has reached its limit; False if it is float64 already."""
        blocks = self.objective.blocks
        if blocks.dtype == np.float64:
            return False
        self.objective = replace(self.objective, blocks=blocks.astype(np.float64))
        self.bound = DualBound.of(self.objective)
        self.passes += 0.5
        return True
