"""Climb with a table that grows: what `linocut report` and `linocut ladder` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from linocut.cli.console import output, print_table

if TYPE_CHECKING:
    from linocut.data import ImageDataset
    from linocut.ladder import Ladder, Recipe, Rung

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

    return ", ".join(f"{name}={value:g}" for name, value in short_names(rung.chosen).items()) or "–"


# Heading, justification, the least width of a window that has room for it, and the cell.
COLUMNS: tuple[tuple[str, str, int, Cell], ...] = (
    ("rung", "left", 0, lambda rung: rung.name),
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
    from linocut.ladder import climb

    go = partial(climb, dataset, rungs=rungs, seed=seed, budget=budget, engine=engine)
    if quiet:
        return go()
    columns = [each for each in COLUMNS if each[2] <= output.width or not output.is_terminal]
    table = _empty_table(dataset, columns)

    def add(rung: Rung) -> None:
        table.add_row(*(cell(rung) for *_, cell in columns))

    if not output.is_terminal:
        ladder = go(on_rung=add)
        print_table(table)
        return ladder
    with Live(table, console=output, refresh_per_second=8) as live:

        def start(recipe: Recipe) -> None:
            live.update(Group(table, Spinner("dots", text=f" {recipe.title} …")))

        def reached(rung: Rung) -> None:
            add(rung)
            live.update(table)

        return go(on_start=start, on_rung=reached)


def told(ladder: Ladder) -> Iterator[str]:
    """Say what was left out and why, and which rung to use."""
    for rung in ladder.skipped:
        yield rung.message
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
