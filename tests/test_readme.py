"""The README's Python runs as it stands, and what it names exists."""

import re
from pathlib import Path

from PIL import Image

from linocut.data import load_dataset
from support.files import write_images

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_ten_lines_lead_from_a_folder_to_a_saved_model_and_a_prediction(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    digits = load_dataset("digits")
    write_images(tmp_path / "my-images", digits.train.images, digits.train.labels)
    (tmp_path / "new").mkdir()
    Image.fromarray(255 - digits.test.images[8]).save(tmp_path / "new" / "photo.png")
    code = BLOCKS[0]
    assert sum(bool(line.strip()) for line in code.splitlines()) <= 10
    exec(code, {})
    accuracy, prediction, sentence = capsys.readouterr().out.splitlines()
    assert float(re.search(r"([\d.]+)%", accuracy)[1]) > 90
    label = digits.class_names[digits.test.labels[8]]
    assert prediction.startswith(f"['{label}'] 0.")
    assert sentence.startswith(f"{label} rather than ")
    assert (tmp_path / "my-model.linocut").stat().st_size < 20_000


def test_the_other_python_in_the_readme_runs(capsys):
    names = {}
    for block in BLOCKS[1:]:
        exec(block, names)
    figures, *sentences = capsys.readouterr().out.splitlines()
    accuracy, gap = map(float, figures.split())
    assert accuracy > 0.9
    assert gap <= 1e-6
    assert [sentence[-1] for sentence in sentences] == [".", "."]


def test_the_files_that_the_readme_names_exist():
    named = re.findall(r"\]\(([^)#:]+)\)", README)
    assert "docs/report-mnist.png" in named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_gate_runs_the_readmes_two_commands():
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    first, second = re.findall(r"```sh\n(pip install .*?)\n```", README)
    assert first in gate
    assert second in gate
