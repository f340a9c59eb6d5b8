"""A first fit of some of the rows: the first steps need not read all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from linocut.solve.methods.lbfgs import LBFGS, Trial
from linocut.solve.objective import Objective, Point
from linocut.solve.preconditioning.preconditioner import PreconditionerMaker

Floats = NDArray[np.float64]

GROWTH = 12  # how many times more rows the next one has
REST = 3  # all rows are taken once they are fewer than this many times those
STEPS = 8  # at most, in one fit
RESTRAINT = 4  # times the penalty that the same C would give: few rows ask for more


def rough_start(
    objective: Objective,
    few: Objective,
    theta: Floats,
    moments: tuple[Floats, Floats],
    rng: np.random.Generator,
    memory: int,
) -> Iterator[tuple[Floats, float]]:
    """Fit growing samples of the rows, one from the other; yield θ and the passes so far.

    The few are the first sample. Each fit ends when what is still to gain would be lost again on
    the other rows. The samples keep the C of the whole, not its mean penalty, or they would overfit
    and cost more than they save. With few rows nothing is done. Each step yields, so that a fit
    that is interrupted here keeps what it has.
    """
    n, d = objective.blocks.shape
    K, passes = objective.n_classes, 0.0
    size = few.blocks.shape[0]
    while size * REST <= n:
        part = replace(few, penalty=RESTRAINT * few.penalty)
        now = look(part, theta)
        precondition = PreconditionerMaker(part, *moments, rng).at(now.point)
        evaluations = 1.0 + precondition.passes
        method = LBFGS[Point](precondition, memory)
        noise = float(np.finfo(part.blocks.dtype).eps)
        for _ in range(STEPS):
            taken = method.step(now, partial(look, part), noise * now.value)
            evaluations += method.looks
            if taken is None:
                break
            now = taken[0]
            yield now.theta, passes + evaluations * size / n
            if method.promise < 0.25 * K * (d + 1) / size:
                break
        theta = now.theta
        passes += evaluations * size / n
        yield theta, passes
        size *= GROWTH
        if size * REST <= n:
            few = objective.take(np.flatnonzero(rng.random(n) < size / n))


def look(objective: Objective, theta: Floats) -> Trial[Point]:
    """Evaluate the objective at θ = (W | b), shape (K, d + 1): one pass."""
    point = objective.at(theta[:, :-1].copy(), theta[:, -1].copy())
    return Trial(theta, point.value, np.column_stack([point.gradient_W, point.gradient_b]), point)
