"""The measuring: each contender climbs its ladder once, then all runs are repeated in any order.

- Timed is everything from the rows as the user has them to weights. The weights are judged
  afterwards, by the task's objective in float64, outside the time.
- The first time round, a contender's settings come from cheap to dear, and whose turn it is, is
  drawn by lot. Its ladder ends where the weights are nearer than anybody asks, where it stops by
  itself, where two settings in a row gain nothing, or where the next setting is foreseen to take
  longer than the limit: no fit is interrupted.
- The further rounds repeat, in an order drawn by lot, every run that took less than `once`; after
  one that takes longer, the ladder is climbed two settings at a time.
- Before, everyone fits a few rows of the task: what is compiled or loaded on first use is paid
  there, and reported.
"""

from __future__ import annotations

import gc
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.race.contenders import Contender, Setting
from benchmarks.race.contenders.ours import REFERENCE
from benchmarks.race.results import Absence, Optimum, Race, Run, TaskNote
from benchmarks.race.task import Task, Weights

NEAR = 2e-7  # relative distance at which a ladder ends: past the last one in the tables
WARM_UP_ROWS = 300
Say = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """How much to measure.

    Attributes
    ----------
    repeats : int
        Rounds.
    seconds : float
        No fit that is foreseen to take longer.
    once : float
        Fits that take longer than this are not repeated.
    stride : int
        Use every so-manieth setting of a ladder.
    """

    repeats: int = 3
    seconds: float = 300.0
    once: float = 60.0
    stride: int = 1


@dataclass
class _Climb:
    """Where a contender stands on its ladder."""

    contender: Contender
    settings: list[tuple[int, Setting]]
    done: list[tuple[float, float, float]] = field(default_factory=list)  # work, seconds, distance

    def foreseen(self) -> float:
        """Seconds of the next setting; 0 for the first, which is always run."""
        if not self.done:
            return 0.0
        work, seconds, _ = self.done[-1]
        ahead = self.settings[0][1].work
        proportional = seconds * ahead / work
        if len(self.done) == 1:
            return proportional
        before, earlier, _ = self.done[-2]
        straight = seconds + (ahead - work) * (seconds - earlier) / (work - before)
        return min(max(straight, seconds), proportional)

    def stalled(self) -> bool:
        distances = [distance for *_, distance in self.done]
        return len(distances) > 2 and min(distances[-2:]) > 0.99 * min(distances[:-2])


def run_task(
    race: Race,
    task: Task,
    contenders: Sequence[Contender],
    limits: Limits,
    rng: np.random.Generator,
    say: Say,
) -> None:
    """Run one task and add what comes of it to the race."""
    note = _note(task, contenders, say)
    race.tasks.append(note)
    ready = _warm_up(race, task, contenders, limits, say)
    done = _first_round(race, note, task, ready, limits, rng, say)
    for repeat in range(1, limits.repeats):
        again = [each for each in done if each[3] <= limits.once]
        for index in rng.permutation(len(again)):
            contender, step, setting, _ = again[index]
            _run(race, task, contender, step, setting, repeat, say)


def _note(task: Task, contenders: Sequence[Contender], say: Say) -> TaskNote:
    exact = task.unit != 0
    types = {np.dtype(np.float64)} | (set() if exact else {each.dtype for each in contenders})
    optima = []
    for dtype in sorted(types, key=str):
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bounds = task.bounds(REFERENCE.reference(task, dtype))
        seconds = time.perf_counter() - start
        optima.append(Optimum(str(dtype), bounds.value, bounds.lower, seconds))
        say(
            f"{task.title}: optimum of {dtype} features {bounds.value:.9f}, proven to "
            f"{bounds.value / bounds.lower - 1:.1e}, found in {seconds:.1f} s"
        )
    loss = "one-vs-rest" if task.one_vs_rest else "softmax"
    n, d = task.shape
    return TaskNote(task.name, task.title, n, d, task.n_classes, task.C, loss, exact, optima)


def _warm_up(
    race: Race, task: Task, contenders: Sequence[Contender], limits: Limits, say: Say
) -> list[Contender]:
    tiny, ready = task.part(WARM_UP_ROWS), []
    for contender in contenders:
        reason = contender.refusal(task, limits.seconds)
        if reason is None:
            start = time.perf_counter()
            try:
                _quietly(contender, tiny, contender.ladder[0])
            except Exception as error:  # whatever it is, it is the contender's
                reason = f"failed: {_short(error)}"
            race.warm_up[f"{task.name}/{contender.name}"] = time.perf_counter() - start
        if reason is None:
            ready.append(contender)
        else:
            race.absences.append(Absence(task.name, contender.name, reason))
            say(f"  {contender.name}: {reason}")
    return ready


def _first_round(
    race: Race,
    note: TaskNote,
    task: Task,
    contenders: Sequence[Contender],
    limits: Limits,
    rng: np.random.Generator,
    say: Say,
) -> list[tuple[Contender, int, Setting, float]]:
    climbs = [_Climb(each, list(enumerate(each.ladder))[:: limits.stride]) for each in contenders]
    done = []
    while climbs:
        climb = climbs[rng.integers(len(climbs))]
        step, setting = climb.settings[0]
        run, finished = _run(race, task, climb.contender, step, setting, 0, say)
        if run is None:
            climbs.remove(climb)
            continue
        done.append((climb.contender, step, setting, run.seconds))
        distance = run.value / race.best_value(note, run.dtype) - 1
        climb.done.append((setting.work, run.seconds, distance))
        taken = 2 if run.seconds > limits.once else 1  # dear ones in steps twice as large
        del climb.settings[:taken]
        if not climb.settings or finished or distance <= NEAR or climb.stalled():
            climbs.remove(climb)
        elif climb.foreseen() > limits.seconds:
            climbs.remove(climb)
            ahead = climb.settings[0][1].name
            reason = f"not run from {ahead} on: about {climb.foreseen():,.0f} s each or more"
            race.absences.append(Absence(task.name, climb.contender.name, reason, partly=True))
    return done


def _run(
    race: Race,
    task: Task,
    contender: Contender,
    step: int,
    setting: Setting,
    repeat: int,
    say: Say,
) -> tuple[Run | None, bool]:
    gc.collect()
    start = time.perf_counter()
    try:
        weights = _quietly(contender, task, setting)
        seconds = time.perf_counter() - start
        value = _judged(task, weights)
    except Exception as error:  # whatever it is, it is the contender's
        reason = f"failed at {setting.name}: {_short(error)}"
        race.absences.append(Absence(task.name, contender.name, reason, partly=step > 0))
        say(f"  {contender.name}: {reason}")
        return None, True
    accuracy = task.accuracy(weights)
    run = Run(
        task.name, contender.name, setting.name, step, repeat, seconds, value,
        str(contender.dtype), accuracy,
    )  # fmt: skip
    race.runs.append(run)
    say(
        f"  {contender.name:36} {setting.name:15} {seconds:8.2f} s  objective {value:.9f}"
        + ("" if accuracy is None else f"  accuracy {100 * accuracy:.2f} %")
    )
    return run, weights.finished


def _quietly(contender: Contender, task: Task, setting: Setting) -> Weights:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged: that is what a ladder is
        return contender.fit(task, dict(setting.options))


def _judged(task: Task, weights: Weights) -> float:
    value = task.value(weights)
    if not np.isfinite(value):
        raise ArithmeticError("its weights are not finite")
    return value


def _short(error: Exception) -> str:
    first = (str(error).strip() or "no message").splitlines()[0]
    return f"{type(error).__name__}: {first}"[:160]
