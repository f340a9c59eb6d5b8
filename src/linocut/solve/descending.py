"""Gradient descent and mini-batch SGD: so many steps of fixed length, and what becomes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blas import one_blas_thread
from linocut.core.blocks import Blocks, Matrix
from linocut.solve.certificates.stable_rate import largest_stable_rate
from linocut.solve.loop import Loop
from linocut.solve.methods.gradient_descent import GradientDescent, batches
from linocut.solve.objective import Objective
from linocut.solve.progress import DescentRecord, Progress
from linocut.solve.record import Outcome, Snapshot

Floats = NDArray[np.float64]

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
    random_state: int | np.random.Generator | None = None,
    watch: Blocks | None = None,
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
    random_state : int or numpy.random.Generator, optional
        Of the shuffling. The same integer gives the same bits.
    watch : Blocks, optional
        Rows not trained on, shape (m, d), with their classes: to be evaluated along with the
        training rows.
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
    >>> objective = Objective(ArrayBlocks(X, np.float64, y), Softmax(), 0.0, 2)
    >>> found = descend(objective, learning_rate=0.3, batch_size=2, steps=100,
    ...                 random_state=0)
    >>> found.record.outcome.name, found.record.last.passes, found.record.last.accuracy
    ('STEPS', 50.0, 1.0)
    """
    _check_numbers(learning_rate, steps, batch_size, every)
    _check_keep(keep, steps)
    watched = None if watch is None else _watched(objective, watch)
    n, d = objective.blocks.shape
    size = n if batch_size is None else min(int(batch_size), n)
    first = _start(start, (objective.n_classes, d))
    rng = np.random.default_rng(random_state)
    method = GradientDescent(
        objective, first, float(learning_rate), batches(objective, size, rng), size / n, watched
    )
    loop = Loop(method, int(steps), callback=callback, keep=frozenset(keep), due=_due(steps, every))
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        found = loop.run()
        outcome = found.outcome
        if outcome is Outcome.MAX_ITER:
            well = found.lines[-1].objective <= method.worst
            outcome = Outcome.STEPS if well else Outcome.DIVERGED
        stable = largest_stable_rate(objective) if outcome is Outcome.DIVERGED else None
    record = DescentRecord(
        outcome, found.lines, float(learning_rate), batch_size, int(steps), stable
    )
    return Descent(found.point.W, found.point.b, record, found.snapshots)


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


def _watched(objective: Objective, blocks: Blocks) -> Objective:
    (m, d), wanted = blocks.shape, objective.blocks.shape[1]
    if d != wanted or m == 0:
        raise LinocutError(
            f"watch has rows of shape {(m, d)} — they must be (m, {wanted}), m at least 1"
        )
    ends = list(blocks.map(_ends))
    lowest, highest = min(low for low, _ in ends), max(high for _, high in ends)
    if lowest < 0 or highest >= objective.n_classes:
        raise LinocutError(
            f"watch has a row of class {lowest if lowest < 0 else highest} — the classes are 0 to "
            f"{objective.n_classes - 1}"
        )
    return replace(objective, blocks=blocks)


def _ends(X: Matrix, y: Any, w: Any) -> tuple[int, int]:
    return (-1, -1) if y is None else (int(y.min()), int(y.max()))


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
