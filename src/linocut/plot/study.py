"""What is done to images, with examples and the accuracy of a model: one row per variant."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.colours import ACCENT, INK, RULE, SOFT, diverging

Floats = NDArray[np.float64]
TILE = 0.62  # inches
TITLES = 2.9  # inches on the left
NUMBERS = 1.25  # inches on the right


def plot_study(
    titles: Sequence[str],
    images: Sequence[ArrayLike],
    accuracies: Sequence[float | None],
    intervals: Sequence[tuple[float, float] | None],
    *,
    heading: str,
    note: str,
) -> Figure:
    """Draw a row of example images for each variant, and its accuracy beside it.

    Rows with values below zero are drawn in blue (below) and red (above zero), white at zero; the
    others from paper, their smallest value, to ink, their largest. Each row has its own limit.

    Parameters
    ----------
    titles : sequence of R str
        The variants.
    images : sequence of R float arrays, shape (m, h, w)
        The same m images as each variant changes them.
    accuracies : sequence of R floats or None
        Share correctly classified; None where the variant is no model.
    intervals : sequence of R pairs of float or None
        Bounds of each.
    heading, note : str
        Above and below.

    Raises
    ------
    LinocutError
        If the lengths do not agree.

    Examples
    --------
    >>> images = [np.eye(4)[None]]
    >>> figure = plot_study(["as it is"], images, [0.9], [(0.8, 0.95)], heading="One", note="Two")
    >>> len(figure.axes)
    1
    """
    rows = [np.asarray(each, np.float64) for each in images]
    if not rows or not len(titles) == len(rows) == len(accuracies) == len(intervals):
        raise LinocutError(
            f"{len(titles)} titles, {len(rows)} rows of images, {len(accuracies)} accuracies and "
            f"{len(intervals)} intervals — they must be as many, at least one"
        )
    columns = max(len(row) for row in rows)
    width, height = TITLES + TILE * columns + NUMBERS, TILE * 1.08 * len(rows) + 1.15
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0.45 / height, 1, 1 - 1.05 / height))
    axes.set_xlim(-TITLES, TILE * columns + NUMBERS)
    axes.set_ylim(TILE * 1.08 * len(rows), 0)
    axes.axis("off")
    variants = zip(titles, rows, accuracies, intervals, strict=True)
    for row, (title, shown, accuracy, bounds) in enumerate(variants):
        top = TILE * 1.08 * row + 0.04
        _draw_row(axes, shown, top)
        axes.text(
            -0.12, top + TILE / 2, "\n".join(textwrap.wrap(title, 34)), ha="right", va="center",
            fontsize=10, color=INK,
        )  # fmt: skip
        if accuracy is not None:
            best = accuracy == max(each for each in accuracies if each is not None)
            axes.text(
                TILE * columns + 0.12, top + TILE / 2, f"{100 * accuracy:.2f} %",
                va="bottom" if bounds else "center", fontsize=10.5,
                color=ACCENT if best else INK, fontweight="bold" if best else "normal",
            )  # fmt: skip
        if bounds is not None:
            axes.text(
                TILE * columns + 0.12, top + TILE / 2 + 0.03,
                f"{100 * bounds[0]:.2f}–{100 * bounds[1]:.2f}", va="top", fontsize=9, color=SOFT,
            )  # fmt: skip
    figure.text(0.12 / width, 1 - 0.32 / height, heading, fontsize=12.5, fontweight="bold")
    if any((row < 0).any() for row in rows):
        note += " Blue is below zero, red above, white at zero; each row has its own limit."
    figure.text(0.12 / width, 0.16 / height, note.strip(), fontsize=9, color=SOFT)
    return figure


def _draw_row(axes: Axes, images: Floats, top: float) -> None:
    signed = bool((images < 0).any())
    limit = float(np.abs(images).max(initial=0)) or 1.0
    if signed:
        # A few strong values must not fade all others; beyond the limit colours saturate.
        limit = float(np.quantile(np.abs(images), 0.995)) or limit
    low = -limit if signed else min(0.0, float(images.min(initial=0)))
    for column, image in enumerate(images):
        left = TILE * column
        axes.imshow(
            image, cmap=diverging() if signed else "gray_r", vmin=low, vmax=limit,
            interpolation="nearest", aspect="auto",
            extent=(left + 0.02, left + TILE - 0.02, top + TILE - 0.02, top + 0.02),
        )  # fmt: skip
        axes.add_patch(_frame(left + 0.02, top + 0.02, TILE - 0.04))


def _frame(left: float, top: float, side: float) -> Rectangle:
    return Rectangle((left, top), side, side, fill=False, edgecolor=RULE, linewidth=0.6)
