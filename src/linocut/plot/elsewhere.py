"""Another set of images beside the one that a model was fitted on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink, draw_signed, heading, largest, scale

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
    """
    shown = list(classes)[:MOST]
    images, by_set = np.asarray(mistakes)[:SHOWN], np.asarray(means, np.float64)
    among = [str(row["class"]) for row in classes]
    among += [name for pair in told for name in pair[:2] if name not in among]
    labels = class_labels(among)
    written = dict(zip(among, labels.texts, strict=True))
    below = -(-len(images) // A_ROW)
    height = max(2.2 + 0.95 * below, 0.24 * len(shown) + 0.9) + 0.8
    figure = Figure(figsize=(9.6, height), layout="constrained")
    left, beside = figure.subfigures(1, 2, width_ratios=(1, 1.35))
    _draw_classes(left.subplots(), shown, names, written)
    grid = beside.add_gridspec(1 + below, 6, height_ratios=[1.9] + [1] * below)
    for k in (0, 1):
        axes = beside.add_subplot(grid[0, 2 * k : 2 * k + 2])
        draw_ink(axes, by_set[k])
        heading(axes, f"mean of\n{_short(names[k])}")
    axes = beside.add_subplot(grid[0, 4:])
    drawn = draw_signed(axes, template, largest(template))
    heading(axes, "gives it away")
    axes.set_xlabel(
        f"ink here speaks for {_short(names[1])}: red", fontsize=LETTERS - 2, color=SOFT
    )
    scale(beside, drawn, axes)
    for at, (image, (label, predicted, share)) in enumerate(zip(images, told, strict=False)):
        axes = beside.add_subplot(grid[1 + at // A_ROW, at % A_ROW])
        caption = f"{written[label]} as {written[predicted]}"
        draw_ink(axes, image, f"{caption}\n{100 * share:.0f} %")
        if at == 0:
            heading(axes, f"most confident mistakes on {_short(names[1])}")
    if title:
        wrapped = "\n".join(textwrap.wrap(title, 125))
        figure.suptitle(wrapped, x=0.01, ha="left", fontsize=LETTERS + 0.5)
    labels.finish(figure)
    return figure


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
            markersize=5, linewidth=1.3, label=_short(name),
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


def _short(name: str) -> str:
    return name if len(name) <= 16 else name[:15] + "…"
