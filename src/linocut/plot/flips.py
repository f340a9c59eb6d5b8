"""What flips a decision: the least change, and every shift."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.plot.colours import INK, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink, draw_signed, heading, largest, scale


def plot_flip(
    image: ArrayLike,
    change: ArrayLike,
    flipped: ArrayLike,
    *,
    label: str,
    versus: str,
    title: str = "",
    among: Sequence[str] | None = None,
) -> Figure:
    """Draw an image, the least change that flips its class, and the result.

    Parameters
    ----------
    image, change, flipped : float arrays, shape (h, w)
        ``flipped = image + change``.
    label, versus : str
        The predicted class before and after.
    title : str
        Above all.
    among : sequence of str, optional
        All classes of the set: a name that no font can write gives way to its position there. By
        default the classes drawn.
    """
    figure = Figure(figsize=(7.2, 3.1), layout="constrained")
    axes = figure.subplots(1, 3)
    labels = class_labels([label, versus], among)
    names = labels.texts
    draw_ink(axes[0], image)
    heading(axes[0], f"classified as {names[0]}")
    drawn = draw_signed(axes[1], change, largest(change))
    heading(axes[1], "the least change")
    scale(figure, drawn, axes[1], "ink")
    low, high = float(np.min(flipped)), float(np.max(flipped))
    axes[2].imshow(flipped, cmap="gray_r", vmin=min(low, 0), vmax=high, interpolation="nearest")
    draw_ink(axes[2], np.clip(np.asarray(flipped, np.float64), 0, None))
    heading(axes[2], f"as near to {names[1]}")
    if title:
        figure.suptitle(
            "\n".join(textwrap.wrap(title, 78)), x=0.01, ha="left", fontsize=LETTERS + 1
        )
    labels.finish(figure)
    return figure


def plot_shift_map(
    margins: ArrayLike,
    predicted: ArrayLike,
    class_names: Sequence[str],
    *,
    label: str,
    title: str = "",
) -> Figure:
    """Draw the margin of a class over its best rival at every shift, and the predicted class.

    Parameters
    ----------
    margins : float array, shape (2r + 1, 2r + 1)
        Above zero where the class is predicted.
    predicted : int array, of the same shape
        Position of the predicted class.
    class_names : sequence of str
        The classes.
    label : str
        The class predicted without a shift.
    title : str
        Above all.
    """
    values, who = np.asarray(margins, np.float64), np.asarray(predicted)
    r = len(values) // 2
    labels = class_labels(class_names)
    names = labels.texts
    figure = Figure(figsize=(6.2, 5.6), layout="constrained")
    axes = figure.subplots()
    drawn = draw_signed(axes, values, largest(values))
    axes.images[0].set_extent((-r - 0.5, r + 0.5, r + 0.5, -r - 0.5))
    size = float(np.clip(110 / len(values), 4.5, 11))
    for dy in range(-r, r + 1):
        for dx in range(-r, r + 1):
            axes.text(
                dx, dy, names[who[r + dy, r + dx]], ha="center", va="center", fontsize=size,
                color=INK,
            )  # fmt: skip
    ticks = sorted({-r, 0, r})
    axes.set_xticks(ticks, [f"{abs(t)} {'left' if t < 0 else 'right' if t else ''}" for t in ticks])
    axes.set_yticks(ticks, [f"{abs(t)} {'up' if t < 0 else 'down' if t else ''}" for t in ticks])
    axes.tick_params(length=0, labelsize=LETTERS, labelcolor=SOFT)
    scale(figure, drawn, axes, f"for {class_labels([label], class_names).texts[0]}")
    if title:
        axes.set_title("\n".join(textwrap.wrap(title, 60)), loc="left", fontsize=LETTERS + 1)
    labels.finish(figure)
    return figure
