"""What people really bring: small generators that lie beside the data, one a script."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Generate = Callable[..., Path]


@pytest.fixture
def generated(need: Callable[[bool, str], None]) -> Generate:
    """Run a generator by its name, and return the file or folder that it made."""

    def run(name: str, target: Path, *more: object) -> Path:
        root = os.environ.get("LINOCUT_DATA")
        need(bool(root), "LINOCUT_DATA does not name a folder with real datasets")
        script = Path(root or "").parent / "cases" / f"{name}.py"
        need(script.exists(), f"{script} does not exist")
        subprocess.run([sys.executable, str(script), str(target), *map(str, more)], check=True)
        return target

    return run
