"""Signals to stop, from the first moment on: one line, and an exit status that names the signal."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

# What happened to the command, as its last line says it.
STOPS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
NOTHING = "nothing was written"


class Stopped(BaseException):
    """A signal to stop, under a name that the command line library does not take for its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def listen() -> None:
    """Let signals to stop be raised as `Stopped`."""
    for number in STOPS:
        signal.signal(number, _stop)


def ignore() -> None:
    """Let signals to stop be passed over: all is said and written, and it ends anyway."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def leave(stop: Stopped, left: str = NOTHING) -> NoReturn:
    """Say in one line that it was stopped, and exit as a command that the signal ended.

    Parameters
    ----------
    stop : Stopped
        Whoever kept something on the way left a note of it, which is told.
    left : str
        What is told without a note.
    """
    ignore()
    told = getattr(stop, "__notes__", [left])[-1]
    # Not by the console, whose import takes longer than all else that `--version` needs.
    if sys.stderr is not None:
        sys.stderr.write(f"linocut: {STOPS[signal.Signals(stop.number)]}; {told}\n")
    sys.exit(128 + stop.number)


def _stop(number: int, _: object) -> None:
    raise Stopped(number)
