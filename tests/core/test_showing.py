"""Results at a prompt and in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError, Result
from linocut.core.tables import html_table, text_table
from linocut.data import load_dataset
from linocut.explain import explain, smallest_flip, templates_of, training_coefficients
from linocut.ladder import climb

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
