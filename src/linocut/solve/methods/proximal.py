"""Proximal quasi-Newton: a quadratic model of the loss, the penalty kept as it is.

Each step minimises

    ⟨g, D⟩ + ½ ⟨D, B D⟩ + penalty(θ + D)

with B an L-BFGS estimate of the loss's Hessian (Lee, Sun & Saunders, "Proximal Newton-type methods
for minimizing composite functions", 2014). The penalty is not approximated, so weights become
exactly zero, many of them in one step. Where this departs from the paper:

1. B starts from a Gram matrix of the rows, not from a multiple of the identity, so that the many
   nearly parallel columns of images cost no passes.
2. The model is minimised only roughly, by accelerated proximal gradients with restarts (Beck &
   Teboulle 2009; O'Donoghue & Candès 2015, gradient scheme); that reads no training rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from linocut.solve.methods.lbfgs import Trial
from linocut.solve.penalties import ElasticNet

Floats = NDArray[np.float64]
P = TypeVar("P")

BEND_SLACK = 1 + 1e-3  # products are rounded to float32


@dataclass(frozen=True, eq=False)
class Metric:
    """A first guess of the loss's Hessian: one (d, d) matrix for every class, 1 for intercepts.

    Attributes
    ----------
    gram : float32 array, shape (d, d) or (d,)
        The matrix, or only its diagonal.
    """

    gram: NDArray[np.float32]

    def times(self, theta: NDArray[Any]) -> NDArray[Any]:
        """Return the product with θ, shape (K, d + 1), in θ's float type."""
        product, V = theta.copy(), theta[:, :-1]
        product[:, :-1] = V * self.gram if self.gram.ndim == 1 else V @ self.gram
        return product

    def narrow(self, kept: NDArray[np.bool_]) -> Metric:
        """Return the part that belongs to some of the columns."""
        return Metric(self.gram[kept] if self.gram.ndim == 1 else self.gram[np.ix_(kept, kept)])


@dataclass(eq=False)
class Hessian:
    """The L-BFGS estimate in its compact form.

    Byrd, Nocedal & Schnabel, "Representations of quasi-Newton matrices and their use in limited
    memory methods" (1994), theorem 2.3.

    Attributes
    ----------
    metric : Metric
        What the estimate starts from, up to a scale.
    memory : int
        Pairs of steps and gradient changes that are kept.
    """

    metric: Metric
    memory: int = 30
    steps: list[Floats] = field(default_factory=list)
    changes: list[Floats] = field(default_factory=list)

    def remember(self, step: Floats, change: Floats, noise: float) -> None:
        """Keep the pair, if the curvature along it is more than the noise in the gradients."""
        length = float(np.linalg.norm(step))
        if float(np.vdot(step, change)) > noise * length:
            # Steps of length 1, or the short ones near the end are lost in the rounding of others.
            self.steps = [*self.steps, step / length][-self.memory :]
            self.changes = [*self.changes, change / length][-self.memory :]

    def forget(self) -> None:
        """Drop all pairs."""
        self.steps, self.changes = [], []

    def narrow(self, kept: NDArray[np.bool_]) -> None:
        """Drop columns."""
        self.metric = self.metric.narrow(kept)
        columns = np.append(kept, True)
        self.steps = [step[:, columns] for step in self.steps]
        self.changes = [change[:, columns] for change in self.changes]

    def product(self) -> Callable[[Floats], Floats]:
        """Return the function θ ↦ B θ; it is computed in float32, which is enough for a guess."""
        metric = self.metric
        if not self.steps:
            return metric.times
        S = np.array([step.ravel() for step in self.steps])
        Y = np.array([change.ravel() for change in self.changes])
        MS = np.array([metric.times(step).ravel() for step in self.steps])
        SY = S @ Y.T
        # The textbook scales by the last pair alone. Directions not seen yet are then often taken
        # as flatter than they are, and half of all passes go into steps that prove too long.
        scale = float(np.max(SY.diagonal() / np.einsum("ij,ij->i", S, MS)))
        lower = np.tril(SY, -1)
        middle = np.block([[scale * MS @ S.T, lower], [lower.T, -np.diag(SY.diagonal())]])
        Q = np.concatenate([scale * MS, Y])
        inner = np.linalg.lstsq(middle, Q, rcond=None)[0].astype(np.float32)
        Q = Q.astype(np.float32)

        def times(theta: Floats) -> Floats:
            theta32 = theta.astype(np.float32)
            correction = ((Q @ theta32.ravel()) @ inner).reshape(theta.shape)
            return np.asarray(scale * metric.times(theta32) - correction, dtype=np.float64)

        return times


@dataclass(eq=False)
class ProximalQuasiNewton(Generic[P]):
    """The method's options and its memory.

    Attributes
    ----------
    hessian : Hessian
        The estimate of the loss's second derivatives.
    accuracy : float
        The share of the model's first proximal gradient at which its minimum is near enough.
    inner : int
        Proximal gradients spent on one model at most.
    decrease : float
        The share of the promised decrease that a step must reach.
    trials : int
        Lengths tried for one step before giving up.
    """

    hessian: Hessian
    accuracy: float = 0.05
    inner: int = 100
    decrease: float = 1e-4
    trials: int = 20
    bend: float = 0.0  # largest curvature of the model met so far
    largest: float = 0.0  # length of the longest gradient met so far

    def step(
        self,
        now: Trial[P],
        look: Callable[[Floats], Trial[P]],
        penalty: ElasticNet,
        alive: NDArray[np.bool_],
        noise: float,
    ) -> tuple[Trial[P], float] | None:
        """Take one step.

        Parameters
        ----------
        now : Trial
            Where the method stands; its value includes the penalty, its gradient does not.
        look : callable
            Evaluates the objective at coordinates; costs one pass.
        penalty : ElasticNet
            As a function of the coordinates.
        alive : bool array, shape (K, d + 1)
            Coordinates that may differ from zero.
        noise : float
            Differences of the value below this say nothing.

        Returns
        -------
        (Trial, float) or None
            The next point and the step's length; None when no step makes progress.
        """
        self.largest = max(self.largest, float(np.linalg.norm(now.gradient)))
        goal = self.goal(now.theta, now.gradient, penalty, alive)
        direction = goal - now.theta
        promised = float(np.vdot(now.gradient, direction))
        promised += penalty.value(goal) - penalty.value(now.theta)
        t = 1.0
        leads_down = np.isfinite(promised) and promised <= noise and np.any(direction)
        for _ in range(self.trials if leads_down else 0):
            # The goal itself, not θ + D, which rounds its zeros away.
            trial = look(goal if t == 1 else now.theta + t * direction)
            if trial.value <= now.value + self.decrease * t * min(promised, 0) + noise:
                change = trial.gradient - now.gradient
                noise *= self.largest / abs(now.value)
                self.hessian.remember(trial.theta - now.theta, change, noise)
                return trial, t
            t *= 0.5
        if self.hessian.steps:  # an outworn memory: start again from the metric alone
            self.hessian.forget()
            return self.step(now, look, penalty, alive, noise)
        return None

    def goal(
        self, theta: Floats, gradient: Floats, penalty: ElasticNet, alive: NDArray[np.bool_]
    ) -> Floats:
        """Return roughly the minimum of the model around θ, with exact zeros."""
        times = self.hessian.product()
        if self.bend == 0:
            square = float(np.vdot(gradient, gradient))
            self.bend = float(np.vdot(gradient, times(gradient))) / square if square > 0 else 1.0
        first = 0.0
        U, BU = theta, np.zeros_like(theta)  # a point, and B (point − θ)
        V, BV, momentum = U, BU, 1.0
        for _ in range(self.inner):
            slope = gradient + BV
            while True:
                new = np.where(alive, penalty.prox(V - slope / self.bend, 1 / self.bend), 0.0)
                step = new - V
                bent, length = times(step), float(np.vdot(step, step))
                # What overflows bends no more: it promises nothing that is finite, and is refused.
                if not float(np.vdot(step, bent)) > BEND_SLACK * self.bend * length:
                    break
                self.bend *= 1.5
            Bnew = BV + bent
            if float(np.vdot(step, new - U)) < 0:  # it went back: the momentum has overshot
                momentum = 1.0
            following = 0.5 * (1 + (1 + 4 * momentum**2) ** 0.5)
            push = (momentum - 1) / following
            V, BV = new + push * (new - U), Bnew + push * (Bnew - BU)
            U, BU, momentum = new, Bnew, following
            first = first or length
            if length <= self.accuracy**2 * first:
                break
        self.bend *= 0.9  # the next model may be flatter
        return U
