"""How much memory there is to use."""

from __future__ import annotations

import os
from pathlib import Path

UNKNOWN = 4 << 30  # bytes that are assumed to be free where the system does not say


def available_memory() -> int:
    """Return how many bytes this process can still take without swapping, roughly.

    The limit of a container counts where there is one.

    Examples
    --------
    >>> available_memory() > 1 << 20
    True
    """
    known = [size for size in (_by_kernel(), _by_container()) if size is not None]
    return max(0, min(known)) if known else UNKNOWN


def _by_kernel() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _by_container() -> int | None:
    folder = Path("/sys/fs/cgroup")
    try:
        limit = int((folder / "memory.max").read_text(encoding="ascii"))
        used = int((folder / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):  # none, or the word "max"
        return None
    return limit - used
