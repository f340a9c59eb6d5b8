"""Where a command speaks: results on standard output, everything else on standard error."""

from __future__ import annotations

import sys
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from linocut.core import Result

WIDE = 140  # columns where nobody looks at a window: a file or a pipe


def _console(*, stderr: bool) -> Console:
    # A class may be called "[b]" or ":x:": what is printed is never markup.
    made = partial(Console, stderr=stderr, highlight=False, markup=False, emoji=False)
    console = made()
    return console if console.is_terminal else made(width=WIDE)


output = _console(stderr=False)
errors = _console(stderr=True)


def say(line: str) -> None:
    """Print one line for the person, outside the results, never wrapped."""
    errors.print(Text(line), soft_wrap=True)


def warn(line: str) -> None:
    """Print one warning line."""
    errors.print(Text(f"warning: {line}", style="yellow"), soft_wrap=True)


def print_json(result: Result) -> None:
    """Print the result as one JSON document on standard output."""
    sys.stdout.write(result.to_json() + "\n")


def progress() -> Progress:
    """Make a progress display that is silent when standard error is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )
