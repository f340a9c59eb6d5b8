"""Climb with a table that grows: what `linocut report` and `linocut ladder` share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from linocut.cli.console import output, print_table, say

if TYPE_CHECKING:
    from linocut.data import ImageDataset
    from linocut.ladder import Estimates, Ladder, Recipe, Rung

Cell = Callable[["Rung"], str]


def _interval(rung: Rung) -> str:
    low, high = rung.test.interval
    return f"{100 * low:.2f} – {100 * high:.2f}"


def _log_loss(rung: Rung) -> str:
    return "–" if rung.test.log_loss is None else f"{rung.test.log_loss:.4f}"


def _top_confusion(rung: Rung) -> str:
    top = rung.test.top_confusion
    return f"{top.true} classified as {top.predicted}: {top.count:,}" if top else "none"


def _chosen(rung: Rung) -> str:
    from linocut.ladder.recipe import short_names

    return ", ".join(f"{k}={_value(v)}" for k, v in short_names(rung.chosen).items()) or "–"


def _value(chosen: float | str) -> str:
    return chosen if isinstance(chosen, str) else f"{chosen:g}"


# Heading, justification, the least width of a window that has room for it, and the cell.
COLUMNS: tuple[tuple[str, str, int, Cell], ...] = (
    ("model", "left", 0, lambda rung: rung.short),
    ("rung", "left", 90, lambda rung: rung.name),
    ("validation, %", "right", 110, lambda rung: f"{100 * rung.validation_accuracy:.2f}"),
    ("test, %", "right", 0, lambda rung: f"{100 * rung.test.accuracy:.2f}"),
    ("95 % interval", "right", 0, _interval),
    ("log loss", "right", 70, _log_loss),
    ("top confusion", "left", 170, _top_confusion),
    ("fit, s", "right", 150, lambda rung: f"{rung.fit_seconds:.2f}"),
    ("total, s", "right", 0, lambda rung: f"{rung.total_seconds:.2f}"),
    ("parameters", "right", 120, lambda rung: f"{rung.parameters:,}"),
    ("chosen", "left", 120, _chosen),
)
FLEXIBLE = ("top confusion", "chosen")
WORTH_TELLING = 10.0  # seconds


def climb_visibly(
    dataset: ImageDataset,
    *,
    rungs: list[str] | None,
    seed: int,
    budget: float | None = None,
    engine: str = "threads",
    quiet: bool,
) -> Ladder:
    """Climb, printing each rung when it is reached; with ``quiet`` print nothing."""
    from linocut.ladder import Estimates, climb, recipes

    go = partial(climb, dataset, rungs=rungs, seed=seed, budget=budget, engine=engine)
    if quiet:
        return go()
    estimates = Estimates(dataset)
    go = partial(go, estimates=estimates)
    if (told := announcement(dataset, rungs, budget, estimates)) is not None:
        say(told)
    if not output.is_terminal:
        ladder = go()
        print_table(_table(dataset, ladder.rungs))
        return ladder
    place = {recipe.name: at for at, recipe in enumerate(recipes(rungs))}
    made: list[Rung] = []
    with Live(_table(dataset, made), console=output, refresh_per_second=8) as live:

        def start(recipe: Recipe) -> None:
            spinner = Spinner("dots", text=f" {recipe.short} …")
            live.update(Group(_table(dataset, made), spinner))

        def reached(rung: Rung) -> None:
            made.append(rung)
            made.sort(key=lambda each: place[each.name])
            live.update(_table(dataset, made))

        return go(on_start=start, on_rung=reached)


def announcement(
    dataset: ImageDataset,
    rungs: list[str] | None,
    budget: float | None,
    estimates: Estimates | None = None,
) -> str | None:
    """Say before a climb how long it is likely to take; None where it is over in no time."""
    from linocut.ladder import plan, recipes

    wanted = recipes(rungs)
    planned = plan(wanted, dataset, budget, estimates)
    if planned.seconds < WORTH_TELLING:
        return None
    few = len(planned.names) < len(wanted)
    number = f"{len(planned.names)} of {len(wanted)}" if few else f"{len(wanted)}"
    return f"climbing {number} rungs takes about {duration(planned.seconds)}" + (
        f", {duration(budget)} at most (--budget changes that)" if budget is not None else ""
    )


def duration(seconds: float) -> str:
    """Write a time to a few seconds, as people say it.

    Examples
    --------
    >>> duration(42.4), duration(281.3), duration(300)
    ('42 s', '4 min 40 s', '5 min')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes, left = divmod(10 * round(seconds / 10), 60)
    return f"{minutes:.0f} min {left:.0f} s" if left else f"{minutes:.0f} min"


def told(ladder: Ladder) -> Iterator[str]:
    """Say what was left out and why, and which rung to use."""
    for rung in ladder.skipped:
        if rung.reason:
            yield rung.message
    if ladder.late:
        names = ", ".join(f"{rung.name} ({duration(rung.estimated)})" for rung in ladder.late)
        yield f"left out for want of time: {names} — --budget {ladder.budget_for_all} brings them"
    if len(ladder.rungs) > 1:
        use = ladder.recommended
        yield (
            f"use {use.name}: the smallest model within one standard error of the best on the "
            f"validation part ({100 * use.validation_accuracy:.2f} % there, {use.parameters:,} "
            "parameters)"
        )


def accuracy_of(rung: Rung) -> str:
    """Say how many test images a rung classifies correctly."""
    low, high = rung.test.interval
    return (
        f"{rung.title}: {100 * rung.test.accuracy:.2f} % of {rung.test.n:,} test images correctly "
        f"classified (95 % interval {100 * low:.2f} to {100 * high:.2f})"
    )


def _table(dataset: ImageDataset, rungs: Iterable[Rung]) -> Table:
    columns = [column for column in COLUMNS if column[2] <= output.width or not output.is_terminal]
    table = _empty_table(dataset, columns)
    for rung in rungs:
        table.add_row(*(cell(rung) for *_, cell in columns))
    return table


def _empty_table(dataset: ImageDataset, columns: list[tuple[str, str, int, Cell]]) -> Table:
    parts = f"{len(dataset.train):,} training and {len(dataset.test):,} test images"
    table = Table(
        title=f"{dataset.name}: {parts}, {dataset.n_classes} classes",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for heading, justify, _, _ in columns:
        # Class names may be long: their column gives way, the figures never do.
        table.add_column(
            heading,
            justify="right" if justify == "right" else "left",
            no_wrap=heading not in FLEXIBLE,
        )
    return table
