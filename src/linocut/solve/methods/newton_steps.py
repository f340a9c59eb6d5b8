"""Newton's steps over all rows, where quasi-Newton ones are too slow: with next to no penalty.

L-BFGS learns curvature from the last few dozen steps. With next to no penalty the curvatures of an
objective span eight decades and change on the way, and it is left with thousands of short steps.
Here each step solves

    H s = −g,   as exactly as the step is worth

by conjugate gradients with products over all rows (Dembo & Steihaug, "Truncated-Newton algorithms
for large-scale unconstrained optimization", 1983). Where this departs from the textbook:

1.  The penalty falls by tens from one that makes the problem easy, each optimum being the start of
    the next: from far away Newton's steps with next to no penalty lead nowhere.
2.  The preconditioner, one Gram matrix a class, is made anew at each point, from many rows: its
    making takes a tenth of the products that it saves.
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
from linocut.solve.preconditioning.preconditioner import PreconditionerMaker

Floats = NDArray[np.float64]

EASY = 1e4  # curvature along a row of usual length, as a multiple of the penalty
STEEP = 1e7  # the same, from where on L-BFGS is likely to be lost
FALL = 10.0  # of the penalty, from one stage to the next
NEAR = 1e-2  # relative distance to the optimum of a stage, as a step promises, that ends it
SHARE = 8.0  # of the rows that a preconditioner is usually made from
TRUST = 20.0  # and the share of its usual floor, inverted
EXACTNESS = 0.1  # of a step: the share of the gradient that is left, at most
MOST_PRODUCTS = 150  # in one step
DECREASE = 1e-4  # share of the promised decrease that a step must reach
HALVINGS = 20
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
    """

    maker: PreconditionerMaker
    effort: Effort
    penalty: float
    promise: float = np.inf

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
        look: Callable[[Floats], Trial[Point]],
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
        look: Callable[[Floats], Trial[Point]],
        noise: float,
    ) -> tuple[Trial[Point], float] | None:
        """Take one step of the present stage; without one, or near its optimum, go on to the next.

        Returns the point and the step's length; None if no step makes progress in this stage.
        """
        stage = replace(objective, penalty=self.penalty)
        more = stage.penalty - objective.penalty

        def of_stage(trial: Trial[Point]) -> float:
            return trial.value + 0.5 * more * float(np.square(trial.theta[:, :-1]).sum())

        gradient = at.gradient.copy()
        gradient[:, :-1] += more * at.theta[:, :-1]
        precondition = replace(self.maker, objective=stage, trust=TRUST).at(at.point, SHARE)
        self.effort.passes += precondition.passes
        value = of_stage(at)
        found = conjugate_gradients(
            lambda v: np.column_stack(stage.hessian_product(at.point, v[:, :-1], v[:, -1])),
            precondition,
            -gradient,
            enough=lambda r, size, first: size <= min(EXACTNESS**2, 0.5 * first / value) * first,
            most=MOST_PRODUCTS,
        )
        self.effort.passes += PRODUCT * found.products
        slope = float(np.vdot(gradient, found.x))
        promise, t = -0.5 * slope / value, 1.0
        if more == 0:
            self.promise = promise
        for _ in range(HALVINGS if slope < 0 else 0):
            trial = look(at.theta + t * found.x)
            if of_stage(trial) <= value + DECREASE * t * slope + noise:
                break
            t *= 0.5
        else:
            trial = None
        if trial is None or promise < NEAR:
            self.penalty = max(self.penalty / FALL, objective.penalty)
        return None if trial is None else (trial, t)


def _curvature(maker: PreconditionerMaker) -> float:
    return maker.objective.loss.largest_curvature * float(maker.variance.sum())
