"""L-BFGS with a preconditioner made from samples of the rows: for a penalty that is smooth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.solve.certificates.dual import DualBound, newton_gap
from linocut.solve.certificates.separation import optimum_exists, separates
from linocut.solve.compact import compacted
from linocut.solve.loop import Effort, Method
from linocut.solve.methods.lbfgs import LBFGS, Trial
from linocut.solve.methods.newton_steps import NewtonSteps
from linocut.solve.methods.rough_start import look, rough_start
from linocut.solve.moments import column_moments
from linocut.solve.objective import Objective, Point
from linocut.solve.preconditioning.preconditioner import Preconditioner, PreconditionerMaker
from linocut.solve.preconditioning.wear import Wear
from linocut.solve.readings import Readings
from linocut.solve.record import Iteration, Outcome

Floats = NDArray[np.float64]

SAMPLE = 16_000  # rows by which columns are judged, and that are fitted first
LOOSE = 1e-3  # a tolerance that float32 can prove
PAIR_BYTES = 128 << 20  # what L-BFGS may remember
LOOK_EVERY = 5  # iterations between two looks whether an unpenalised fit has an optimum at all
FAR = 0.1  # relative distance to the optimum at which no step can be lost in rounding
SLOW, NEARLY = 100, 1.0  # passes after which, and reachable gap above which L-BFGS is left
LOST = 0.25  # of the float type's precision
SURE = 0.1  # times the tolerance: what a Newton step promises where the optimum is near
FIRST_SHARE = 0.6  # of the usual rows, where the Hessian still changes


@dataclass(frozen=True, eq=False)
class Standing:
    """Where the method stands.

    Attributes
    ----------
    trial : Trial of Point
        The point, its coordinates θ = (W | b) and the gradient by them.
    length : float
        Of the step that led there, as a multiple of the proposed one; 0 if none did.
    gap : float or None
        Where it is known otherwise than by the dual bound.
    """

    trial: Trial[Point]
    length: float = 0.0
    gap: float | None = None

    @property
    def point(self) -> Point:
        """Weights, objective and gradient."""
        return self.trial.point


class PreconditionedLBFGS(Method[Standing, Iteration]):
    """Minimises a smooth objective.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty, or with none.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), or None
        Where to begin; None for a rough fit of some of the rows.
    tol : float
        Largest relative distance to the optimum that is to be proved.
    rng : Generator
        Draws the rows that stand for all.
    readings : Readings, optional
        What fits of the same rows before it have left, and those after it are to find.
    """

    patience = 25
    bound: DualBound
    lbfgs: LBFGS[Point]
    worn: Wear

    def __init__(
        self,
        objective: Objective,
        start: tuple[Floats, Floats] | None,
        tol: float,
        rng: np.random.Generator,
        readings: Readings | None = None,
    ) -> None:
        self.effort, self.readings = Effort(), readings or Readings()
        self.objective, self.tol, self.rng = objective, tol, rng
        self.rough = start is None
        shape = objective.n_classes, objective.blocks.shape[1] + 1
        self.theta = np.zeros(shape) if start is None else np.column_stack(start)
        self.memory = int(np.clip(PAIR_BYTES // (16 * shape[0] * shape[1]), 5, 40))
        self.maker: PreconditionerMaker | None = None
        self.stepped = False  # since the wear was last looked at
        self.uncertified = False  # in the present float type
        self.asked = False  # whether there is an optimum
        self.made_at: Point | None = None  # where the preconditioner was made
        self.newton: NewtonSteps | None = None  # once quasi-Newton steps are too slow
        self.promising = tol  # the reachable gap at which to make the certificate exact

    def init(self) -> Standing:
        """See `Method`."""
        readings = self.readings
        if readings.blocks is None:
            readings.blocks = compacted(self.objective.blocks)
        self.objective = objective = replace(self.objective, blocks=readings.blocks)
        few = self._few() if self.rough or readings.moments is None else objective
        if readings.moments is None:
            readings.moments = column_moments(few.blocks, centred=objective.fit_intercept)
        self.moments = readings.moments
        self.bound = self._made_bound()
        if self.rough:
            before = self.effort.passes
            for theta, passes in rough_start(
                objective, few, self.theta, self.moments, self.rng, self.memory
            ):
                self.theta, self.effort.passes = theta, before + passes
        first = Standing(self._look(self.theta))
        # From far away float32 leads nearer, however small the loss; a given start is near.
        blind = not self.rough and self.tol * first.point.value < self._lost()
        return Standing(self._look(self.theta)) if blind and self._go_on_in_float64() else first

    def salvage(self) -> Standing:
        """See `Method`: the start, or how far the rough fit has come, or zero."""
        if not hasattr(self, "bound"):
            self.bound = DualBound.of(self.objective)
            self.effort.passes += 1
        return Standing(self._look(self.theta))

    def ready(self, now: Standing) -> Standing:
        """See `Method`."""
        self._refresh(now)
        return now

    def step(self, now: Standing) -> Standing | None:
        """See `Method`."""
        noise = self.noise(now.point.value)
        assert self.maker is not None
        if self.newton is None and self._too_slow(self.maker, now.point):
            self.newton = NewtonSteps.of(self.maker, self.effort)
        if self.newton is not None:
            ahead = self.newton.step(self.objective, now.trial, self._look, noise)
            return None if ahead is None else Standing(*ahead)
        taken = self.lbfgs.step(now.trial, self._look, noise)
        if taken is None and self._misled(now.point):
            self._renew(now)
            taken = self.lbfgs.step(now.trial, self._look, noise)
        self.stepped = taken is not None
        return None if taken is None else Standing(*taken)

    def certify(self, now: Standing) -> Iteration:
        """See `Method`."""
        point, self.uncertified = now.point, False
        gap = self.bound.relative_gap(point) if now.gap is None else now.gap
        largest = max(np.abs(point.gradient_W).max(initial=0), np.abs(point.gradient_b).max())
        effort = self.effort
        return Iteration(
            effort.passes, effort.seconds, point.value, float(largest), gap, now.length
        )

    def prove(self, now: Standing, *, stuck: bool) -> Standing | Outcome | None:
        """See `Method`."""
        if self.objective.penalty == 0:
            return self._prove_unpenalised(now)
        if stuck:  # the point may prove near enough as it is, or with an exact intercept
            return now if self.uncertified else self._polished(now)
        if self._too_coarse(now.point.value):
            return self.sharpen(now)
        self._refresh(now)
        if self.newton is not None and self.newton.promise <= SURE * self.tol:
            return self._polished(now)  # what is left of the gradient is mostly the intercept's
        if not self.bound.reachable_gap(now.point) <= self.promising:
            return None
        self.promising *= 0.5
        return self._polished(now)

    def sharpen(self, now: Standing) -> Standing | None:
        """See `Method`; the pairs of float32 are forgotten."""
        if not self._go_on_in_float64():
            return None
        self.lbfgs = LBFGS(self.lbfgs.precondition, self.memory)
        self.stepped, self.uncertified = False, True
        return Standing(self._look(now.trial.theta))

    def noise(self, value: float) -> float:
        """See `Method`."""
        # Scores carry about one unit in the last place of the blocks' type; the mean over rows
        # averages most of it away.
        return float(np.finfo(self.objective.blocks.dtype).eps) * abs(value)

    def finish(self, now: Standing) -> Standing:
        """See `Method`."""
        self.readings.spent.append(self.effort.passes)
        return now

    def weights(self, now: Standing) -> tuple[Floats, Floats]:
        """See `Method`."""
        return now.point.W, now.point.b

    def _look(self, theta: Floats) -> Trial[Point]:
        self.effort.passes += 1
        return look(self.objective, theta)

    def _lost(self) -> float:
        """Return how wrong the float type makes the mean loss, however small that is.

        Beside the largest probability of a row, which is near 1, the others are lost in rounding.
        """
        return LOST * float(np.finfo(self.objective.blocks.dtype).eps)

    def _too_coarse(self, value: float) -> bool:
        """Tell whether steps follow the rounding of the loss, and the tolerance is finer."""
        if self.newton is not None and self.newton.coarse:
            self.newton.coarse = False  # said once: there is nothing finer than float64
            return self.objective.in_float64() is not None
        return max(self.lbfgs.promise, self.tol * value) < self._lost()

    def _few(self) -> Objective:
        n = self.objective.blocks.shape[0]
        if n <= SAMPLE:
            return self.objective
        return self.objective.take(np.flatnonzero(self.rng.random(n) < SAMPLE / n))

    def _made_bound(self) -> DualBound:
        def make() -> DualBound:
            mean, variance = self.moments
            self.effort.passes += 0.5
            return DualBound.of(self.objective, np.sqrt(np.square(mean) + variance))

        bound = self.readings.bound(self.objective.blocks.dtype, make)
        return replace(bound, objective=self.objective)

    def _go_on_in_float64(self) -> bool:
        sharper = self.objective.in_float64()
        if sharper is None:
            return False
        self.objective = sharper
        self.bound = self._made_bound()
        return True

    def _refresh(self, now: Standing) -> None:
        """Make a preconditioner, at first and whenever the present one is worn out."""
        if self.maker is None:
            self.maker = PreconditionerMaker(self.objective, *self.moments, self.rng)
            first = self.readings.usable
            elsewhere = first is not None
            if first is None:
                first = self._made(self.maker, now.point, FIRST_SHARE)
            self.lbfgs = LBFGS(first, self.memory)
            cost = first.passes / FIRST_SHARE
            self.worn = Wear(cost, self.effort.passes, self.tol, elsewhere=elsewhere)
        elif self.stepped and self.newton is None:
            promise = self.lbfgs.promise / now.point.value
            if self.worn.out(promise, self.effort.passes):
                self._renew(now)
        self.stepped = False

    def _renew(self, now: Standing) -> None:
        assert self.maker is not None
        maker = self.maker.surer() if self.worn.cheap else self.maker
        new = self._made(maker, now.point)
        self.lbfgs.renew(new)
        self.worn = Wear(new.passes, self.effort.passes, self.tol)

    def _made(self, maker: PreconditionerMaker, at: Point, share: float = 1.0) -> Preconditioner:
        made, self.made_at = maker.at(at, share), at
        self.effort.passes += made.passes
        self.readings.made(made)
        return made

    def _misled(self, point: Point) -> bool:
        """Tell whether it is the preconditioner that hides the way: of elsewhere, and far off.

        A first step may lead to where all losses are next to nothing. What was made before it sees
        curvature everywhere, and promises as little as at an optimum.
        """
        return point is not self.made_at and self.bound.reachable_gap(point) > FAR

    def _too_slow(self, maker: PreconditionerMaker, point: Point) -> bool:
        """Tell whether quasi-Newton steps have not come near in what is enough for most."""
        slow = self.effort.passes > SLOW and NewtonSteps.suits(maker)
        return slow and self.bound.reachable_gap(point) > NEARLY

    def _prove_unpenalised(self, now: Standing) -> Standing | Outcome | None:
        """Without a penalty there may be no optimum, and the certificate is another one."""
        taken = self.effort.iteration
        if taken % LOOK_EVERY == 0 and separates(self.objective, now.point):
            return Outcome.SEPARABLE
        if taken >= 2 * LOOK_EVERY and not self.asked:
            self.asked = True
            if optimum_exists(self.objective) is False:
                return Outcome.SEPARABLE
        if self.lbfgs.promise > self.tol * now.point.value:
            return None
        self._go_on_in_float64()
        trial = self._look(now.trial.theta)
        gap, passes = newton_gap(self.objective, trial.point, self.lbfgs.precondition)
        self.effort.passes += passes
        return Standing(trial, gap=gap)

    def _polished(self, now: Standing) -> Standing:
        """Make the intercept exact for the present W: the certificate wants residuals of sum 0.

        In float64 where the tolerance is tight, since their sum in float32 carries noise that the
        certificate would count.
        """
        fast, fast_bound, trial = self.objective, self.bound, now.trial
        if self.tol < LOOSE and self._go_on_in_float64():
            trial = self._look(trial.theta)
        for _ in range(3):
            point = trial.point
            if not self.objective.fit_intercept or self.bound.relative_gap(point) <= self.tol:
                break
            step = self.objective.intercept_step(point)
            self.effort.passes += 0.5
            trial = self._look(np.column_stack([point.W, point.b - step]))
        if self.bound.relative_gap(trial.point) > self.tol:
            self.objective, self.bound = fast, fast_bound
        return Standing(trial)
