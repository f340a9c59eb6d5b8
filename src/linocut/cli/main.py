"""The command ``linocut``: list the commands, turn what the user can mend into one line."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from pathlib import Path

import typer
from typer.core import TyperGroup

from linocut._version import __version__
from linocut.cli import stopping
from linocut.cli.lazy import CommandGroup, LazyCommand, Row
from linocut.core import LinocutError
from linocut.core.files import files_written

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
        "Climb the ladder of linear models, and say which rung to use.",
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
        "evaluate",
        "linocut.cli.evaluate",
        "evaluate",
        "Judge how far a model can be trusted: checks, metrics, thresholds, labels and more.",
    ),
    Row(
        "tune",
        "linocut.cli.tune",
        "tune",
        "Fit a model's probabilities and decisions to their use, by held-out training images.",
    ),
    Row(
        "export",
        "linocut.cli.export",
        "export",
        "Write a model as ONNX, C or JSON, or as a page to draw on.",
    ),
    Row(
        "serve",
        "linocut.cli.serve",
        "serve",
        "Answer with models over HTTP: predictions and the evidence for them, as JSON.",
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
    Row(
        "completion",
        "linocut.cli.completion",
        "completion",
        "Print a script that lets a shell complete commands, options, rungs and datasets.",
    ),
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


# Where nothing is wrong with what was asked, but with the disk.
CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def _complain(line: str) -> None:
    # Rich, behind the console, takes as long to import as all else that `--version` needs.
    from linocut.cli.console import complain

    complain(line)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    from linocut.cli.console import warn

    warn(str(message))


def _run() -> None:
    """Run the command and see its output off, which may wait in a buffer until then."""
    try:
        commands()()
    finally:
        sys.stdout.flush()


def _without_output() -> None:
    """Let what is left of the output go nowhere, lest the interpreter tries again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_streams() -> None:
    """Give a command that was started without them streams that lead nowhere.

    Their numbers would go to the next files that are opened, which anything printed would join.
    """
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            void = os.open(os.devnull, os.O_WRONLY)
            if void != number:
                os.dup2(void, number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8"))


def _told_of(written: list[Path]) -> str:
    names = " and ".join(path.name for path in written) or "nothing"
    return f"{names} {'were' if len(written) > 1 else 'was'} written"


def commands() -> TyperGroup:
    """Return the whole command line: a group of commands, each imported when it is called."""
    group = typer.main.get_group(app)
    for row in COMMANDS:
        group.add_command(LazyCommand(row))
    return group


def main() -> None:
    """Run the command line.

    It exits with 2 for what the user can mend, and with 130 or 143 when it was interrupted or
    terminated.
    """
    _open_streams()
    warnings.showwarning = _show_warning
    stopping.listen()
    try:
        with files_written() as written:
            _run()
    except LinocutError as error:
        _complain(f"linocut: {error}")
        sys.exit(2)
    except stopping.Stopped as stop:
        stopping.leave(stop, _told_of(written))
    except BrokenPipeError:
        _without_output()  # whoever read it has left; nobody is there to be told
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        _without_output()
        where = error.filename or "the output"
        _complain(f"linocut: cannot write {where}: {error.strerror}; {_told_of(written)}")
        sys.exit(2)
    finally:
        stopping.ignore()
