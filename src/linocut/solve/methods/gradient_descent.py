"""Gradient descent and mini-batch SGD: the textbook's methods, to compare with and to look at.

    W ← W − η (G + λW),   b ← b − η g

with G and g the gradient of the mean loss over all rows (Cauchy, 1847), or an estimate of it from
a batch of them (Robbins & Monro, "A stochastic approximation method", 1951). Neither knows when
it has arrived: they take the steps they are told to. What finds the optimum is `minimise`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Matrix
from linocut.solve.loop import Effort, Method
from linocut.solve.losses import Loss
from linocut.solve.objective import Objective
from linocut.solve.progress import Progress
from linocut.solve.record import Outcome, Snapshot

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Batch = tuple[Objective, float]

EXPLODED = 1000  # times the loss of zero weights: no step comes back from there by itself


class GradientDescent(Method[Snapshot, Progress]):
    """Takes steps of fixed length.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty, which may be zero.
    first : Snapshot
        Where to begin.
    rate : float
        η.
    batches : iterator of (Objective, float)
        What each step descends on, see `batches`.
    share : float
        Passes that a step takes.
    watched : Objective or None
        Rows to be evaluated along with the training rows.
    """

    worst: float  # the objective of zero weights

    def __init__(
        self,
        objective: Objective,
        first: Snapshot,
        rate: float,
        batches: Iterator[Batch],
        share: float,
        watched: Objective | None,
    ) -> None:
        self.effort = Effort()
        self.objective, self.first, self.rate = objective, first, rate
        self.batches, self.share, self.watched = batches, share, watched

    def init(self) -> Snapshot:
        """See `Method`."""
        first = self.first
        nothing = replace(first, W=np.zeros_like(first.W), b=np.zeros_like(first.b))
        self.worst = _judge(self.objective, nothing).objective
        return first

    def salvage(self) -> Snapshot:
        """See `Method`."""
        return self.first

    def step(self, now: Snapshot) -> Snapshot | Outcome:
        """See `Method`; diverged where the step leads nowhere."""
        W, b = now.W, now.b
        batch, weight = next(self.batches)
        point = batch.at(W, b)
        if not point.loss <= EXPLODED * self.worst:
            return Outcome.DIVERGED
        pull = self.objective.penalty * W
        W = W - self.rate * (weight * (point.gradient_W - pull) + pull)
        b = b - self.rate * weight * point.gradient_b
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            return Outcome.DIVERGED
        return Snapshot(now.step + 1, W, b)

    def certify(self, now: Snapshot) -> Progress:
        """See `Method`; nothing is proved, but the rows are judged: a pass that is not counted."""
        train = _judge(self.objective, now)
        test = None if self.watched is None else _judge(self.watched, now)
        self.effort.passes = now.step * self.share
        return Progress(
            step=now.step,
            passes=self.effort.passes,
            seconds=self.effort.stepping,
            objective=train.objective,
            loss=train.loss,
            accuracy=train.accuracy,
            test_loss=None if test is None else test.loss,
            test_accuracy=None if test is None else test.accuracy,
        )

    def weights(self, now: Snapshot) -> tuple[Floats, Floats]:
        """See `Method`."""
        return now.W, now.b


def batches(objective: Objective, size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield the objective of each batch, and the mean weight of its rows relative to all rows'.

    An objective divides by the weights of its own rows; times that number, its gradient is on
    average the gradient of all rows.
    """
    n = objective.blocks.shape[0]
    if size == n:
        while True:
            yield objective, 1.0
    for rows in _shuffled(n, size, rng):
        # Its λ does not matter: the method takes the pull of the penalty from all rows.
        batch = replace(objective, blocks=objective.blocks.take(rows))
        share = batch.total / size * (n / objective.total) if batch.blocks.weighted else 1.0
        yield batch, share


def _shuffled(n: int, size: int, rng: np.random.Generator) -> Iterator[Rows]:
    left = rng.permutation(n)
    while True:
        if len(left) < size:  # the rest of one order begins the batch, the next order fills it
            left = np.concatenate([left, rng.permutation(n)])
        yield left[:size]
        left = left[size:]


@dataclass(frozen=True)
class _Judgement:
    objective: float
    loss: float
    accuracy: float


def _judge(objective: Objective, at: Snapshot) -> _Judgement:
    """Return the objective, and loss and accuracy with every row alike: one pass."""
    dtype, loss = objective.blocks.dtype, objective.loss
    judging = Judging(at.W.astype(dtype), at.b.astype(dtype), loss)
    weighted, plain, right = objective.blocks.sum(judging)
    n = len(objective.blocks)
    penalty = 0.5 * objective.penalty * float(np.vdot(at.W, at.W))
    return _Judgement(weighted / objective.total + penalty, plain / n, right / n)


@dataclass(frozen=True, eq=False)
class Judging:
    """The task: summed loss, weighted and not, and how many rows are correctly classified."""

    W: NDArray[np.floating[Any]]
    b: NDArray[np.floating[Any]]
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[float, float, int]:
        """See `Task`."""
        Z = np.ascontiguousarray((X @ self.W.T).T)
        Z += self.b[:, None]
        right = int(np.count_nonzero(Z.argmax(axis=0) == y))
        weighted = None if w is None else self.loss.residuals(Z.copy(), y, w)
        plain = self.loss.residuals(Z, y, None)
        return plain if weighted is None else weighted, plain, right
