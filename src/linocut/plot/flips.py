"""What flips a decision: the least change, and every shift."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import ArrayLike, NDArray

from linocut.plot.colours import SOFT, text_on
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink, draw_signed, heading, largest, scale

CELLS = 290.0  # points that all cells of a map of shifts take across
LETTER = 0.62  # width of a letter, of its size
HEADING = 20  # letters that fit above a panel
BESIDE = 9  # that fit above a colour scale
SIGNS = "ABCDEFGHIJ"


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
    heading(axes[0], _over("classified as", names[0]))
    drawn = draw_signed(axes[1], change, largest(change))
    heading(axes[1], "the least change" + (" (grey: none)" if np.ndim(change) == 3 else ""))
    scale(figure, drawn, axes[1], "ink")
    low, high = float(np.min(flipped)), float(np.max(flipped))
    if np.ndim(flipped) == 2:
        axes[2].imshow(flipped, cmap="gray_r", vmin=min(low, 0), vmax=high, interpolation="nearest")
    draw_ink(axes[2], np.clip(np.asarray(flipped, np.float64), 0, None))
    heading(axes[2], _over("as near to", names[1]))
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
    figure = Figure(figsize=(6.2, 5.6), layout=ConstrainedLayoutEngine(w_pad=0.15))
    axes = figure.subplots()
    drawn = draw_signed(axes, values, largest(values))
    axes.images[0].set_extent((-r - 0.5, r + 0.5, r + 0.5, -r - 0.5))
    size = float(np.clip(110 / len(values), 4.5, 11))
    written, legend = _fitting(names, who, CELLS / len(values), size)
    colours = drawn.to_rgba(values)
    for row, column in np.ndindex(who.shape):
        axes.text(
            column - r, row - r, written[int(who[row, column])], ha="center", va="center",
            fontsize=size, color=text_on(colours[row, column]),
        )  # fmt: skip
    if legend:
        axes.set_xlabel("\n".join(textwrap.wrap(legend, 72)), fontsize=LETTERS, color=SOFT)
    ticks = sorted({-r, 0, r})
    axes.set_xticks(ticks, [f"{abs(t)} {'left' if t < 0 else 'right' if t else ''}" for t in ticks])
    axes.set_yticks(ticks, [f"{abs(t)} {'up' if t < 0 else 'down' if t else ''}" for t in ticks])
    axes.tick_params(length=0, labelsize=LETTERS, labelcolor=SOFT)
    scale(figure, drawn, axes, f"for {class_labels([label], class_names, BESIDE).texts[0]}")
    if title:
        axes.set_title("\n".join(textwrap.wrap(title, 52)), loc="left", fontsize=LETTERS + 1)
    labels.finish(figure)
    return figure


def _over(what: str, name: str) -> str:
    return f"{what} {name}" if len(what) + len(name) < HEADING else f"{what}\n{name}"


def _fitting(
    names: Sequence[str], who: NDArray[np.integer], room: float, size: float
) -> tuple[dict[int, str], str]:
    """Return what to write into the cells of a map, and what it stands for.

    Names that all fit into a cell stand for themselves; else letters do, A for the commonest, and
    a dot for the rare ones.
    """
    found, counts = np.unique(who, return_counts=True)
    order = found[np.argsort(-counts, kind="stable")].tolist()
    if all(len(names[k]) * LETTER * size <= room for k in order):
        return {k: names[k] for k in order}, ""
    signs = dict(zip(order, SIGNS, strict=False))
    listed = ", ".join(f"{sign} {names[k]}" for k, sign in signs.items())
    others = ", · another class" if len(order) > len(signs) else ""
    return {k: signs.get(k, "·") for k in order}, f"classified as: {listed}{others}"
