"""The same threads for all: the process starts itself anew with their number fixed."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy
import sklearn
from threadpoolctl import threadpool_info

from benchmarks.race.contenders import Contender
from linocut.report.collecting import machine

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR", "NUMBA", "VECLIB")
MARK = "LINOCUT_RACE_THREADS"


def start_again(threads: int, arguments: Sequence[str]) -> None:
    """Replace this process by one that has ``threads`` threads and cores; once only."""
    if os.environ.get(MARK) == str(threads):
        return
    wanted = {MARK: str(threads)}
    wanted |= {f"{library}_NUM_THREADS": str(threads) for library in LIBRARIES}
    paths = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    wanted["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    if hasattr(os, "sched_setaffinity"):
        # Some pools ask for cores, not for a variable.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.environ.update(wanted)
    os.execv(sys.executable, [sys.executable, "-m", "benchmarks.race", *arguments])


def describe(threads: int) -> dict[str, str]:
    """Say on what this runs."""
    pools = sorted(
        {
            f"{pool['internal_api']} {pool.get('version') or ''}".strip()
            + f" × {pool['num_threads']}"
            for pool in threadpool_info()
        }
    )
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "machine": machine(),
        "threads": str(threads),
        "pools": ", ".join(pools),
        "load before": f"{load:.1f}{' (BUSY: the figures are worth little)' if load > 0.5 else ''}",
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "SciPy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }


def versions(contenders: Sequence[Contender]) -> dict[str, str]:
    """Return each contender's version, by name."""
    found = {}
    for contender in contenders:
        try:
            found[contender.name] = contender.version
        except ModuleNotFoundError:
            found[contender.name] = "not installed"
    return found
