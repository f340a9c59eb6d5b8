"""The race in words: Markdown tables, the ratios they amount to, and who is missing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from benchmarks.race.results import (
    FLOOR,
    OURS,
    Mark,
    Race,
    TaskNote,
    first_to,
    least_seconds,
)

TARGETS = (1e-2, 1e-3, 1e-4, 1e-6)
CLAIMED = (1e-4, 1e-6)


def write_race(race: Race) -> str:
    """Return the whole report."""
    blocks = [_environment(race)]
    for task in race.tasks:
        blocks += [_table(race, task), _comparisons(race, task), _missing(race, task)]
    return "\n\n".join(block for block in blocks if block)


def _environment(race: Race) -> str:
    facts = "; ".join(f"{name}: {value}" for name, value in race.environment.items())
    first: dict[str, float] = {}
    for key, seconds in race.warm_up.items():
        first.setdefault(key.partition("/")[2], seconds)
    slow = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in first.items() if seconds >= 0.5)
    return facts + (f"\n\nFirst fit of a few rows (imports, compiling): {slow}." if slow else "")


def _table(race: Race, task: TaskNote) -> str:
    ours = race.curve(task, OURS)
    accuracies = any(run.accuracy is not None for run in race.runs if run.task == task.name)
    head = ["contender", "version", *(f"s to {_power(target)}" for target in TARGETS)]
    head += [f"× ours at {_power(target)}" for target in CLAIMED]
    head += ["nearest", "after s", *(["test accuracy there"] if accuracies else []), "runs"]
    rows = [_row(race, task, name, ours, accuracies) for name in race.contenders(task)]
    rows.sort(key=lambda row: row[0])
    lines = [head, ["---"] * len(head), *(cells for _, cells in rows)]
    title = f"### {task.heading}, {task.loss}, C = {task.C:g}"
    return "\n".join(
        [title, "", _optimum(race, task), "", *("| " + " | ".join(line) + " |" for line in lines)]
    )


def _row(
    race: Race, task: TaskNote, name: str, ours: list[Mark], accuracies: bool
) -> tuple[tuple[bool, float, float], list[str]]:
    curve = race.curve(task, name)
    best = min(curve, key=lambda mark: mark.distance)
    cells = [f"**{name}**" if name == OURS else name, race.versions[name]]
    for target in TARGETS:
        hit = first_to(curve, target)
        cells.append("—" if hit is None else f"{_seconds(hit.seconds)} ({hit.setting})")
    cells += ["1" if name == OURS else _ratio(curve, ours, target) for target in CLAIMED]
    cells += [_distance(best.distance), _seconds(best.seconds)]
    if accuracies:
        cells.append("—" if best.accuracy is None else f"{100 * best.accuracy:.2f} %")
    counts = sorted({mark.repeats for mark in curve})
    cells.append("–".join(map(str, dict.fromkeys((counts[0], counts[-1])))))
    order = (name != OURS, least_seconds(curve, 1e-4), best.distance)
    return order, cells


def _ratio(curve: list[Mark], ours: list[Mark], target: float) -> str:
    """How many times our seconds; the other's are taken between two settings, in its favour."""
    mine, other = first_to(ours, target), least_seconds(curve, target)
    if mine is None:
        return "—"
    if np.isinf(other):
        return f"> {_number(max(mark.seconds for mark in curve) / mine.seconds)}"
    return _number(other / mine.seconds)


def _optimum(race: Race, task: TaskNote) -> str:
    parts = []
    for each in task.optima:
        best = race.best_value(task, each.dtype)
        kind = "" if task.exact else f" of {each.dtype} features"
        parts.append(
            f"Optimum{kind} {best:.9f}, proven to {max(best / each.lower - 1, 0):.0e} (relative)"
        )
    others = [
        run
        for run in race.runs
        if run.task == task.name
        and not run.contender.startswith(OURS)
        and (task.exact or run.dtype == "float64")
    ]
    if others:
        lowest = min(others, key=lambda run: run.value)
        distance = lowest.value / race.best_value(task, lowest.dtype) - 1
        parts.append(f"lowest by another ({lowest.contender}): {_distance(distance)} above")
    return "; ".join(parts) + "."


def _comparisons(race: Race, task: TaskNote) -> str:
    ours = race.curve(task, OURS)
    lines = []
    for target in CLAIMED:
        mine = first_to(ours, target)
        if mine is None:
            lines.append(f"- to {_power(target)}: not reached by {OURS}")
            continue
        everyone = [name for name in race.contenders(task) if not name.startswith(OURS)]
        groups = {"scikit-learn": [n for n in everyone if n.startswith("scikit-learn ")]}
        groups["all others"] = everyone
        for label, names in groups.items():
            found = _quickest(race, task, names, target)
            if found is None:
                text = "nobody reaches it" if names else "nobody runs"
            else:
                name, seconds = found
                times = _number(seconds / mine.seconds)
                text = f"{times} × ours ({name}, {_seconds(seconds)} s)"
            lines.append(f"- to {_power(target)}, best of {label}: {text}")
    return "\n".join([*lines, *_equal_accuracy(race, task)])


def _quickest(
    race: Race, task: TaskNote, names: Iterable[str], target: float
) -> tuple[str, float] | None:
    times = [(least_seconds(race.curve(task, name), target), name) for name in names]
    seconds, name = min(times, default=(np.inf, ""))
    return None if np.isinf(seconds) else (name, seconds)


def _equal_accuracy(race: Race, task: TaskNote) -> list[str]:
    """Compare with scikit-learn's default number of iterations, at an accuracy not below its."""
    lines = []
    for name in race.contenders(task):
        usual = [mark for mark in race.curve(task, name) if mark.setting == "max_iter=100"]
        if not name.startswith("scikit-learn lbfgs") or not usual or usual[0].accuracy is None:
            continue
        equal = [
            mark
            for mark in race.curve(task, OURS)
            if mark.accuracy is not None and mark.accuracy >= usual[0].accuracy
        ]
        quickest = min(equal, key=lambda mark: mark.seconds, default=None)
        here = f"{name}, 100 iterations: {_seconds(usual[0].seconds)} s, {_percent(usual[0])}"
        if quickest is None:
            lines.append(f"- {here}; {OURS} is nowhere as accurate")
            continue
        times = _number(usual[0].seconds / quickest.seconds)
        lines.append(
            f"- {here}; {OURS}, {quickest.setting}: {_seconds(quickest.seconds)} s, "
            f"{_percent(quickest)}: {times} × ours"
        )
    return lines


def _missing(race: Race, task: TaskNote) -> str:
    mine = [each for each in race.absences if each.task == task.name]
    whole = [f"{each.contender} ({each.reason})" for each in mine if not each.partly]
    partly = [f"{each.contender} ({each.reason})" for each in mine if each.partly]
    lines = [f"Did not run: {'; '.join(whole)}."] if whole else []
    lines += [f"Cut short: {'; '.join(partly)}."] if partly else []
    return "\n\n".join(lines)


def _percent(mark: Mark) -> str:
    return "—" if mark.accuracy is None else f"{100 * mark.accuracy:.2f} %"


def _power(target: float) -> str:
    return f"1e{round(np.log10(target))}"


def _distance(distance: float) -> str:
    return f"≤ {FLOOR:.0e}" if distance <= FLOOR else f"{distance:.1e}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 99.5 else f"{seconds:.{1 if seconds >= 10 else 2}f}"


def _number(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 99.5 else f"{ratio:.1f}"
