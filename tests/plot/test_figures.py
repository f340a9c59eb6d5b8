"""Figures, drawn and then asked what they show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text

from linocut.core import LinocutError
from linocut.plot import plot_confusion, plot_flip, plot_templates
from linocut.plot.contact_sheet import contact_sheet, save_figure
from linocut.plot.fonts import _families_for, class_labels


@pytest.fixture
def weights():
    return np.random.default_rng(0).normal(size=(2, 8, 8))


def test_templates_share_a_symmetric_scale_about_zero(weights):
    figure = plot_templates([weights, 100 * weights], ["a", "b"], ["x", "y"], units=["u", "v"])
    assert {image.get_clim() for image in figure.axes[0].images} == {(-1.0, 1.0)}


def test_rows_of_one_shape_look_alike_whatever_their_unit(weights):
    figure = plot_templates([weights, 100 * weights], ["a", "b"], ["x", "y"], units=["u", "v"])
    first, _, third, _ = (image.get_array() for image in figure.axes[0].images)
    np.testing.assert_allclose(first, third)


def test_each_row_tells_its_limit_and_its_unit(weights):
    figure = plot_templates([weights], ["Softmax"], ["x", "y"], units=["log-odds"], limits=[2.5])
    told = " ".join(text.get_text() for text in figure.findobj(lambda o: hasattr(o, "get_text")))
    assert "2.5" in told
    assert "log-odds" in told


def test_a_weight_of_nothing_is_drawn_as_paper():
    figure = plot_templates([np.zeros((2, 4, 4))], ["a"], ["x", "y"], units=["u"])
    colours = figure.axes[0].images[0]
    shown = colours.cmap(colours.norm(0.0))
    assert min(shown[:3]) > 0.9


def test_templates_and_titles_must_agree(weights):
    with pytest.raises(LinocutError):
        plot_templates([weights], ["a", "b"], ["x", "y"], units=["u"])


def test_a_confusion_matrix_names_its_classes_and_counts():
    confusion = np.array([[9, 1], [2, 8]])
    figure = plot_confusion(confusion, ["cat", "dog"])
    told = {text.get_text() for text in figure.findobj(lambda o: hasattr(o, "get_text"))}
    assert {"9", "1", "2", "8", "cat", "dog"} <= told


def test_letters_that_no_font_has_become_a_position():
    unknown = "\U0010fffd"  # for private use: no font gives it a meaning
    labels = class_labels(["a", unknown])
    assert labels.texts[0] == "a"
    assert labels.texts[1].endswith("2")
    assert "1 of 2" in labels.note


def test_a_dollar_sign_is_no_mathematics():
    assert class_labels(["$5"]).texts == (r"\$5",)


def test_a_sheet_shows_ink_dark_on_light_paper():
    images = np.zeros((4, 8, 8), np.uint8)
    images[:2] = 255
    sheet = contact_sheet(images, np.array([0, 0, 1, 1]), ("ink", "paper"))
    drawn = sheet.axes[0].images[0]
    assert drawn.cmap(drawn.norm(255))[0] < 0.1
    assert drawn.cmap(drawn.norm(0))[0] > 0.9


def test_a_figure_of_an_unknown_kind_is_refused(tmp_path):
    sheet = contact_sheet(np.zeros((2, 8, 8), np.uint8), np.array([0, 1]), ("a", "b"))
    with pytest.raises(LinocutError, match="not a kind of image file"):
        save_figure(sheet, tmp_path / "a.docx")
    assert list(tmp_path.iterdir()) == []


def test_fonts_that_names_need_are_those_of_all_texts(monkeypatch):
    labels = replace(class_labels(["a", "b"]), families=("sans-serif", "Some Other Font"))
    monkeypatch.setattr("linocut.plot.flips.class_labels", lambda *_: labels)
    image = np.eye(4)
    figure = plot_flip(image, image, image, label="a", versus="b", title="a becomes b")
    written = [text for text in figure.findobj(Text) if text.get_text()]
    assert written
    assert all("Some Other Font" in text.get_fontfamily() for text in written)


def test_numbers_in_numerals_that_no_font_has_become_european_ones(monkeypatch):
    """Kannada-MNIST was drawn with positions from 1 for the digits from 0."""
    monkeypatch.setattr(
        "linocut.plot.fonts._letters", lambda path: frozenset(map(ord, "0123456789"))
    )
    labels = class_labels(["೦", "೧", "೯"])
    assert labels.texts == ("0", "1", "9")
    assert labels.note == ""
    _families_for.cache_clear()
