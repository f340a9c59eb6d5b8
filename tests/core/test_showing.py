"""Results at a prompt and in a notebook."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError, Result
from linocut.core.shown_images import ShownImage
from linocut.core.tables import html_table, text_table
from linocut.data import ImageDataset, ImagePart, load_dataset
from linocut.explain import explain, smallest_flip, templates_of, training_coefficients
from linocut.ladder import climb
from linocut.lines.data import StringDataset, Strings

HOSTILE = "<script>alert(1)</script>"


@dataclass(frozen=True, repr=False)
class Made(Result):
    names: tuple[str, ...]

    @property
    def sentence(self):
        return f"{self.names[0]} comes first."

    def rows(self):
        return [{"name": name, "share": 0.5, "held": [1], "absent": None} for name in self.names]


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits")


@pytest.fixture(scope="module")
def ladder(digits):
    return climb(digits, rungs=["mean-dot", "softmax"])


def test_a_result_is_a_heading_a_sentence_and_a_table():
    assert repr(Made(("cat", "dog"))).splitlines() == [
        "Made",
        "cat comes first.",
        "name  share",
        "cat     0.5",
        "dog     0.5",
    ]


def test_names_are_text_in_html_not_markup():
    shown = Made((HOSTILE,))._repr_html_()
    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") == 2


def test_a_long_table_ends_in_how_many_are_left_out():
    rows = [{"row": k} for k in range(100)]
    assert text_table(rows).endswith("… and 88 more")
    assert "… and 70 more" in html_table(rows)


def test_what_cannot_be_drawn_is_shown_without_a_figure():
    class Undrawn(Made):
        def plot(self):
            raise LinocutError("there is no such figure")

    assert "<img" not in Undrawn(("cat",))._repr_html_()
    assert "<table>" in Undrawn(("cat",))._repr_html_()


@pytest.mark.parametrize("error", [ValueError("no font"), MemoryError()])
def test_a_figure_that_cannot_be_drawn_does_not_cost_the_table(error):
    class Broken(Made):
        def plot(self):
            raise error

    assert Broken(("cat",))._repr_html_() == Made(("cat",))._repr_html_()


def test_a_figure_is_kept_small_enough_for_a_notebook():
    class Endless(Made):
        def plot(self):
            return Figure(figsize=(10, 400))

    (source,) = re.findall(r'base64,([^"]*)"', Endless(("cat",))._repr_html_())
    assert max(Image.open(io.BytesIO(base64.b64decode(source))).size) <= 2400


def test_a_cell_may_hold_an_image_in_html_and_none_in_text():
    rows = [{"name": "cat", "seen": ShownImage(b"png", HOSTILE)}]
    assert text_table(rows).splitlines() == ["name", "cat"]
    assert "<script>" not in html_table(rows)
    assert "><img alt=" in html_table(rows)


def test_results_show_figure_and_table_in_a_notebook(digits, ladder):
    model = ladder["softmax"].model
    image = digits.test.images[0]
    names = [digits.class_names[k] for k in digits.train.labels]
    results = [
        ladder,
        ladder["softmax"],
        ladder["softmax"].test,
        explain(model, image),
        smallest_flip(model, image),
        templates_of(model, digits.train.images),
        training_coefficients(model, digits.train.images, names),
        model,
    ]
    for result in results:
        shown = result._repr_html_()
        assert "data:image/png;base64," in shown, type(result)
        assert "<table>" in shown, type(result)
        lines = repr(result).splitlines()
        assert 3 <= len(lines) <= 20, type(result)
        assert max(map(len, lines)) < 130, type(result)


def test_an_unfitted_classifier_shows_its_parameters():
    model = ImageClassifier(random_state=7)
    assert repr(model) == "ImageClassifier(random_state=7)"
    assert set(model._repr_mimebundle_()) == {"text/plain"}


def test_a_dataset_is_two_lines(digits):
    assert repr(digits).splitlines() == [
        "ImageDataset 'digits': 1,438 training and 359 test images of 8 × 8 pixels",
        "10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
    ]


@pytest.mark.parametrize("planes", [(), (3,)], ids=["grey", "colour"])
@pytest.mark.parametrize("side", [1, 8, 100])
def test_a_dataset_shows_some_images_of_each_class(side, planes):
    images = np.full((40, side, side, *planes), 9, np.uint8)
    part = ImagePart(images, np.arange(40) % 2)
    dataset = ImageDataset("made", (HOSTILE, "cat", "never seen"), part, part)
    shown = dataset._repr_html_()
    assert f"<p>made: 40 training and 40 test images of {side} × {side} pixels" in shown
    assert "<script>" not in shown
    assert re.findall(r'alt="(\d+) images of', shown) == ["12", "12", "0"]
    for source in re.findall(r'base64,([^"]*)"', shown):
        assert Image.open(io.BytesIO(base64.b64decode(source))).height <= 56


def test_a_dataset_of_many_classes_shows_thirty(digits):
    names = tuple(f"class {k}" for k in range(500))
    part = ImagePart(np.zeros((500, 8, 8), np.uint8), np.arange(500))
    shown = ImageDataset("made", names, part, part)._repr_html_()
    assert shown.count("<img") == 30
    assert "… and 470 more" in shown


def test_a_dataset_of_strings_shows_some_with_their_texts():
    images = tuple(np.zeros((20, 30 + k), np.uint8) for k in range(5))
    part = Strings(images, ("<b>", "7", "42", "x", "y"), tuple("abcde"))
    shown = StringDataset("made", ("7",), part, part)._repr_html_()
    assert "&lt;b&gt;" in shown
    assert shown.count("<img") == 5
    assert "5 training and 5 test images, 20 pixels high" in shown
