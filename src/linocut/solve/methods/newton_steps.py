"""Newton's steps over all rows, where quasi-Newton ones are too slow: with next to no penalty.

L-BFGS learns curvature from the last few dozen steps. With next to no penalty the curvatures of an
objective span eight decades and change on the way, and it is left with thousands of short steps.
Here each step solves

    H s = −g,   as exactly as the step is worth

by conjugate gradients with products over all rows (Dembo & Steihaug, "Truncated-Newton algorithms
for large-scale unconstrained optimization", 1983). Where this departs from the textbook:

1.  The penalty falls by tens from one that makes the problem easy, each optimum being the start of
    the next: from far away Newton's steps with next to no penalty lead nowhere.
2.  One class against the rest, each class has its own length of step.
3.  The preconditioner, one Gram matrix a class, is made anew at each point, from many rows: its
    making takes a tenth of the products that it saves. Where full steps still take many, it is made
    of all columns and of all rows but those with hardly any curvature. Near the optimum with next
    to no penalty few rows are left, which are soon summed; with one class against the rest it then
    is the Hessian, and two products take the place of 150.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from linocut.solve.conjugate_gradients import conjugate_gradients
from linocut.solve.loop import Effort
from linocut.solve.methods.lbfgs import Trial
from linocut.solve.objective import Objective, Point
from linocut.solve.preconditioning.preconditioner import Preconditioner, PreconditionerMaker

Floats = NDArray[np.float64]
Look = Callable[[Floats], Trial[Point]]

EASY = 1e4  # curvature along a row of usual length, as a multiple of the penalty
STEEP = 1e7  # the same, from where on L-BFGS is likely to be lost
FALL = 10.0  # of the penalty, from one stage to the next
NEAR = 1e-2  # relative distance to the optimum of a stage, as a step promises, that ends it
SHARE = 8.0  # of the rows that a preconditioner is usually made from
TRUST = 20.0  # and the share of its usual floor, inverted
SURE = 1e4  # the same where it is nearly exact
MANY_PRODUCTS = 20  # in one step, from where on to make it nearly exact
TOO_MANY_PRODUCTS = 40  # with one that is nearly exact
WORTH = 0.5  # length of a step that is worth it
EXACTNESS = 0.1  # of a step: the share of the gradient that is left, at most
MOST_PRODUCTS = 150  # in one step
DECREASE = 1e-4  # share of the promised decrease that a step must reach
HALVINGS = 20
LOOKS = 6  # for the lengths of all classes
FLAT = 0.5  # share of a slope that may be left
MOST_STEPS = 40  # before a better point than the present one must be found
PRODUCT = 1.5  # passes that a product with the Hessian takes


@dataclass(eq=False)
class NewtonSteps:
    """The method's memory.

    Attributes
    ----------
    maker : PreconditionerMaker
        For the objective whose optimum is sought.
    effort : Effort
        Its passes are added to.
    penalty : float
        That of the present stage.
    promise : float
        What the last step of the last stage was to gain, relative to the value.
    costly : bool
        Whether the last step took so many products that the Hessian itself costs less.
    coarse : bool
        Whether it did so even then: the float type is too coarse.
    """

    maker: PreconditionerMaker
    effort: Effort
    penalty: float
    promise: float = np.inf
    costly: bool = False
    coarse: bool = False

    @classmethod
    def of(cls, maker: PreconditionerMaker, effort: Effort) -> NewtonSteps:
        """Begin with a penalty that makes the problem easy, or with the objective's own."""
        return cls(maker, effort, max(maker.objective.penalty, _curvature(maker) / EASY))

    @staticmethod
    def suits(maker: PreconditionerMaker) -> bool:
        """Tell whether the penalty is next to none beside the curvature along a usual row."""
        penalty = maker.objective.penalty
        return penalty > 0 and _curvature(maker) > STEEP * penalty

    def step(
        self,
        objective: Objective,
        now: Trial[Point],
        look: Look,
        noise: float,
    ) -> tuple[Trial[Point], float] | None:
        """Return a better point and the length of the last step there; None if there is none.

        Parameters
        ----------
        objective : Objective
            In the present float type.
        now : Trial
            Where the fit stands.
        look : callable
            Evaluates the objective at coordinates; costs one pass.
        noise : float
            Differences of the value below this say nothing.
        """
        at, penalty = now, self.penalty
        for _ in range(MOST_STEPS):
            taken = self._ahead(objective, at, look, noise)
            if taken is None and self.penalty <= objective.penalty:
                return None
            if taken is not None:
                at, length = taken
                flatter = np.linalg.norm(at.gradient) < np.linalg.norm(now.gradient)
                if at.value < now.value - noise or (at.value <= now.value + noise and flatter):
                    return at, length
        self.penalty = penalty
        return None

    def _ahead(
        self,
        objective: Objective,
        at: Trial[Point],
        look: Look,
        noise: float,
    ) -> tuple[Trial[Point], float] | None:
        """Take one step of the present stage; without one, or near its optimum, go on to the next.

        Returns the point and the step's length; None if no step makes progress in this stage.
        """
        stage = Stage(objective, self.penalty)
        asked, gradient, value = stage.asked, stage.gradient(at), stage.value(at)
        maker = replace(self.maker, objective=asked)
        exact = self._nearly_exact(maker, at.point) if self.costly else None
        # Rounding in float32 would hide the least of curvatures that span eight decades.
        sharp = replace(maker, objective=asked.in_float64() or asked, trust=TRUST)
        precondition = exact or sharp.at(at.point, SHARE)
        self.effort.passes += precondition.passes
        found = conjugate_gradients(
            lambda v: np.column_stack(asked.hessian_product(at.point, v[:, :-1], v[:, -1])),
            precondition,
            -gradient,
            enough=lambda r, size, first: size <= min(EXACTNESS**2, 0.5 * first / value) * first,
            most=MOST_PRODUCTS,
        )
        self.effort.passes += PRODUCT * found.products
        slope = float(np.vdot(gradient, found.x))
        promise = -0.5 * slope / value
        if self.penalty <= objective.penalty:
            self.promise = promise
        ahead = stage.downhill(at, found.x, slope, look, noise) if slope < 0 else None
        # The whole of a step that turns out too long was not worth its products.
        worth = ahead is not None and ahead[1] >= WORTH
        self.costly = worth and (self.costly or found.products > MANY_PRODUCTS)
        # If they are many with the Hessian itself, it is rounding that makes them useless.
        self.coarse = exact is not None and found.products > TOO_MANY_PRODUCTS
        if ahead is None or promise < NEAR:
            self.penalty = max(self.penalty / FALL, objective.penalty)
        return ahead

    def _nearly_exact(self, maker: PreconditionerMaker, point: Point) -> Preconditioner | None:
        asked = maker.objective
        if not asked.loss.shift_invariant:  # it is the Hessian, if float32 does not blur it
            asked = asked.in_float64() or asked
        return replace(maker, objective=asked, trust=SURE).nearly_exact(point)


@dataclass(frozen=True, eq=False)
class Stage:
    """A problem on the way: the objective with a larger penalty.

    Attributes
    ----------
    objective : Objective
        Of which points are told.
    penalty : float
        The stage's own.
    """

    objective: Objective
    penalty: float

    @property
    def asked(self) -> Objective:
        """The objective of the stage."""
        return replace(self.objective, penalty=self.penalty)

    @property
    def more(self) -> float:
        """What the penalty is larger by."""
        return self.penalty - self.objective.penalty

    def value(self, trial: Trial[Point]) -> float:
        """Return the stage's objective at a point."""
        return trial.value + 0.5 * self.more * float(np.square(trial.theta[:, :-1]).sum())

    def gradient(self, trial: Trial[Point]) -> Floats:
        """Return its gradient, shape (K, d + 1)."""
        gradient = trial.gradient.copy()
        gradient[:, :-1] += self.more * trial.theta[:, :-1]
        return gradient

    def downhill(
        self, at: Trial[Point], step: Floats, slope: float, look: Look, noise: float
    ) -> tuple[Trial[Point], float] | None:
        """Return where a step of negative slope leads that decreases the value enough.

        Also returned is its length, as a share of the step's. None if no length is short enough.
        """
        lengths, trial = np.ones(len(step)), None
        if not self.objective.loss.shift_invariant:
            lengths, trial = self.lengths(at, step, look)
        start, t = self.value(at), 1.0
        for _ in range(HALVINGS):
            trial = trial or look(at.theta + t * lengths[:, None] * step)
            if self.value(trial) <= start + DECREASE * t * slope + noise:
                return trial, t * float(lengths.mean())
            trial, t = None, 0.5 * t
        return None

    def lengths(
        self, at: Trial[Point], step: Floats, look: Look
    ) -> tuple[Floats, Trial[Point] | None]:
        """Return how far to go for each class, (K,), where no class's loss depends on another's.

        Also returned is the point there, if it has been looked at.

        One class that overshoots would hold up all others. Along its step each loss is convex, and
        a pass tells the slopes of all: secants find where they have flattened out.
        """
        first = (self.gradient(at) * step).sum(axis=1)
        low, high, t = np.zeros_like(first), np.full_like(first, np.inf), np.ones_like(first)
        slope_low, slope_high = first.copy(), np.full_like(first, np.nan)
        for _ in range(LOOKS):
            there = look(at.theta + t[:, None] * step)
            slope = (self.gradient(there) * step).sum(axis=1)
            over, steep = slope > -FLAT * first, (slope < FLAT * first) & np.isfinite(high)
            if not (over | steep).any():
                return t, there
            high, slope_high = np.where(over, t, high), np.where(over, slope, slope_high)
            low, slope_low = np.where(steep, t, low), np.where(steep, slope, slope_low)
            share = np.clip(slope_low / (slope_low - slope_high), 0.1, 0.9)
            t = np.where(over | steep, low + share * (high - low), t)
        return t, None


def _curvature(maker: PreconditionerMaker) -> float:
    return maker.objective.loss.largest_curvature * float(maker.variance.sum())
