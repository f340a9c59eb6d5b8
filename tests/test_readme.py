"""The README's Python runs as it stands, and what it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_in_the_readme_runs(capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(block, names)
    figures, *sentences = capsys.readouterr().out.splitlines()
    accuracy, gap = map(float, figures.split())
    assert accuracy > 0.9
    assert gap <= 1e-6
    assert [sentence[-1] for sentence in sentences] == [".", ".", "."]


def test_the_files_that_the_readme_names_exist():
    named = re.findall(r"\]\(([^)#:]+)\)", README)
    assert "docs/report-mnist.png" in named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_gate_runs_the_readmes_two_commands():
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    first, second = re.findall(r"```sh\n(pip install .*?)\n```", README)
    assert first in gate
    assert second in gate
