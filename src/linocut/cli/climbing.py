"""Climb with a table that grows: what `linocut report` and `linocut ladder` share."""

from __future__ import annotations

from rich import box
from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from linocut.cli.console import errors, output
from linocut.data import ImageDataset
from linocut.ladder import Ladder, Recipe, Rung, climb


def climb_visibly(
    dataset: ImageDataset, *, rungs: list[str] | None, seed: int, quiet: bool
) -> Ladder:
    """Climb, printing each rung when it is reached; with ``quiet`` print nothing."""
    if quiet:
        return climb(dataset, rungs=rungs, seed=seed)
    table = ladder_table(dataset)
    if not output.is_terminal:
        ladder = climb(dataset, rungs=rungs, seed=seed, on_rung=lambda rung: _add_row(table, rung))
        output.print(table, width=max(output.width, 118))
        return ladder
    with Live(table, console=output, refresh_per_second=8) as live:

        def start(recipe: Recipe) -> None:
            live.update(Group(table, Spinner("dots", text=f" {recipe.title} …")))

        def reached(rung: Rung) -> None:
            _add_row(table, rung)
            live.update(table)

        return climb(dataset, rungs=rungs, seed=seed, on_start=start, on_rung=reached)


def ladder_table(dataset: ImageDataset) -> Table:
    """Make the empty table."""
    parts = f"{len(dataset.train):,} training and {len(dataset.test):,} test images"
    table = Table(
        title=f"{dataset.name}: {parts}, {dataset.n_classes} classes",
        title_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("rung")
    table.add_column("test accuracy, %", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("log loss", justify="right")
    table.add_column("top confusion")
    table.add_column("fit, s", justify="right")
    table.add_column("total, s", justify="right")
    table.add_column("parameters", justify="right")
    table.add_column("chosen")
    return table


def _add_row(table: Table, rung: Rung) -> None:
    low, high = rung.test.interval
    top = rung.test.top_confusion
    loss = rung.test.log_loss
    table.add_row(
        rung.name,
        f"{100 * rung.test.accuracy:.2f}",
        f"{100 * low:.2f} – {100 * high:.2f}",
        "–" if loss is None else f"{loss:.4f}",
        f"{top.true} read as {top.predicted}: {top.count:,}" if top else "none",
        f"{rung.fit_seconds:.2f}",
        f"{rung.total_seconds:.2f}",
        f"{rung.parameters:,}",
        ", ".join(f"{name} = {value:g}" for name, value in rung.chosen.items()) or "–",
    )


def warn_unconverged(ladder: Ladder) -> None:
    """Name the rungs whose fit ended early."""
    names = [rung.name for rung in ladder.rungs if rung.converged is False]
    if names:
        errors.print(f"[yellow]not fitted to the optimum: {', '.join(names)}[/]")
