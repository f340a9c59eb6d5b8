"""Proximal quasi-Newton with screening: for a lasso, on columns that get fewer on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.solve.certificates.dual import EXACT
from linocut.solve.certificates.rounding import rounding
from linocut.solve.certificates.screening import GapSafeRule
from linocut.solve.certificates.sparse_dual import DualPoint, SparseDual, exact_sums
from linocut.solve.loop import Effort, Method
from linocut.solve.losses import Softmax
from linocut.solve.methods.lbfgs import Trial
from linocut.solve.methods.proximal import Hessian, Metric, ProximalQuasiNewton
from linocut.solve.methods.proximal_newton import newton_goal
from linocut.solve.moments import ClassSums, column_moments
from linocut.solve.objective import Objective, Point
from linocut.solve.penalties import ElasticNet
from linocut.solve.preconditioning.coordinates import Coordinates, typical_curvature
from linocut.solve.record import Iteration

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_RIDGE = 1e-12  # of the columns' mean curvature
NARROWING = 0.5  # columns are dropped when this share is left: the copy costs a pass or two
UNKNOWN = 1e300  # a deviation with which no column is screened
SLOW, EVERY = 15, 3  # iterations after which proximal Newton is tried, each third time
NEWTON_STEPS = 3  # for the intercept, when the bound is made


@dataclass(frozen=True, eq=False)
class Standing:
    """Where the method stands.

    Attributes
    ----------
    trial : Trial of Point
        The point, of the columns that are left; its value includes the lasso.
    kept : bool array, shape (d,)
        Which columns these are.
    length : float
        Of the step that led there, as a multiple of the proposed one; 0 if none did.
    """

    trial: Trial[Point]
    kept: Mask
    length: float = 0.0

    @property
    def point(self) -> Point:
        """Weights, objective and gradient."""
        return self.trial.point

    @property
    def all_weights(self) -> Floats:
        """The weights of all columns, shape (K, d)."""
        W = np.zeros((len(self.point.W), len(self.kept)))
        W[:, self.kept] = self.point.W
        return W


class ScreenedProximal(Method[Standing, Iteration]):
    """Minimises an objective plus a lasso.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty, which may be zero here.
    l1 : float
        λ1, above zero.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), or None
        Where to begin; None for W = 0 and its best intercept.
    tol : float
        Largest relative distance to the optimum that is to be proved.
    """

    patience = 12
    sums: ClassSums

    def __init__(
        self, objective: Objective, l1: float, start: tuple[Floats, Floats] | None, tol: float
    ) -> None:
        self.effort = Effort()
        self.whole = self.objective = objective
        self.l1, self.start, self.tol = l1, start, tol
        self.promising = tol  # the gap within reach at which to make the intercept exact
        self.uncertified = False  # in the present float type
        self.lower = -np.inf  # the best bound of the optimum so far
        K, d = objective.n_classes, objective.blocks.shape[1]
        self.kept = np.ones(d, dtype=bool)
        self.alive = np.ones((K, d), dtype=bool)
        self.deviation = np.full(d, UNKNOWN)  # of the columns
        self.coordinates = Coordinates(np.ones(d), None, np.zeros(d), 1.0)  # W and b themselves
        self.proximal: ProximalQuasiNewton[Point] | None = None  # none while W = 0 is the optimum
        # Without a ridge, only the difference of two classes' weights is determined by the optimum:
        # they are kept at −w/2 and w/2, as with a ridge.
        self.mirrored = K == 2 and isinstance(objective.loss, Softmax)

    def init(self) -> Standing:
        """See `Method`."""
        self.sums = self._summed()
        nothing = self._dual.of_nothing()
        if np.abs(nothing.A).max(initial=0) <= self.l1:
            return self._all_zero(nothing)
        self._prepare()
        return self._first()

    def salvage(self) -> Standing:
        """See `Method`: the start, or zero."""
        self.sums = self._summed()
        return self._first()

    def ready(self, now: Standing) -> Standing:
        """Set weights to zero that are so at the optimum; drop columns once half of them are."""
        if self.proximal is None:
            return now
        theta = now.trial.theta.copy()
        theta[:, :-1] *= self.alive
        live = np.asarray(self.alive.any(axis=0))
        if live.sum() <= NARROWING * len(live):
            self._narrow(self.proximal, live)
            return self._standing(self._look(theta[:, np.append(live, True)]))
        if np.array_equal(theta, now.trial.theta):
            return now
        return self._standing(self._look(theta))

    def step(self, now: Standing) -> Standing | None:
        """See `Method`."""
        if self.proximal is None:
            return None
        noise = self.noise(now.point.value)
        if self.effort.iteration >= SLOW and self.effort.iteration % EVERY == 0:
            found = self._newton(now, noise)
            if found is not None:
                return found
        taken = self.proximal.step(
            now.trial, self._look, self._scaled_penalty(), self._live_coordinates(), noise
        )
        return None if taken is None else self._standing(*taken)

    def certify(self, now: Standing) -> Iteration:
        """See `Method`; what is learnt here of the optimum is kept."""
        point, effort, self.uncertified = now.point, self.effort, False
        self._learn(point, self._dual.near(point, self.alive))
        gap = self._relative(point, self.lower)
        return Iteration(
            effort.passes, effort.seconds, point.value, self._steepest(point), gap, now.length
        )

    def prove(self, now: Standing, *, stuck: bool) -> Standing | None:
        """Make the intercept exact for the present W and the bound the best of this point's.

        In float64, since sums of residuals in float32 carry noise that the certificate would count.
        """
        if stuck:  # with the digits of float64 the point may prove near enough as it is
            return now if self.uncertified else None
        if not self._reachable_gap(now.point) <= self.promising:
            return None
        self.promising *= 0.5
        fast, trial = self.objective, now.trial
        if self._go_on_in_float64():
            trial = self._look(trial.theta)
        for _ in range(NEWTON_STEPS):
            point = trial.point
            if self._lost_by_mixing(point) <= 0.1 * self.tol * abs(point.value):
                break
            step = self.objective.intercept_step(point)
            trial = self._look(self.coordinates.theta(point.W, point.b - step))
            self.effort.passes += 1
        self._learn(trial.point, self._dual.exact(trial.point, self.alive))
        self.effort.passes += 1
        if self._relative(trial.point, self.lower) > self.tol:
            self.objective = fast
        return self._standing(trial)

    def sharpen(self, now: Standing) -> Standing | None:
        """See `Method`."""
        if not self._go_on_in_float64():
            return None
        self.uncertified = True
        return self._standing(self._look(now.trial.theta))

    def noise(self, value: float) -> float:
        """See `Method`."""
        # Scores carry about one unit in the last place of the blocks' type; the mean over rows
        # averages most of it away, and sums over blocks and weights add a little.
        return 4 * float(np.finfo(self.objective.blocks.dtype).eps) * abs(value)

    def weights(self, now: Standing) -> tuple[Floats, Floats]:
        """See `Method`; of all columns."""
        return now.all_weights, now.point.b

    def finish(self, now: Standing) -> Standing:
        """Return the point with the columns that were dropped on the way: a pass.

        Intercepts that all are shifted alike say the same: they are given with sum zero.
        """
        if self.objective.loss.shift_invariant and self.objective.fit_intercept:
            b = now.point.b - now.point.b.mean()
            now = replace(now, trial=replace(now.trial, point=replace(now.point, b=b)))
        if now.kept.all():
            return now
        W, point = now.all_weights, now.point
        found = self.whole.at(W, point.b)
        point = replace(point, W=W, gradient_W=found.gradient_W)
        return replace(now, trial=replace(now.trial, point=point), kept=np.ones_like(now.kept))

    def _newton(self, now: Standing, noise: float) -> Standing | None:
        """Take a proximal Newton step; None if the model is too large, or it makes no progress."""
        goal = newton_goal(self.objective, self.l1, now.point, self.alive)
        if goal is None:
            return None
        self.effort.passes += now.point.W.size / 4  # its Hessian's arithmetic
        to, here = self.coordinates.theta(*goal), now.trial.theta
        for t in (1.0, 0.5, 0.25, 0.125):
            trial = self._look(to if t == 1 else here + t * (to - here))
            lower = trial.value < now.trial.value - noise
            flatter = self._steepest(trial.point) < self._steepest(now.point)
            if lower or (trial.value <= now.trial.value + noise and flatter):
                return self._standing(trial, t)
        return None

    def _steepest(self, point: Point) -> float:
        """Return the largest absolute entry of the smallest subgradient."""
        smooth = point.gradient_W - self.objective.penalty * point.W
        penalty = ElasticNet(self.l1, self.objective.penalty)
        steepest = np.abs(penalty.steepest(smooth, point.W)[self.alive])
        return float(max(steepest.max(initial=0), np.abs(point.gradient_b).max()))

    # where to begin

    def _summed(self) -> ClassSums:
        sums = exact_sums(self.objective)
        self.effort.passes += 1
        return sums

    def _first(self) -> Standing:
        W, b = self.start if self.start is not None else self._nothing()
        return self._standing(self._look(self.coordinates.theta(W, b)))

    def _nothing(self) -> tuple[Floats, Floats]:
        """Return W = 0 and its best intercept."""
        b = np.zeros(self.objective.n_classes)
        if self.objective.fit_intercept:
            shares = np.clip(self.sums.shares, np.finfo(np.float64).tiny, 1 - EXACT)
            b = np.log(shares)
            if not isinstance(self.objective.loss, Softmax):
                b -= np.log1p(-shares)
        return np.zeros(self.alive.shape), b

    def _all_zero(self, dual: DualPoint) -> Standing:
        """Return the optimum W = 0."""
        self._go_on_in_float64()
        found = self._standing(self._evaluated(self.coordinates.theta(*self._nothing())))
        self._learn(found.point, dual)
        return found

    def _prepare(self) -> None:
        """Make coordinates, a first Hessian and what the rule that screens needs: three passes."""
        objective = self.objective
        _, variance = column_moments(objective.blocks, centred=objective.fit_intercept)
        # Next to nothing, but a constant column needs a scale.
        c = typical_curvature(objective.n_classes)
        floor = LEAST_RIDGE * c * (float(variance.mean()) or 1.0)
        ridged = replace(objective, penalty=max(objective.penalty, floor))
        coordinates = Coordinates.of(ridged)
        self.effort.passes += 3
        # The Hessian is the loss's alone: the ridge is left to the proximal operator.
        ridge, factor = ridged.penalty / coordinates.scale**2, coordinates.factor
        gram = 1 - ridge if factor is None else factor @ factor.T - np.diag(ridge)
        self.proximal = ProximalQuasiNewton(Hessian(Metric(gram.astype(np.float32))))
        self.coordinates = replace(coordinates, factor=None)
        self.deviation = np.sqrt(variance)

    # one evaluation

    def _look(self, theta: Floats) -> Trial[Point]:
        return self._evaluated(0.5 * (theta - theta[::-1]) if self.mirrored else theta)

    def _evaluated(self, theta: Floats) -> Trial[Point]:
        plain = self.objective.at(*self.coordinates.weights(theta))
        self.effort.passes += 1
        point = replace(plain, value=plain.value + self.l1 * float(np.abs(plain.W).sum()))
        gradient = self.coordinates.gradient(point)
        gradient[:, :-1] -= self.objective.penalty * point.W / self.coordinates.scale
        return Trial(theta, point.value, gradient, point)

    def _standing(self, trial: Trial[Point], length: float = 0.0) -> Standing:
        return Standing(trial, self.kept, length)

    def _go_on_in_float64(self) -> bool:
        sharper = self.objective.in_float64()
        if sharper is None:
            return False
        self.objective = sharper
        return True

    def _scaled_penalty(self) -> ElasticNet:
        """Return the penalty as a function of the coordinates; the intercept has none."""
        scale = np.append(self.coordinates.scale, np.inf)
        return ElasticNet(self.l1, self.objective.penalty).scaled(scale)

    def _live_coordinates(self) -> Mask:
        return np.column_stack([self.alive, np.ones(len(self.alive), dtype=bool)])

    # what is known of the optimum

    @property
    def _dual(self) -> SparseDual:
        return SparseDual(self.objective, self.l1, self.sums)

    def _learn(self, point: Point, dual: DualPoint) -> None:
        """Raise the bound of the optimum and find more weights that are zero there."""
        bound = self._dual.bound(dual, self.alive) - self._rounding(point)
        self.lower = max(self.lower, bound)
        rule = GapSafeRule(self.objective, self.l1, self.sums.mean, self.deviation)
        zeros = rule.zeros(dual, point.value - bound)
        self.alive &= ~(zeros | zeros[::-1] if self.mirrored else zeros)

    def _relative(self, point: Point, bound: float) -> float:
        above = point.value + self._rounding(point) - bound
        return max(0.0, above / bound) if bound > 0 else np.inf

    def _rounding(self, point: Point) -> float:
        """Return the error that rounding may make in an objective, or in a bound."""
        if self.proximal is None and point.W.any():  # interrupted before the columns were known
            return np.inf
        magnitude = np.hypot(self.deviation, self.sums.mean) if point.W.any() else self.sums.mean
        lasso = 4 * self.noise(point.value - point.loss)
        return rounding(self.objective, point, magnitude) + lasso

    def _reachable_gap(self, point: Point) -> float:
        return self._relative(point, self._dual.reachable(point, self.alive))

    def _lost_by_mixing(self, point: Point) -> float:
        """Return how much better the bound would be if the intercept were exact."""
        centred = replace(point, gradient_b=np.zeros_like(point.gradient_b))
        here, there = (self._dual.near(at, self.alive) for at in (point, centred))
        return self._dual.bound(there, self.alive) - self._dual.bound(here, self.alive)

    def _narrow(self, proximal: ProximalQuasiNewton[Point], live: Mask) -> None:
        """Drop the columns all of whose weights are zero at the optimum."""
        kept = self.objective.blocks.columns(np.flatnonzero(live))
        self.objective = replace(self.objective, blocks=kept)
        self.sums = replace(self.sums, rows=self.sums.rows[:, live])
        self.deviation, self.alive = self.deviation[live], self.alive[:, live]
        self.coordinates = replace(
            self.coordinates,
            scale=self.coordinates.scale[live],
            centre=self.coordinates.centre[live],
        )
        proximal.hessian.narrow(live)
        self.kept = self.kept.copy()
        self.kept[self.kept] = live
