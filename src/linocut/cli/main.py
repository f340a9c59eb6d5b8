"""The command ``linocut``: gather the commands, turn what the user can mend into one line."""

from __future__ import annotations

import os
import signal
import sys
import warnings

import typer

from linocut._version import __version__
from linocut.cli.console import say, warn
from linocut.cli.data import app as data_app
from linocut.cli.explain import explain_image
from linocut.cli.ladder import ladder
from linocut.cli.replay import replay
from linocut.cli.report import report
from linocut.cli.separability import separability_table
from linocut.cli.study import study
from linocut.cli.templates import templates
from linocut.core import LinocutError

app = typer.Typer(
    name="linocut",
    help="How far does a straight cut go? Interpretable linear classification of small images.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(report)
app.command()(ladder)
app.command("explain")(explain_image)
app.command()(templates)
app.command()(study)
app.command()(replay)
app.command("separability")(separability_table)
app.add_typer(data_app, name="data")


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


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    warn(str(message))


class _Interrupted(BaseException):
    """Ctrl-C, under a name that the command line library does not turn into its own words."""


def _interrupt(*_: object) -> None:
    raise _Interrupted


def main() -> None:
    """Run the command line; exit with 2 for what the user can mend, 130 when interrupted."""
    warnings.showwarning = _show_warning
    signal.signal(signal.SIGINT, _interrupt)
    try:
        app()
    except LinocutError as error:
        say(f"linocut: {error}")
        sys.exit(2)
    except _Interrupted as stop:
        # Whoever kept something on the way left a note of it.
        left = getattr(stop, "__notes__", ["nothing was written"])[-1]
        say(f"linocut: interrupted; {left}")
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has left; nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
