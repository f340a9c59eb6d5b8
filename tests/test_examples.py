"""The examples run, and show what they say."""

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

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


NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def run_cell(source: str, names: dict[str, Any]) -> Any:
    """Run a cell, and return what it would show: the value of its last line."""
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "<cell>", "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    exec(compile(ast.Module([last], []), "<cell>", "exec"), names)
    return None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_shows_what_it_finds(
    notebook, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    shown = []
    for cell in code_cells(notebook):
        # what is drawn on needs the extra
        if "notebook" in cell["metadata"].get("tags", []) and not find_spec("anywidget"):
            continue
        shown.append(run_cell("".join(cell["source"]), names))
    pages = [value._repr_html_() for value in shown if hasattr(value, "_repr_html_")]
    assert len(pages) >= 4
    assert sum("<img" in page for page in pages) >= 4


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(notebook):
    assert all(not cell["outputs"] for cell in code_cells(notebook))
    assert all(cell["execution_count"] is None for cell in code_cells(notebook))
