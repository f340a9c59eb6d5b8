"""Waiting for what a page does in its own time."""

from __future__ import annotations

import time
from typing import Any

LIMIT, PAUSE = 30.0, 0.02  # seconds


def wait_until(page: Any, expression: str, arg: Any = None) -> None:
    """Wait until an expression, or a function of `arg`, holds in the page.

    `page.wait_for_function` asks again by `eval`, which the pages' content policy forbids.
    """
    end = time.monotonic() + LIMIT
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, f"not so within {LIMIT:.0f} s: {expression} ({arg!r})"
        page.wait_for_timeout(1000 * PAUSE)
