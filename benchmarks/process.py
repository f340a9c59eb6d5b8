"""Run a command as a process of its own, and tell what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any


def run_measured(command: Sequence[str], **options: Any) -> tuple[float, int]:
    """Return wall seconds and peak memory in bytes; options are those of ``subprocess.Popen``.

    Raises
    ------
    SystemExit
        If the command fails.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, **options)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, KiB on Linux
    return seconds, used.ru_maxrss * unit
