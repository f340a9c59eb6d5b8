"""Another set of images beside the one that a model was fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from numpy.typing import ArrayLike, NDArray

from linocut.plot.axes import figure_of, tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels, shortened
from linocut.plot.panels import (
    LETTERS,
    draw_ink,
    draw_signed,
    heading,
    largest,
    scale,
    wrapped,
)

Floats = NDArray[np.float64]

MOST = 30  # classes that are drawn
SHOWN = 12  # mistakes
A_ROW = 6


def plot_elsewhere(
    classes: Sequence[Mapping[str, Any]],
    names: tuple[str, str],
    means: ArrayLike,
    template: ArrayLike,
    mistakes: ArrayLike,
    told: Sequence[tuple[str, str, float]],
    *,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw accuracy by class in both sets, their mean images, what gives them away, and mistakes.

    Parameters
    ----------
    classes : sequence of mappings
        One a class, the largest loss first: ``class``, and ``home_accuracy``, ``home_low``,
        ``home_high`` and the same of ``there``, or None; at most 30 are drawn.
    names : (str, str)
        The set at home, and the other.
    means : float array, shape (2, h, w)
        Mean image of each.
    template : float array, shape (h, w)
        Above zero where ink speaks for the other set.
    mistakes : uint8 array, shape (m, h, w)
        Misclassified images of the other set; at most 12 are drawn.
    told : sequence of (str, str, float)
        Of each its class, the predicted class and its probability.
    title : str
        Above all.
    ax : matplotlib Axes, optional
        Where to draw accuracy by class, and no more; a figure of its own if not given.
    """
    shown = list(classes)[:MOST]
    images, by_set = np.asarray(mistakes)[:SHOWN], np.asarray(means, np.float64)
    among = [str(row["class"]) for row in classes]
    among += [name for pair in told for name in pair[:2] if name not in among]
    labels = class_labels(among)
    written = dict(zip(among, labels.texts, strict=True))
    if ax is not None:
        _draw_classes(ax, shown, names, written)
        return figure_of(ax)
    below = -(-len(images) // A_ROW)
    height = max(2.5 + 1.2 * below, 0.24 * len(shown) + 0.9) + 0.8
    figure = Figure(figsize=(9.6, height), layout="constrained")
    left, beside = figure.subfigures(1, 2, squeeze=False, width_ratios=(1, 1.45))[0]
    _draw_classes(left.subplots(), shown, names, written)
    if below:
        heights = 2.2, 0.3 + 0.95 * below
        above, under = beside.subfigures(2, 1, squeeze=False, height_ratios=heights)[:, 0]
        captions = [
            f"{written[label]} as {written[predicted]}\n{100 * share:.0f} %"
            for label, predicted, share in told
        ]
        _draw_mistakes(under, images, captions, below)
        under.suptitle(
            f"Most confident mistakes on {shortened(names[1])}",
            x=0.01, ha="left", fontsize=LETTERS + 1, fontweight="bold", color=INK,
        )  # fmt: skip
    else:
        above = beside
    _draw_sets(above, by_set, np.asarray(template, np.float64), names)
    if title:
        figure.suptitle(wrapped(title, 125), x=0.01, ha="left", fontsize=LETTERS + 0.5)
    labels.finish(figure)
    return figure


def _draw_sets(figure: FigureBase, means: Floats, template: Floats, names: tuple[str, str]) -> None:
    panels = figure.subplots(1, 3)
    for axes, image, name in zip(panels[:2], means, names, strict=True):
        draw_ink(axes, image)
        heading(axes, f"Mean of\n{shortened(name)}")
    drawn = draw_signed(panels[2], template, largest(template))
    heading(panels[2], "What gives\nit away")
    panels[2].set_xlabel(
        f"red: ink speaks\nfor {shortened(names[1])}", fontsize=LETTERS - 1, color=SOFT
    )
    scale(figure, drawn, panels[2], "log-odds")


def _draw_mistakes(
    figure: FigureBase, images: NDArray[Any], captions: Sequence[str], rows: int
) -> None:
    panels = figure.subplots(rows, A_ROW, squeeze=False).ravel()
    for axes in panels[len(images) :]:
        axes.axis("off")
    for axes, image, caption in zip(panels, images, captions, strict=False):
        draw_ink(axes, image, caption)


def _draw_classes(
    axes: Axes,
    rows: Sequence[Mapping[str, Any]],
    names: tuple[str, str],
    written: Mapping[str, str],
) -> None:
    for where, name, colour, marker in (
        ("home", names[0], INK, "o"),
        ("there", names[1], ACCENT, "D"),
    ):
        known = [at for at, row in enumerate(rows) if row[f"{where}_accuracy"] is not None]
        share, low, high = (
            np.array([100 * rows[at][f"{where}_{what}"] for at in known])
            for what in ("accuracy", "low", "high")
        )
        axes.errorbar(
            share, known, xerr=np.maximum([share - low, high - share], 0), fmt=marker, color=colour,
            markersize=5, linewidth=1.3, label=shortened(name),
        )  # fmt: skip
    for at, row in enumerate(rows):
        if row["change"] is not None:
            ends = [100 * row["home_accuracy"], 100 * row["there_accuracy"]]
            axes.plot(ends, [at, at], color=RULE, linewidth=3, zorder=0)
    axes.set_yticks(range(len(rows)), [written[str(row["class"])] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(labelsize=LETTERS)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_xlabel("images of the class correctly classified, %", fontsize=LETTERS, color=SOFT)
    axes.set_ylabel("class, largest loss first", fontsize=LETTERS, color=SOFT)
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=LETTERS,
        borderaxespad=0.2, handletextpad=0.2, columnspacing=1.0,
    )  # fmt: skip
    tidy(axes)
