"""The command ``linocut``: gather the commands, turn what the user can mend into one line."""

from __future__ import annotations

import os
import sys
import warnings

import click
import typer

from linocut._version import __version__
from linocut.cli.console import say, warn
from linocut.cli.data import app as data_app
from linocut.cli.ladder import ladder
from linocut.cli.report import report
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


def main() -> None:
    """Run the command line; exit with 2 for what the user can mend, 130 when interrupted."""
    warnings.showwarning = _show_warning
    try:
        code = app(standalone_mode=False)
    except LinocutError as error:
        say(f"linocut: {error}")
        code = 2
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("linocut: interrupted; nothing was written")
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
