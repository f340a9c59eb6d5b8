"""Shared ink: where an image and each class are inked together."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.plot.colours import ACCENT, INK, right
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink, frame

ACROSS = 5  # images per row
LONGEST = 14  # letters of a name that fit below one


def plot_overlap(
    image: ArrayLike,
    shared: ArrayLike,
    areas: ArrayLike,
    class_names: Sequence[str],
    *,
    title: str = "",
    among: Sequence[str] | None = None,
) -> Figure:
    """Draw a black-and-white image and what it shares with the images of each class.

    Parameters
    ----------
    image : bool array, shape (h, w)
        Inked pixels.
    shared : float array, shape (K, h, w)
        Share of each class's images that are inked there, too.
    areas : float array, shape (K,)
        Sum of each, in pixels.
    class_names : sequence of K str
        The classes.
    title : str
        Above all.
    among : sequence of str, optional
        All classes of the set: a name that no font can write gives way to its position there. By
        default the classes drawn.
    """
    ink, overlaps = np.asarray(image, np.float64), np.asarray(shared, np.float64)
    sums = np.asarray(areas, np.float64)
    names = class_labels(class_names, among, LONGEST)
    across = min(ACROSS, len(overlaps) + 1)
    down = -(-(len(overlaps) + 1) // across)
    wide = 1.28 * across
    told = "\n".join(textwrap.wrap(title, int(10.3 * wide)))
    high = 1.75 * down + 0.2 + 0.2 * told.count("\n") + (0.25 if told else 0)
    figure = Figure(figsize=(wide, high), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False).ravel()
    draw_ink(grid[0], ink, "the image")
    best = int(sums.argmax())
    for k, (axes, overlap) in enumerate(zip(grid[1:], overlaps, strict=False)):
        axes.imshow(overlap, cmap=right(), vmin=0, vmax=1, interpolation="nearest")
        axes.contour(ink, levels=[0.5], colors=[INK], linewidths=0.6)
        frame(axes, " ")
        axes.set_xlabel(
            f"{names.texts[k]}\n{sums[k]:.0f} pixels", fontsize=LETTERS - 0.5, labelpad=3,
            color=ACCENT if k == best else INK, fontweight="bold" if k == best else "normal",
        )  # fmt: skip
    for axes in grid[len(overlaps) + 1 :]:
        axes.set_axis_off()
    if title:
        figure.suptitle(told, x=0.01, ha="left", fontsize=LETTERS + 1)
    names.finish(figure)
    return figure
