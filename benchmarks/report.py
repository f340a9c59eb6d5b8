"""Measure the main job as a person meets it: a fresh environment, no network, a real process.

    python benchmarks/report.py [--runs 3] [--sets digits mnist]

Makes a virtual environment, installs linocut from this checkout into it, and then runs
``linocut report`` for each dataset with the network switched off (by ``unshare`` where Linux
allows it). Prints the median seconds, the highest peak memory and the size of the page, against
their targets. MNIST is looked for in ``$LINOCUT_DATA``. Exits with 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from process import run_measured

from linocut.report.collecting import machine

ROOT = Path(__file__).resolve().parent.parent
SECONDS = {"digits": 10.0, "mnist": 90.0}
MEMORY = 2e9
SIZE = 6e6


@dataclass(frozen=True)
class Run:
    seconds: float
    peak_bytes: int
    page_bytes: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sets", nargs="+", default=list(SECONDS), choices=list(SECONDS))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        command = _install(Path(scratch))
        print(f"{machine()}; network {'off' if _offline() else 'on (unshare is not allowed)'}\n")
        print("| command | seconds, median | of runs | target | peak memory | page |")
        print("|---|---|---|---|---|---|")
        held = [_measure(command, name, arguments.runs, Path(scratch)) for name in arguments.sets]
    return 0 if all(held) else 1


def _measure(command: Path, name: str, times: int, folder: Path) -> bool:
    runs = [_run(command, name, folder) for _ in range(times)]
    seconds = statistics.median(run.seconds for run in runs)
    peak, page = max(run.peak_bytes for run in runs), max(run.page_bytes for run in runs)
    each = ", ".join(f"{run.seconds:.1f}" for run in runs)
    print(
        f"| `linocut report {name}` | {seconds:.1f} | {each} | ≤ {SECONDS[name]:.0f} | "
        f"{peak / 1e9:.2f} GB (≤ {MEMORY / 1e9:.0f}) | {page / 1e6:.2f} MB (≤ {SIZE / 1e6:.0f}) |",
        flush=True,
    )
    return seconds <= SECONDS[name] and peak <= MEMORY and page <= SIZE


def _run(command: Path, name: str, folder: Path) -> Run:
    page = folder / f"{name}.html"
    page.unlink(missing_ok=True)
    seconds, peak = run_measured(
        [*_offline(), str(command), "report", name, "-o", str(page)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )
    return Run(seconds, peak, page.stat().st_size)


def _install(scratch: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", scratch / "venv"], check=True)
    pip = [scratch / "venv" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, ROOT], check=True)
    return scratch / "venv" / "bin" / "linocut"


def _offline() -> list[str]:
    without = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*without, "true"], capture_output=True, check=False)
    return without if tried.returncode == 0 else []


if __name__ == "__main__":
    sys.exit(main())
