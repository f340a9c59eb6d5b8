"""Ctrl-C for work that keeps what it has."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keeping_what_is_done() -> Iterator[None]:
    """Let Ctrl-C be a `KeyboardInterrupt` inside, which a fit answers with what it has.

    What is not caught there ends the command as Ctrl-C does anywhere else.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, before)
        signal.raise_signal(signal.SIGINT)
        raise  # where the signal is ignored
    finally:
        signal.signal(signal.SIGINT, before)
