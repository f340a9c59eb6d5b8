"""What several test folders share: real data, a real browser, and skipping with a reason."""

from __future__ import annotations

import fcntl
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

# SciPy reads this once, at import: without it scikit-learn skips its array API checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

# How long an example takes says how busy the machine is.
settings.register_profile("linocut", deadline=None)
settings.load_profile("linocut")

Need = Callable[[bool, str], None]
MadeOnce = Callable[[str, Callable[[Path], None]], Path]
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def _not_skipped(report: Report) -> Report:
    """Turn a skipped test into a failed one where nothing may be skipped, by whatever means."""
    unskipped = os.environ.get("LINOCUT_NO_SKIP") == "1"
    if unskipped and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{reason} — and LINOCUT_NO_SKIP=1 allows no test to be skipped"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _not_skipped((yield))


@pytest.fixture(scope="session")
def need() -> Need:
    """Skip with the reason where something is absent."""

    def check(condition: bool, reason: str) -> None:
        if not condition:
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def real_data(need: Need) -> Callable[[str], Path]:
    """Find the folder of a real dataset below $LINOCUT_DATA."""

    def find(name: str) -> Path:
        root = os.environ.get("LINOCUT_DATA")
        need(bool(root), "LINOCUT_DATA does not name a folder with real datasets")
        folder = Path(root or "") / name
        need(folder.is_dir(), f"{folder} does not exist")
        return folder

    return find


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Make a file by a function of its path: once, though several processes share the session."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # of all workers

    def find(name: str, make: Callable[[Path], None]) -> Path:
        path = root / name
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                make(path)
        return path

    return find


@pytest.fixture(scope="session")
def mnist_report(real_data: Callable[[str], Path], made_once: MadeOnce) -> Path:
    """Make the real report on real MNIST by the real command, once a session."""
    real_data("mnist")
    rungs = "mean-dot,mean-difference,mean-offset,nearest-mean,least-squares,one-vs-rest,softmax"

    def make(path: Path) -> None:
        command = [sys.executable, "-m", "linocut", "report", "mnist", "-o", str(path)]
        command += ["--rungs", f"{rungs},deskew-quadratic"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return made_once("mnist-report.html", make)


@pytest.fixture(scope="session")
def browser(need: Need) -> Iterator[object]:
    """Start the system's Chromium, driven by Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        need(False, "playwright is not installed")
    chromium = shutil.which("chromium")
    need(chromium is not None, "no chromium on the PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def need_extra(need: Need) -> Callable[[str], object]:
    """Import the module of an extra, or skip where it is not installed."""

    def find(module: str) -> object:
        try:
            return importlib.import_module(module)
        except ImportError:
            need(False, f"{module} is not installed")
            raise

    return find
