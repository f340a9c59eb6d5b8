"""The command ``linocut``: list the commands, turn what the user can mend into one line."""

from __future__ import annotations

import os
import signal
import sys
import warnings

import typer
from typer.core import TyperGroup

from linocut._version import __version__
from linocut.cli.lazy import CommandGroup, LazyCommand, Row
from linocut.core import LinocutError

# In the order of the list that `linocut --help` prints. A new command is a new row, nothing else.
COMMANDS = (
    Row(
        "report",
        "linocut.cli.report",
        "report",
        "Report on labelled images: how far linear models get, what they learn, where they fail.",
    ),
    Row(
        "ladder",
        "linocut.cli.ladder",
        "ladder",
        "Climb the ladder of linear models, cheapest first, and say which rung to use.",
    ),
    Row(
        "fit",
        "linocut.cli.fit",
        "fit",
        "Fit a model to labelled images and keep it in a file: the recommended one unless told.",
    ),
    Row(
        "predict",
        "linocut.cli.predict",
        "predict",
        "Classify images or rows with a model file: file, class and probability of each.",
    ),
    Row(
        "show",
        "linocut.cli.show",
        "show",
        "Show what a model file holds: classes, steps, where it came from and how good it is.",
    ),
    Row(
        "export",
        "linocut.cli.export",
        "export",
        "Write a model as ONNX, C or JSON, from the prepared image to the probabilities.",
    ),
    Row(
        "explain",
        "linocut.cli.explain",
        "explain_image",
        "Explain why one image is classified as it is: the evidence of each pixel, exact in sum.",
    ),
    Row(
        "templates",
        "linocut.cli.templates",
        "templates",
        "Draw a model's templates: its weights, and what in the images goes with each score.",
    ),
    Row(
        "study",
        "linocut.cli.study",
        "study",
        "Do one thing to the images in several ways: what it looks like, and what it is good for.",
    ),
    Row(
        "replay",
        "linocut.cli.replay",
        "replay",
        "Replay how softmax templates come about, over a fit or along the penalty.",
    ),
    Row(
        "separability",
        "linocut.cli.separability",
        "separability_table",
        "Prove for every pair of classes whether a straight cut separates its training images.",
    ),
    Row(
        "probe",
        "linocut.cli.probe",
        "probe",
        "Judge a linear probe of given features against its penalty, and keep the chosen model.",
    ),
    Row("data", "linocut.cli.data", "app", "List, fetch and look at datasets."),
)

app = typer.Typer(
    name="linocut",
    cls=CommandGroup,
    help="How far does a straight cut go? Interpretable linear classification of small images.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"linocut {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Take the options that come before any command."""


class _Stopped(BaseException):
    """A signal to stop, under a name that the command line library does not take for its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


# What happened to the command, as its last line says it.
STOPS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


def _stop(number: int, _: object) -> None:
    raise _Stopped(number)


def _say(line: str) -> None:
    # Rich, behind the console, takes as long to import as all else that `--version` needs.
    from linocut.cli.console import say

    say(line)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    from linocut.cli.console import warn

    warn(str(message))


def _commands() -> TyperGroup:
    group = typer.main.get_group(app)
    for row in COMMANDS:
        group.add_command(LazyCommand(row))
    return group


def main() -> None:
    """Run the command line.

    It exits with 2 for what the user can mend, and with 130 or 143 when it was interrupted or
    terminated.
    """
    warnings.showwarning = _show_warning
    for number in STOPS:
        signal.signal(number, _stop)
    try:
        _commands()()
    except LinocutError as error:
        _say(f"linocut: {error}")
        sys.exit(2)
    except _Stopped as stop:
        # Whoever kept something on the way left a note of it.
        left = getattr(stop, "__notes__", ["nothing was written"])[-1]
        _say(f"linocut: {STOPS[signal.Signals(stop.number)]}; {left}")
        sys.exit(128 + stop.number)
    except BrokenPipeError:
        # Whoever read the output has left; nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        for number in STOPS:  # all is said and written; only the interpreter still tidies up
            signal.signal(number, signal.SIG_IGN)
