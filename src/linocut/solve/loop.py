"""The one loop: step, record, prove, stop. What takes the steps is a method, see `Method`.

In the spirit of optimistix (Rader, Lyons & Kidger, "Optimistix: modular optimisation in JAX and
Equinox", 2024): one loop, many methods.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from linocut.solve.record import Outcome, Snapshot

Floats = NDArray[np.float64]


class Line(Protocol):
    """What the loop reads in a line of the record."""

    @property
    def objective(self) -> float:
        """What is minimised."""

    @property
    def gap(self) -> float:
        """Bound of the relative distance to the optimum; infinite where none is known."""


S = TypeVar("S")  # where a method stands; never changed once the loop has it
L = TypeVar("L", bound=Line)
L_co = TypeVar("L_co", bound=Line, covariant=True)


@dataclass(eq=False)
class Effort:
    """What a fit has taken so far.

    Attributes
    ----------
    passes : float
        Readings of all training rows; the method counts them.
    iteration : int
        Of the present point: 0 is the start, −1 is before it. The loop counts them.
    stepping : float
        Seconds spent in steps; the loop measures them.
    began : float
        When the fit began, by `time.perf_counter`.
    """

    passes: float = 0.0
    iteration: int = -1
    stepping: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Time since the fit began."""
        return time.perf_counter() - self.began


class Method(Protocol[S, L_co]):
    """One way to minimise; the loop does the rest.

    A method gives `init`, `step` and `certify`, and says what its points are made of (`weights`)
    and what is left if even the first is not reached (`salvage`). The rest is for those that need
    it: `ready`, `prove`, `sharpen`, `noise` and `finish` do nothing unless a method says what.

    The loop calls `ready`, `step`, `certify` and `prove` in turn, `certify` also for what `prove`
    returns; `sharpen` when there is no step or no progress.

    Ctrl-C may come at any time. What the loop has been given as a point must therefore stay whole
    while the next is computed, and `finish` must need nothing that a broken step leaves behind.

    Attributes
    ----------
    effort : Effort
        The method adds to its passes.
    patience : int or None
        Iterations without any progress after which the float type is to blame; None for no limit.
    """

    effort: Effort
    patience: int | None = None

    def init(self) -> S:
        """Return the first point."""

    def step(self, now: S) -> S | Outcome | None:
        """Return the next point; None if no step makes progress; an outcome if there is none."""

    def certify(self, now: S) -> L_co:
        """Return the line of the record: how far the fit is. The gap may end it."""

    def weights(self, now: S) -> tuple[Floats, Floats]:
        """Return W (K, d) and b (K,): no pass."""

    def salvage(self) -> S:
        """Return the best point at hand, at once: `init` was interrupted."""

    def ready(self, now: S) -> S:
        """Get ready for a step; return the point to take it from, the same or a cheaper one."""
        return now

    def prove(self, now: S, *, stuck: bool) -> S | Outcome | None:
        """Spend passes on a better certificate where one is within reach.

        Asked after each step, and when no step makes progress (``stuck``). Return a point that it
        holds for, which is recorded as an iteration, or the outcome, or None for nothing new.
        """
        return None

    def sharpen(self, now: S) -> S | None:
        """Go on in float64 from the point; None if that is what it was computed in."""
        return None

    def noise(self, value: float) -> float:
        """Return the largest difference of objectives that is rounding, at such a value."""
        return 0.0

    def finish(self, now: S) -> S:
        """Return the last point as it is handed back."""
        return now


@dataclass(frozen=True, eq=False)
class Finished(Generic[S, L]):
    """Where a method ended, and how it got there.

    Attributes
    ----------
    point
        The last point, as the method's `finish` returned it.
    outcome : Outcome
        How it ended.
    lines : tuple
        What `certify` returned; at least one, the last for the last point.
    snapshots : tuple of Snapshot
        Weights of the iterations that were to be kept.
    """

    point: S
    outcome: Outcome
    lines: tuple[L, ...]
    snapshots: tuple[Snapshot, ...]


@dataclass(eq=False)
class Loop(Generic[S, L]):
    """Runs a method until its certificate holds, or until something else ends it.

    Ctrl-C ends it as `Outcome.INTERRUPTED` at the present point; a second one, while the answer is
    put together, is passed on.

    Attributes
    ----------
    method : Method
        What takes the steps.
    max_iter : int
        Iterations at most: steps, and points that a certificate was made for.
    tol : float
        The gap that ends it.
    callback : callable, optional
        Called with each line of the record; a true answer ends it.
    keep : container of int
        Iterations whose weights to keep; 0 is the start.
    due : container of int, optional
        Iterations to record; by default all. The start and the end always are.
    """

    method: Method[S, L]
    max_iter: int
    tol: float = 0.0
    callback: Callable[[L], bool | None] | None = None
    keep: Container[int] = ()
    due: Container[int] | None = None

    _now: S = field(init=False)
    _last: S = field(init=False)  # the point of the last line
    _lines: list[L] = field(default_factory=list, init=False)
    _snapshots: list[Snapshot] = field(default_factory=list, init=False)
    _recorded: int = field(default=-1, init=False)  # the iteration of the last line
    _sharpened: int = field(default=0, init=False)  # lines before the present float type

    def run(self) -> Finished[S, L]:
        """Run the method to its end; this can be done once."""
        try:
            return self._finished(self._iterate())
        except KeyboardInterrupt:
            return self._finished(Outcome.INTERRUPTED)

    def reached(self) -> Finished[S, L] | None:
        """Return the last point that was recorded, as it was then; None before the first.

        For who lost what computes on the rows, so that nothing more can be asked of the method.
        """
        if not self._lines:
            return None
        lines, kept = tuple(self._lines), tuple(self._snapshots)
        return Finished(self._last, Outcome.LOST, lines, kept)

    def _iterate(self) -> Outcome:
        outcome = self._arrive(self.method.init())
        while outcome is None:
            outcome = self._advance()
        return outcome

    def _advance(self) -> Outcome | None:
        """Take one step and look for a proof; return the outcome if the fit ends here."""
        self._now = self.method.ready(self._now)
        ahead = self._step()
        if isinstance(ahead, Outcome):
            return ahead
        if ahead is not None and self._stalled():
            return self._sharpen()
        outcome = None if ahead is None else self._arrive(ahead)
        if outcome is None:
            outcome = self._prove(stuck=ahead is None)
        if outcome is None and ahead is None:
            outcome = self._sharpen()
        return outcome

    def _step(self) -> S | Outcome | None:
        effort, began = self.method.effort, time.perf_counter()
        ahead = self.method.step(self._now)
        effort.stepping += time.perf_counter() - began
        return ahead

    def _prove(self, *, stuck: bool) -> Outcome | None:
        proved = self.method.prove(self._now, stuck=stuck)
        if proved is None or isinstance(proved, Outcome):
            return proved
        return self._arrive(proved)

    def _sharpen(self) -> Outcome | None:
        """Leave the float type that has reached its limit."""
        sharper = self.method.sharpen(self._now)
        if sharper is None:
            return Outcome.PRECISION
        self._now, self._sharpened = sharper, len(self._lines)
        return None

    def _arrive(self, point: S) -> Outcome | None:
        """Take up the next point, record it; return the outcome if the fit ends here."""
        self._take(point)
        iteration = self.method.effort.iteration
        last = iteration >= self.max_iter
        if not (last or self.due is None or iteration in self.due or iteration == 0):
            return None
        line = self._record()
        stop = self.callback is not None and self.callback(line)
        if line.gap <= self.tol:
            return Outcome.CONVERGED
        if stop:
            return Outcome.STOPPED
        return Outcome.MAX_ITER if last else None

    def _take(self, point: S) -> None:
        effort = self.method.effort
        self._now = point
        effort.iteration += 1
        if effort.iteration in self.keep:
            self._snapshots.append(Snapshot(effort.iteration, *self.method.weights(point)))

    def _record(self) -> L:
        line = self.method.certify(self._now)
        self._lines.append(line)
        self._last = self._now
        self._recorded = self.method.effort.iteration
        return line

    def _stalled(self) -> bool:
        """Tell whether neither value nor certificate got better for a while."""
        patience, lines = self.method.patience, self._lines[self._sharpened :]
        if patience is None or len(lines) <= 2 * patience:
            return False
        recent, before = lines[-patience:], lines[:-patience]
        value = min(line.objective for line in recent)
        gap = min(line.gap for line in recent)
        older = min(line.objective for line in before)
        noise = self.method.noise(older)
        better = gap < 0.9 * min(
            line.gap for line in before
        )  # which no gap is while it is infinite
        return value > older - noise and not better

    def _finished(self, outcome: Outcome) -> Finished[S, L]:
        if self.method.effort.iteration < 0:
            self._take(self.method.salvage())
        if self._recorded < self.method.effort.iteration:
            self._record()
        point = self.method.finish(self._now)
        return Finished(point, outcome, tuple(self._lines), tuple(self._snapshots))
