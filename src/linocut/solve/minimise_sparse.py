"""The loop for penalties with a lasso: step, screen, certify, stop."""

from __future__ import annotations

import time
from collections.abc import Container
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks, one_blas_thread
from linocut.solve.certificate import EXACT
from linocut.solve.coordinates import Coordinates, typical_curvature
from linocut.solve.losses import Softmax
from linocut.solve.methods.lbfgs import Trial
from linocut.solve.methods.proximal import Hessian, Metric, ProximalQuasiNewton
from linocut.solve.minimise import Callback, Fit
from linocut.solve.moments import column_moments
from linocut.solve.objective import Objective, Point
from linocut.solve.penalties import ElasticNet
from linocut.solve.record import FitRecord, Iteration, Outcome, Snapshot
from linocut.solve.screening import GapSafeRule, narrow
from linocut.solve.sparse_dual import DualPoint, SparseDual, exact_sums

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_RIDGE = 1e-12  # of the columns' mean curvature
NARROWING = 0.5  # columns are dropped when this share is left: the copy costs a pass or two
UNKNOWN = 1e300  # a deviation with which no column is screened
NEWTON_STEPS = 3  # for the intercept, when the bound is made


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
        Called with each `Iteration`; a true answer stops the fit, and so does Ctrl-C.
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
    >>> from linocut.solve import largest_l1
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(90, 8)), np.arange(90) % 3
    >>> X[:, 0] += y
    >>> objective = Objective(ArrayBlocks(X, np.float64), y, None, Softmax(), 0.0, 3)
    >>> fit = minimise_sparse(objective, l1=0.5 * largest_l1(objective))
    >>> fit.record.outcome.name, np.count_nonzero(fit.point.W, axis=0).tolist()
    ('CONVERGED', [2, 0, 0, 0, 0, 0, 0, 0])
    """
    if not l1 > 0:
        raise LinocutError(f"l1={l1!r} — a number above zero; without a lasso, use minimise")
    with one_blas_thread():
        return _Run(objective, l1, tol, max_iter, callback, keep).go(start)


class _Run:
    """The state of one minimisation; the columns that are left get fewer on the way."""

    def __init__(
        self,
        objective: Objective,
        l1: float,
        tol: float,
        max_iter: int,
        callback: Callback | None,
        keep: Container[int],
    ) -> None:
        self.whole = self.objective = objective
        self.l1, self.tol, self.max_iter = l1, tol, max_iter
        self.callback, self.keep = callback, keep
        self.began = time.perf_counter()
        self.passes = 0.0
        self.lines: list[Iteration] = []
        self.snapshots: list[Snapshot] = []
        self.sharpened = 0  # lines before the present float type
        self.lower = -np.inf  # the best bound of the optimum so far
        self.kept = np.ones(objective.blocks.shape[1], dtype=bool)
        self.alive = np.ones((objective.n_classes, len(self.kept)), dtype=bool)
        self.deviation = np.full(len(self.kept), UNKNOWN)  # of the columns
        # Without a ridge, only the difference of two classes' weights is determined by the optimum:
        # they are kept at −w/2 and w/2, as with a ridge.
        self.mirrored = objective.n_classes == 2 and isinstance(objective.loss, Softmax)

    def go(self, start: tuple[Floats, Floats] | None) -> Fit:
        self.sums = exact_sums(self.objective)
        self.passes += 1
        nothing = self.dual.of_nothing()
        if np.abs(nothing.A).max(initial=0) <= self.l1:
            return self.all_zero(nothing)
        self.prepare()
        W, b = start if start is not None else self.nothing()
        self.now = self.look(self.coordinates.theta(W, b))
        try:
            outcome = self.report(self.now.point, 0.0) or self.loop()
        except KeyboardInterrupt:
            outcome = Outcome.INTERRUPTED
        return self.fit(self.widened(self.now.point), outcome)

    def loop(self) -> Outcome:
        promising = self.tol  # the gap within reach at which to make the intercept exact
        outcome = None
        while outcome is None:
            self.now = self.screen(self.now)
            taken = self.method.step(
                self.now,
                self.look,
                self.scaled_penalty(),
                self.live_coordinates(),
                self.noise(self.now.value),
            )
            if taken is None or self.stalled():
                if not self.sharpen():
                    return Outcome.PRECISION
                self.sharpened = len(self.lines)
                self.now = self.look(self.now.theta)
                continue
            self.now, step = taken
            outcome = self.report(self.now.point, step)
            if outcome is None and self.reachable_gap(self.now.point) <= promising:
                self.now = self.certify(self.now)
                outcome = self.report(self.now.point, 0.0)
                promising *= 0.5
        return outcome

    def fit(self, point: Point, outcome: Outcome) -> Fit:
        return Fit(point, FitRecord(outcome, tuple(self.lines)), tuple(self.snapshots))

    # where to begin and to end

    def nothing(self) -> tuple[Floats, Floats]:
        """Return W = 0 and its best intercept."""
        b = np.zeros(self.objective.n_classes)
        if self.objective.fit_intercept:
            shares = np.clip(self.sums.shares, np.finfo(np.float64).tiny, 1 - EXACT)
            b = np.log(shares)
            if not isinstance(self.objective.loss, Softmax):
                b -= np.log1p(-shares)
        return np.zeros(self.alive.shape), b

    def all_zero(self, dual: DualPoint) -> Fit:
        """Return the optimum W = 0."""
        self.sharpen()
        point = self.at(*self.nothing())
        self.learn(point, dual)
        return self.fit(point, self.report(point, 0.0) or Outcome.PRECISION)

    def widened(self, point: Point) -> Point:
        """Return the point with the columns that were dropped on the way."""
        if self.kept.all():
            return point
        W = np.zeros((len(point.W), len(self.kept)))
        W[:, self.kept] = point.W
        found = self.whole.at(W, point.b)
        return replace(point, W=W, gradient_W=found.gradient_W)

    def prepare(self) -> None:
        """Make coordinates, a first Hessian and the rule that screens: three passes."""
        objective = self.objective
        _, variance = column_moments(
            objective.blocks, objective.weights, centred=objective.fit_intercept
        )
        # Next to nothing, but a constant column needs a scale.
        c = typical_curvature(objective.n_classes)
        floor = LEAST_RIDGE * c * float(variance.mean())
        ridged = replace(objective, penalty=max(objective.penalty, floor))
        coordinates = Coordinates.of(ridged)
        self.passes += 3
        # The Hessian is the loss's alone: the ridge is left to the proximal operator.
        ridge, factor = ridged.penalty / coordinates.scale**2, coordinates.factor
        gram = 1 - ridge if factor is None else factor @ factor.T - np.diag(ridge)
        hessian = Hessian(Metric(gram.astype(np.float32)))
        self.method: ProximalQuasiNewton[Point] = ProximalQuasiNewton(hessian)
        self.coordinates = replace(coordinates, factor=None)
        self.deviation = np.sqrt(variance)

    # one evaluation

    def at(self, W: Floats, b: Floats) -> Point:
        point = self.objective.at(W, b)
        self.passes += 1
        return replace(point, value=point.value + self.l1 * float(np.abs(W).sum()))

    def look(self, theta: Floats) -> Trial[Point]:
        if self.mirrored:
            theta = 0.5 * (theta - theta[::-1])
        point = self.at(*self.coordinates.weights(theta))
        gradient = self.coordinates.gradient(point)
        gradient[:, :-1] -= self.objective.penalty * point.W / self.coordinates.scale
        return Trial(theta, point.value, gradient, point)

    @property
    def dual(self) -> SparseDual:
        return SparseDual(self.objective, self.l1, self.sums)

    def scaled_penalty(self) -> ElasticNet:
        """Return the penalty as a function of the coordinates; the intercept has none."""
        scale = np.append(self.coordinates.scale, np.inf)
        return ElasticNet(self.l1, self.objective.penalty).scaled(scale)

    def live_coordinates(self) -> Mask:
        return np.column_stack([self.alive, np.ones(len(self.alive), dtype=bool)])

    # what is known of the optimum

    def report(self, point: Point, step: float) -> Outcome | None:
        self.learn(point, self.dual.near(point, self.alive))
        gap = self.relative(point, self.lower)
        smooth = point.gradient_W - self.objective.penalty * point.W
        penalty = ElasticNet(self.l1, self.objective.penalty)
        steepest = np.abs(penalty.steepest(smooth, point.W)[self.alive])
        largest = max(steepest.max(initial=0), np.abs(point.gradient_b).max())
        seconds = time.perf_counter() - self.began
        line = Iteration(self.passes, seconds, point.value, float(largest), gap, step)
        if len(self.lines) in self.keep:
            whole = self.widened(point)
            self.snapshots.append(Snapshot(len(self.lines), whole.W, whole.b))
        self.lines.append(line)
        stop = self.callback is not None and self.callback(line)
        if gap <= self.tol:
            return Outcome.CONVERGED
        if stop:
            return Outcome.STOPPED
        if len(self.lines) > self.max_iter:
            return Outcome.MAX_ITER
        return None

    def learn(self, point: Point, dual: DualPoint) -> None:
        """Raise the bound of the optimum and find more weights that are zero there."""
        bound = self.dual.bound(dual, self.alive) - 4 * self.noise(point.value)
        self.lower = max(self.lower, bound)
        rule = GapSafeRule(self.objective, self.l1, self.sums.mean, self.deviation)
        zeros = rule.zeros(dual, point.value - bound)
        self.alive &= ~(zeros | zeros[::-1] if self.mirrored else zeros)

    def relative(self, point: Point, bound: float) -> float:
        return (point.value - bound) / bound if bound > 0 else np.inf

    def reachable_gap(self, point: Point) -> float:
        return self.relative(point, self.dual.reachable(point, self.alive))

    def certify(self, now: Trial[Point]) -> Trial[Point]:
        """Make the intercept exact for the present W and the bound the best of this point's.

        In float64, since sums of residuals in float32 carry noise that the certificate would count.
        """
        fast = self.objective
        if self.sharpen():
            now = self.look(now.theta)
        for _ in range(NEWTON_STEPS):
            point = now.point
            if self.lost_by_mixing(point) <= 0.1 * self.tol * abs(point.value):
                break
            H = self.objective.intercept_hessian(point)
            step = np.linalg.lstsq(H, point.gradient_b, rcond=None)[0]
            if self.objective.loss.shift_invariant:
                step -= step.mean()  # H has no word on a shift of all classes
            now = self.look(self.coordinates.theta(point.W, point.b - step))
            self.passes += 1
        self.learn(now.point, self.dual.exact(now.point, self.alive))
        self.passes += 1
        if self.relative(now.point, self.lower) > self.tol:
            self.objective = fast
        return now

    def lost_by_mixing(self, point: Point) -> float:
        """Return how much better the bound would be if the intercept were exact."""
        centred = replace(point, gradient_b=np.zeros_like(point.gradient_b))
        here, there = (self.dual.near(at, self.alive) for at in (point, centred))
        return self.dual.bound(there, self.alive) - self.dual.bound(here, self.alive)

    def sharpen(self) -> bool:
        """Go on in float64 where float32 has reached its limit; False if it is float64 already."""
        blocks = self.objective.blocks
        if not isinstance(blocks, ArrayBlocks) or blocks.dtype == np.float64:
            return False
        self.objective = replace(self.objective, blocks=blocks.astype(np.float64))
        return True

    def screen(self, now: Trial[Point]) -> Trial[Point]:
        """Set weights to zero that are so at the optimum; drop columns once half of them are."""
        theta = now.theta.copy()
        theta[:, :-1] *= self.alive
        live = np.asarray(self.alive.any(axis=0))
        if live.sum() <= NARROWING * len(live) and self.narrow(live):
            return self.look(theta[:, np.append(live, True)])
        return now if np.array_equal(theta, now.theta) else self.look(theta)

    def narrow(self, live: Mask) -> bool:
        """Drop the columns all of whose weights are zero at the optimum."""
        narrowed = narrow(self.objective, live)
        if narrowed is None:
            return False
        self.objective = narrowed
        self.sums = replace(self.sums, rows=self.sums.rows[:, live])
        self.deviation, self.alive = self.deviation[live], self.alive[:, live]
        self.coordinates = replace(
            self.coordinates,
            scale=self.coordinates.scale[live],
            centre=self.coordinates.centre[live],
        )
        self.method.hessian.narrow(live)
        self.kept[self.kept] = live
        return True

    def noise(self, value: float) -> float:
        # Scores carry about one unit in the last place of the blocks' type; the mean over rows
        # averages most of it away, and sums over blocks and weights add a little.
        return 4 * float(np.finfo(self.objective.blocks.dtype).eps) * abs(value)

    def stalled(self, patience: int = 12) -> bool:
        """Tell whether neither value nor certificate got better for a while."""
        lines = self.lines[self.sharpened :]
        if len(lines) <= 2 * patience:
            return False
        recent, before = lines[-patience:], lines[:-patience]
        value = min(line.objective for line in recent)
        gap = min(line.gap for line in recent)
        older = min(line.objective for line in before)
        return value > older - self.noise(older) and gap > 0.9 * min(line.gap for line in before)
