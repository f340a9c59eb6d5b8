"""L-BFGS: a direction from the last few changes of the gradient, and a line search.

Liu & Nocedal, "On the limited memory BFGS method for large scale optimization" (1989); the
conditions that end the line search are the approximate Wolfe conditions of Hager & Zhang, "A new
conjugate gradient method with guaranteed descent and an efficient line search" (2005), eq. 4.1:
near the optimum, values agree to all their digits while gradients still tell the way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
P = TypeVar("P")

REGAIN = 2.0  # what a full step gives back of the scale


@dataclass(frozen=True, eq=False)
class Trial(Generic[P]):
    """What the line search looks at: coordinates, value and gradient there, and the point."""

    theta: Floats
    value: float
    gradient: Floats
    point: P


@dataclass(eq=False)
class LBFGS(Generic[P]):
    """The method's options and its memory.

    Attributes
    ----------
    precondition : callable
        A first estimate of the inverse Hessian times a gradient.
    memory : int
        Pairs of steps and gradient changes that are kept.
    decrease, flatness : float
        Wolfe's two constants: the share of the promised decrease that a step must reach, and the
        share of the slope that may be left.
    trials : int
        Points tried on one line before giving up.
    scale : float
        What the first estimate is multiplied by, so that it is right along the last step that
        turned out too long.
    promise : float
        What the last step was to gain if the objective were the quadratic that is assumed: near
        the optimum, the distance to it.
    looks : int
        Points that the last step tried.
    """

    precondition: Callable[[Floats], Floats]
    memory: int = 30
    decrease: float = 1e-4
    flatness: float = 0.9
    trials: int = 20
    pairs: deque[tuple[Floats, Floats, float]] = field(default_factory=deque)
    scale: float = 1.0
    promise: float = np.inf
    looks: int = 0

    def direction(self, gradient: Floats) -> Floats:
        """Return the direction −H·gradient, H the current estimate of the inverse Hessian."""
        q = gradient.copy()
        coefficients = []
        for s, y, sy in reversed(self.pairs):
            a = float(np.vdot(s, q)) / sy
            coefficients.append(a)
            q -= a * y
        q = self.scale * self.precondition(q)
        for (s, y, sy), a in zip(self.pairs, reversed(coefficients), strict=True):
            q += (a - float(np.vdot(y, q)) / sy) * s
        return -q

    def renew(self, precondition: Callable[[Floats], Floats]) -> None:
        """Go on from a better first estimate; the pairs remain true."""
        self.precondition, self.scale = precondition, 1.0

    def adjust(self, t: float) -> None:
        """Learn from the length of the last step how right the first estimate was."""
        if t < 1 and self.pairs:  # it promised too much
            _, y, sy = self.pairs[-1]
            self.scale = min(1.0, sy / float(np.vdot(y, self.precondition(y))))
        else:
            self.scale = min(1.0, REGAIN * self.scale)

    def forget(self) -> None:
        """Start again from the first estimate."""
        self.pairs.clear()
        self.scale = 1.0

    def remember(self, before: Trial[P], after: Trial[P]) -> None:
        """Keep the pair of step and gradient change, if the curvature along it is positive."""
        s, y = after.theta - before.theta, after.gradient - before.gradient
        sy = float(np.vdot(s, y))
        if sy > 1e-12 * float(np.linalg.norm(s) * np.linalg.norm(y)):
            self.pairs.append((s, y, sy))
            while len(self.pairs) > self.memory:
                self.pairs.popleft()

    def step(
        self, now: Trial[P], look: Callable[[Floats], Trial[P]], noise: float
    ) -> tuple[Trial[P], float] | None:
        """Take one step.

        Parameters
        ----------
        now : Trial
            Where the method stands.
        look : callable
            Evaluates the objective at coordinates; costs one pass.
        noise : float
            Differences of the value below this say nothing.

        Returns
        -------
        (Trial, float) or None
            The next point and the step's length; None when no step makes progress.
        """
        direction = self.direction(now.gradient)
        slope = float(np.vdot(now.gradient, direction))
        self.promise = -0.5 * slope
        if not slope < 0:
            if not self.pairs:
                return None
            self.forget()
            return self.step(now, look, noise)
        t, low, high = 1.0, 0.0, np.inf
        for tried in range(1, self.trials + 1):
            self.looks = tried
            trial = look(now.theta + t * direction)
            new_slope = float(np.vdot(trial.gradient, direction))
            armijo = trial.value <= now.value + self.decrease * t * slope
            near = abs(trial.value - now.value) <= noise
            flat_enough = new_slope <= (2 * self.decrease - 1) * slope if near else armijo
            if not (armijo or near) or not flat_enough or not np.isfinite(trial.value):
                high = t
            elif new_slope < self.flatness * slope:
                low = t
            else:
                self.remember(now, trial)
                self.adjust(t)
                return trial, t
            t = 2 * t if np.isinf(high) else 0.5 * (low + high)
        if self.pairs:  # an outworn memory: start again from the steepest way down
            self.forget()
            return self.step(now, look, noise)
        return None
