"""The commands on strings: explain and report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from linocut.data import load_dataset
from linocut.lines import StringReader, synthetic_strings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write strings of digits as files that have their text for a name."""
    made = synthetic_strings(load_dataset("digits"), 120, length=(2, 3), random_state=1)
    path = tmp_path_factory.mktemp("strings")
    lines = [f"{i}.png,{text}" for i, text in enumerate((*made.train.texts, *made.test.texts))]
    for i, image in enumerate((*made.train.images, *made.test.images)):
        Image.fromarray(image).save(path / f"{i}.png")
    (path / "labels.csv").write_text("\n".join(["filename,label", *lines]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(folder: Path) -> Path:
    made = synthetic_strings(load_dataset("digits"), 120, length=(2, 3), random_state=1)
    path = folder.parent / "reader.linocut"
    StringReader(preparation="none", C=0.1, max_iter=10).fit(made).save(path)
    return path


def test_explain_draws_tells_and_speaks_json(linocut, folder, model, tmp_path):
    figure = tmp_path / "why.png"
    result = linocut("explain", model, folder / "0.png", "-o", figure)
    assert result.returncode == 0
    assert "Read as " in result.stdout
    assert "the most probable texts" in result.stdout
    assert np.asarray(Image.open(figure)).std() > 0
    spoken = json.loads(linocut("explain", model, folder / "0.png", "--json").stdout)
    assert spoken["readings"][0]["text"] == spoken["text"]
    assert len(spoken["evidence"]) == len(spoken["glyphs"])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("explain", "{model}"), "name an image file"),
        (("explain", "{model}", "none.png"), "none.png — no such file"),
        (("report", "{folder}", "--rungs", "softmax", "-o", "{out}"), "sliding, whole-string, ctc"),
        (("report", "{folder}", "--rungs", "ctc", "--save", "x.linocut", "-o", "{out}"),
         "keeps no ctc — add another to --rungs"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(linocut, folder, model, tmp_path, arguments, named):
    held = {"model": model, "folder": folder, "out": tmp_path / "page.html"}
    result = linocut(*(each.format(**held) for each in arguments))
    assert result.returncode == 2
    assert named in result.stderr


def test_report_writes_a_page_about_a_reader(linocut, folder, model, tmp_path):
    page = tmp_path / "page.html"
    result = linocut("report", model, "--data", folder, "-o", page, "--json")
    assert result.returncode == 0
    assert '"kind":"strings"' in page.read_text(encoding="utf-8")
    assert json.loads(result.stdout)["n"] > 0


def test_a_reader_saved_beside_its_report_says_how_good_it_is(linocut, tmp_path):
    page, kept = tmp_path / "page.html", tmp_path / "kept.linocut"
    made = ("digits", "--strings", "60", "--length", "2")
    done = linocut("report", *made, "--rungs", "whole-string", "--save", kept, "-o", page)
    assert done.returncode == 0, done.stderr
    assert "15 test images wholly read" in linocut("show", kept).stdout
