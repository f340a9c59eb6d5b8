"""Where a command speaks: results on standard output, everything else on standard error."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from linocut.core import Result

WIDE = 140  # columns where nobody looks at a window: a file or a pipe

Quiet = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="No notes and no progress; errors and warnings still."),
]


def _console(*, stderr: bool) -> Console:
    # A class may be called "[b]" or ":x:": what is printed is never markup.
    made = partial(Console, stderr=stderr, highlight=False, markup=False, emoji=False)
    console = made()
    return console if console.is_terminal else made(width=WIDE)


output = _console(stderr=False)
errors = _console(stderr=True)
notes = _console(stderr=True)  # has nothing to say where a command is to be quiet


def can_be_quiet(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option --quiet."""

    @wraps(command)
    def run(*, quiet: bool = False, **given: Any) -> None:
        notes.quiet = quiet
        command(**given)

    own = inspect.signature(command, eval_str=True).parameters.values()
    asked = inspect.Parameter(
        "quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Quiet
    )
    parameters = [*own, asked]
    vars(run)["__signature__"] = inspect.Signature(parameters)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def say(line: str) -> None:
    """Print one line for the person, outside the results, never wrapped; nothing if quiet."""
    notes.print(Text(line), soft_wrap=True)


def complain(line: str) -> None:
    """Print one line on what is wrong, quiet or not."""
    errors.print(Text(line), soft_wrap=True)


def warn(line: str) -> None:
    """Print one warning line."""
    errors.print(Text(f"warning: {line}", style="yellow"), soft_wrap=True)


def print_line(line: str) -> None:
    """Print one line of the results: wrapped on a terminal, whole in a pipe or a file."""
    output.print(Text(line), soft_wrap=not output.is_terminal)


def print_whole(line: str) -> None:
    """Print one line of the results that is not to be wrapped, such as a row of numbers."""
    output.print(Text(line), soft_wrap=True)


def print_table(table: Table) -> None:
    """Print a table: ruled on a terminal; in a pipe or a file with tabs and without a title."""
    if output.is_terminal:
        output.print(table)
        return
    rows = zip(*(column.cells for column in table.columns), strict=True)
    for row in ([column.header for column in table.columns], *rows):
        sys.stdout.write("\t".join(" ".join(str(cell).split()) for cell in row) + "\n")


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print a line a name and what it stands for; never folded, so that paths stay whole."""
    lines = list(facts)
    wide = max(len(name) for name, _ in lines)
    for name, value in lines:
        if output.is_terminal:
            output.print(Text.assemble((f"{name:<{wide}}  ", "bold"), value), soft_wrap=True)
        else:
            sys.stdout.write(f"{name}\t{value}\n")


def print_json(result: Result) -> None:
    """Print the result as one JSON document on standard output."""
    sys.stdout.write(result.to_json() + "\n")


def progress() -> Progress:
    """Make a progress display; silent if quiet, or where standard error is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=notes,
        transient=True,
        disable=notes.quiet or not notes.is_terminal,
    )
