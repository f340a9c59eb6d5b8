"""Gradient descent and mini-batch SGD: the textbook's methods, to compare with and to look at.

    W ← W − η (G + λW),   b ← b − η g

with G and g the gradient of the mean loss over all rows (Cauchy, 1847), or an estimate of it from
a batch of them (Robbins & Monro, "A stochastic approximation method", 1951). Neither knows when
it has arrived: they take the steps they are told to. What finds the optimum is `minimise`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks, Blocks, Matrix, one_blas_thread
from linocut.solve.objective import Objective
from linocut.solve.progress import DescentRecord, Progress
from linocut.solve.record import Outcome, Snapshot
from linocut.solve.stable_rate import largest_stable_rate

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

EXPLODED = 1000  # times the loss of zero weights: no step comes back from there by itself
TENFOLD = (1, 1.5, 2, 3, 5, 7)  # the steps evaluated between 10^k and 10^(k + 1)


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a descent ended, and how it got there.

    Attributes
    ----------
    W : float64 array, shape (K, d)
        Weights after the last step; finite always.
    b : float64 array, shape (K,)
        Intercept.
    record : DescentRecord
        Loss and accuracy on the way, and the outcome.
    snapshots : tuple of Snapshot
        The weights at the steps chosen, as far as they were reached.
    """

    W: Floats
    b: Floats
    record: DescentRecord
    snapshots: tuple[Snapshot, ...]


def descend(
    objective: Objective,
    *,
    learning_rate: float,
    steps: int,
    batch_size: int | None = None,
    every: int | None = None,
    seed: int | np.random.Generator | None = None,
    watch: tuple[Blocks, NDArray[np.int64]] | None = None,
    keep: Collection[int] = (),
    start: tuple[Floats, Floats] | None = None,
    callback: Callable[[Progress], bool | None] | None = None,
) -> Descent:
    """Take steps of fixed length down the gradient of all rows or of small batches.

    Batches are cut from one shuffled order of the rows after the other, so that every row is read
    once before any is read again. Ctrl-C ends the descent and keeps where it was; a second one,
    while that is evaluated, is not caught.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty, which may be zero. Its rows are in float32 or float64;
        weights are kept in float64.
    learning_rate : float
        η, above zero, in units of squared weights per nat.
    steps : int
        Steps to take, from 1 up.
    batch_size : int, optional
        Rows a step. None, or as many as there are rows: all of them, plain gradient descent.
    every : int, optional
        Evaluate at each multiple of this number of steps. By default at 1, 2, 3, 5, 7, 10, 15,
        20, 30 and so on. The start and the end are always evaluated.
    seed : int or numpy.random.Generator, optional
        Of the shuffling. The same seed gives the same bits.
    watch : (blocks, y), optional
        Rows not trained on, shape (m, d), and their int64 classes, shape (m,): to be evaluated
        along with the training rows.
    keep : collection of int
        Steps, 0 (the start) to ``steps``, whose weights to keep.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), optional
        Where to begin; zero if not given.
    callback : callable, optional
        Called with each `Progress`; a true answer stops the descent.

    Returns
    -------
    Descent
        With ``record.outcome`` telling how it ended and ``record.message`` what to try. It has
        diverged if the loss is above a thousand times that of zero weights, or ends above it.

    Raises
    ------
    LinocutError
        If a parameter is out of its range, or shapes do not agree.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> from linocut.solve import Softmax
    >>> X, y = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([0, 0, 1, 1])
    >>> objective = Objective(ArrayBlocks(X, np.float64), y, None, Softmax(), 0.0, 2)
    >>> found = descend(objective, learning_rate=0.3, batch_size=2, steps=100, seed=0)
    >>> found.record.outcome.name, found.record.last.passes, found.record.last.accuracy
    ('STEPS', 50.0, 1.0)
    """
    _check_numbers(learning_rate, steps, batch_size, every)
    _check_keep(keep, steps)
    watched = None if watch is None else _watched(objective, *watch)
    n, d = objective.blocks.shape
    size = n if batch_size is None else min(int(batch_size), n)
    if size < n and not isinstance(objective.blocks, ArrayBlocks):
        raise LinocutError(
            f"batch_size={batch_size} of {type(objective.blocks).__name__}, whose rows cannot be "
            "taken one by one — use ArrayBlocks, or batch_size=None for all rows"
        )
    first = _start(start, (objective.n_classes, d))
    run = _Run(
        objective,
        watched,
        float(learning_rate),
        int(steps),
        _batches(objective, size, np.random.default_rng(seed)),
        size / n,
        _due(steps, every),
        frozenset(keep),
        callback,
    )
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        outcome = run.go(first)
        stable = largest_stable_rate(objective) if outcome is Outcome.DIVERGED else None
    record = DescentRecord(
        outcome, tuple(run.lines), float(learning_rate), batch_size, int(steps), stable
    )
    return Descent(run.now.W, run.now.b, record, tuple(run.snapshots))


@dataclass(eq=False)
class _Run:
    """The state of one descent."""

    objective: Objective
    watched: Objective | None
    rate: float
    steps: int
    batches: Iterator[tuple[Objective, float]]
    passes: float  # that a step reads
    due: Collection[int]
    keep: frozenset[int]
    callback: Callable[[Progress], bool | None] | None

    def go(self, first: Snapshot) -> Outcome:
        self.now, self.seconds = first, 0.0
        self.lines: list[Progress] = []
        self.snapshots = [first] if 0 in self.keep else []
        nothing = replace(first, W=np.zeros_like(first.W), b=np.zeros_like(first.b))
        outcome = None
        try:
            self.worst = _judge(self.objective, nothing).objective
            outcome = self.report()
            while outcome is None:
                if not self.advance():
                    outcome = Outcome.DIVERGED
                elif self.now.step == self.steps or self.now.step in self.due:
                    outcome = self.report()
        except KeyboardInterrupt:
            outcome = Outcome.INTERRUPTED
        if not self.lines or self.lines[-1].step < self.now.step:
            self.lines.append(self.look())
        return outcome

    def advance(self) -> bool:
        """Take one step; False if it leads nowhere."""
        began = time.perf_counter()
        ahead = self.proposed()
        self.seconds += time.perf_counter() - began
        if ahead is None:
            return False
        self.now = ahead
        if ahead.step in self.keep:
            self.snapshots.append(ahead)
        return True

    def proposed(self) -> Snapshot | None:
        W, b = self.now.W, self.now.b
        batch, weight = next(self.batches)
        point = batch.at(W, b)
        if not point.loss <= EXPLODED * self.worst:
            return None
        pull = self.objective.penalty * W
        W = W - self.rate * (weight * (point.gradient_W - pull) + pull)
        b = b - self.rate * weight * point.gradient_b
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            return None
        return Snapshot(self.now.step + 1, W, b)

    def report(self) -> Outcome | None:
        line = self.look()
        self.lines.append(line)
        if self.callback is not None and self.callback(line):
            return Outcome.STOPPED
        if line.step < self.steps:
            return None
        return Outcome.STEPS if line.objective <= self.worst else Outcome.DIVERGED

    def look(self) -> Progress:
        train = _judge(self.objective, self.now)
        test = None if self.watched is None else _judge(self.watched, self.now)
        step = self.now.step
        return Progress(
            step=step,
            passes=step * self.passes,
            seconds=self.seconds,
            objective=train.objective,
            loss=train.loss,
            accuracy=train.accuracy,
            test_loss=None if test is None else test.loss,
            test_accuracy=None if test is None else test.accuracy,
        )


def _batches(
    objective: Objective, size: int, rng: np.random.Generator
) -> Iterator[tuple[Objective, float]]:
    """Yield the objective of each batch, and the mean weight of its rows relative to all rows'.

    An objective divides by the weights of its own rows; times that number, its gradient is on
    average the gradient of all rows.
    """
    n = objective.blocks.shape[0]
    if size == n:
        while True:
            yield objective, 1.0
    for rows in _shuffled(n, size, rng):
        batch = _taken(objective, rows)
        share = 1.0 if batch.weights is None else batch.total / size * (n / objective.total)
        yield batch, share


def _shuffled(n: int, size: int, rng: np.random.Generator) -> Iterator[Rows]:
    left = rng.permutation(n)
    while True:
        if len(left) < size:  # the rest of one order begins the batch, the next order fills it
            left = np.concatenate([left, rng.permutation(n)])
        yield left[:size]
        left = left[size:]


def _taken(objective: Objective, rows: Rows) -> Objective:
    blocks: Any = objective.blocks
    w = objective.weights
    return replace(
        objective,
        blocks=blocks.take(rows),
        y=objective.y[rows],
        weights=None if w is None else w[rows],
    )


@dataclass(frozen=True)
class _Judgement:
    objective: float
    loss: float
    accuracy: float


def _judge(objective: Objective, at: Snapshot) -> _Judgement:
    """Return the objective, and loss and accuracy with every row alike: one pass."""
    dtype = objective.blocks.dtype
    W, b = at.W.astype(dtype), at.b.astype(dtype)
    y, w, loss = objective.y, objective.weights, objective.loss

    def part(rows: slice, X: Matrix) -> tuple[float, float, int]:
        Z = np.ascontiguousarray((X @ W.T).T)
        Z += b[:, None]
        right = int(np.count_nonzero(Z.argmax(axis=0) == y[rows]))
        weighted = None if w is None else loss.residuals(Z.copy(), y[rows], w[rows])
        plain = loss.residuals(Z, y[rows], None)
        return plain if weighted is None else weighted, plain, right

    weighted, plain, right = (sum(parts) for parts in zip(*objective.blocks.map(part), strict=True))
    n = len(y)
    penalty = 0.5 * objective.penalty * float(np.vdot(at.W, at.W))
    return _Judgement(weighted / objective.total + penalty, plain / n, right / n)


def _due(steps: int, every: int | None) -> Collection[int]:
    if every is not None:
        return range(0, steps + 1, every)
    decades = range(len(str(steps)))
    return {int(step * 10**k) for k in decades for step in TENFOLD if (step * 10**k) % 1 == 0}


def _start(start: tuple[Floats, Floats] | None, shape: tuple[int, int]) -> Snapshot:
    if start is None:
        return Snapshot(0, np.zeros(shape), np.zeros(shape[0]))
    W, b = (np.array(part, dtype=np.float64) for part in start)
    if W.shape != shape or b.shape != shape[:1]:
        raise LinocutError(
            f"start of shapes {W.shape} and {b.shape} — they must be {shape} and {shape[:1]}"
        )
    return Snapshot(0, W, b)


def _watched(objective: Objective, blocks: Blocks, y: NDArray[np.int64]) -> Objective:
    (m, d), wanted = blocks.shape, objective.blocks.shape[1]
    if d != wanted or y.shape != (m,) or m == 0:
        raise LinocutError(
            f"watch has rows of shape {(m, d)} and classes of shape {y.shape} — they must be "
            f"(m, {wanted}) and (m,), m at least 1"
        )
    if y.min() < 0 or y.max() >= objective.n_classes:
        wrong = y.min() if y.min() < 0 else y.max()
        raise LinocutError(
            f"watch has a row of class {wrong} — the classes are 0 to {objective.n_classes - 1}"
        )
    return replace(objective, blocks=blocks, y=y, weights=None)


def _check_numbers(rate: float, steps: int, batch_size: int | None, every: int | None) -> None:
    if not (math.isfinite(rate) and rate > 0):
        raise LinocutError(f"learning_rate={rate!r} — a finite number above zero")
    _check_count("steps", steps, "an integer from 1 up")
    if batch_size is not None:
        _check_count("batch_size", batch_size, "an integer from 1 up, or None for all rows")
    if every is not None:
        _check_count("every", every, "an integer from 1 up, or None for a few steps of each size")


def _check_count(name: str, value: Any, wanted: str) -> None:
    if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < 1:
        raise LinocutError(f"{name}={value!r} — {wanted}")


def _check_keep(keep: Collection[int], steps: int) -> None:
    for step in keep:
        if not isinstance(step, Integral) or not 0 <= int(step) <= steps:
            raise LinocutError(f"keep has the step {step!r} — integers from 0 to steps={steps}")
