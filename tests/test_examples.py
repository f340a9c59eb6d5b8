"""The examples run, and show what they say."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_xor_is_proved_and_then_solved(tmp_path):
    target = tmp_path / "xor.svg"
    done = subprocess.run(
        [sys.executable, EXAMPLES / "xor.py", target], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert target.stat().st_size > 5_000


def test_xor_draws_what_the_proof_says(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import xor

    left, right = (axes.get_title(loc="left") for axes in xor.draw().axes)
    assert left.startswith("A straight cut: proved not separable")
    assert not left.endswith("4 of 4 correctly classified")
    assert right.endswith("4 of 4 correctly classified")
