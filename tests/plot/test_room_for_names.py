"""Names of any length: every text lies inside its figure, and none on another one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from linocut.plot import (
    plot_evidence,
    plot_flip,
    plot_influence,
    plot_overlap,
    plot_separability,
    plot_shift_map,
    plot_templates,
    plot_training_images,
)

NAMES = {
    "digits": [str(k) for k in range(10)],
    "words": ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker",
              "bag", "ankle boot"],
    "long": [f"number {k}, by a name that is longer than any figure likes" for k in range(10)],
    "two": ["a rather long name of a cat", "dog"],
}  # fmt: skip
RNG = np.random.default_rng(0)
IMAGES = RNG.random((8, 8, 8))


def evidence(names):
    label, versus = names[:2]
    return plot_evidence(
        IMAGES[0], IMAGES[1] - 0.5, offset=-1.0, label=label, versus=versus,
        reference="the mean training image", unit="log of the probability ratio", among=names,
    )  # fmt: skip


def flip(names):
    title = f"{names[0]} becomes {names[1]} after a change of 4 % of the image's length."
    image, change = IMAGES[:2]
    return plot_flip(image, change, image + change, label=names[0], versus=names[1], title=title)


def shifts(names):
    predicted = RNG.integers(0, len(names), (9, 9))
    return plot_shift_map(
        RNG.normal(size=(9, 9)), predicted, names, label=names[0], title="Shifted."
    )


def overlap(names):
    shared = RNG.random((len(names), 8, 8))
    return plot_overlap(IMAGES[0] > 0.5, shared, shared.sum(axis=(1, 2)), names, title="Shared.")


def templates(names):
    weights = RNG.normal(size=(len(names), 8, 8))
    return plot_templates([weights, weights], ["Weights", "Patterns"], names, units=["u", "v"])


def training_images(names):
    coefficients = np.concatenate([RNG.exponential(size=50), -RNG.exponential(size=200)])
    return plot_training_images(
        IMAGES[:3], [1, 10, 100], [0.1, 0.5, 1.0], coefficients, np.arange(250) < 50,
        [IMAGES, IMAGES], [np.arange(8.0), -np.arange(8.0)], label=names[0], among=names,
    )  # fmt: skip


def separability(names):
    K = len(names)
    verdicts = np.full((K + 1, K), "separable", object)
    verdicts[np.arange(K), np.arange(K)] = ""
    return plot_separability(verdicts, names, title="All pairs are separable by a straight cut.")


def influence(names):
    captions = [(f"image 12,345,\nlabelled {names[0]}", f"image 9,999,\nlabelled {names[1]}")]
    return plot_influence(
        IMAGES[:1], IMAGES[1:2], captions, [[0.5, -0.1, -0.12]],
        unit="log of the probability ratio", title="An image changes class.",
    )  # fmt: skip


FIGURES = (influence, evidence, flip, shifts, overlap, templates, training_images, separability)


def written(figure):
    """Return every text that is seen and the box it takes, once drawn."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    beyond = {
        id(label)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    return [
        (text, text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible() and id(text) not in beyond
    ]


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_every_text_lies_inside_the_figure(draw, names):
    figure = draw(names)
    edge = figure.bbox.padded(1)
    for text, box in written(figure):
        assert edge.x0 <= box.x0 and box.x1 <= edge.x1, text.get_text()
        assert edge.y0 <= box.y0 and box.y1 <= edge.y1, text.get_text()


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_no_text_lies_on_another_one(draw, names):
    level = [(text, box) for text, box in written(draw(names)) if text.get_rotation() % 90 == 0]
    for (one, a), (other, b) in combinations(level, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or down <= 1, (one.get_text(), other.get_text())


def test_words_on_a_map_of_shifts_can_be_read_on_their_cells():
    figure = plot_shift_map([[-9.0, 0], [0.1, 9]], [[0, 0], [1, 1]], ["a", "b"], label="a")
    colours = [text.get_color() for text in figure.axes[0].texts]
    assert colours == ["#ffffff", "#000000", "#000000", "#ffffff"]


def test_names_that_do_not_fit_into_cells_become_letters_with_a_legend():
    names = [*NAMES["long"][:1], "dog"]
    figure = plot_shift_map(np.zeros((9, 9)), [[0, *[1] * 8]] * 9, names, label="dog")
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts[:3]] == ["B", "A", "A"]
    assert axes.get_xlabel() == "classified as: A dog, B number 0, by a…"


def test_histograms_of_coefficients_have_linear_axes_and_no_message():
    figure = training_images(NAMES["digits"])
    panels = [axes for axes in figure.axes if axes.get_xlabel() == "coefficient"]
    assert [axes.get_xscale() for axes in panels] == ["linear", "linear"]
    others, own = (axes.get_title(loc="left") for axes in panels)
    assert (others, own) == ("200 images of other classes", "50 images of 0")
    told = " ".join(text.get_text() for text in figure.findobj(Text))
    assert "Few images" not in told


def test_templates_of_many_classes_are_wrapped():
    figure = templates([f"class {k}" for k in range(40)])
    width, _ = figure.get_size_inches()
    assert width < 18
    tops = {round(image.get_extent()[3], 3) for image in figure.axes[0].images}
    assert len(tops) == 6  # two rows in each of three bands
    told = {text.get_text() for text, _ in written(figure)}
    assert {"class 0", "class 20", "class 39"} <= told
