"""A sheet of sample lines of glyphs, each under its text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from linocut.plot.fonts import class_labels

COLUMNS = 4
MOST = 32
LONGEST = 24  # letters of a text that there is room for


def plot_string_sheet(
    images: Sequence[NDArray[np.uint8]], texts: Sequence[str], *, title: str = ""
) -> Figure:
    """Draw evenly spaced sample images with their texts.

    Parameters
    ----------
    images : sequence of n uint8 arrays, shape (h, w_i)
        0 is drawn as paper, 255 as ink.
    texts : sequence of n str
        What stands in each.
    title : str
        Over the sheet.

    Returns
    -------
    matplotlib Figure

    Examples
    --------
    >>> figure = plot_string_sheet([np.zeros((20, 60), np.uint8)] * 5, ["12", "1", "7", "34", "9"])
    >>> len(figure.axes)
    5
    """
    chosen = np.linspace(0, len(images) - 1, min(MOST, len(images))).astype(int)
    widest = max(images[row].shape[1] / images[row].shape[0] for row in chosen)
    columns = min(COLUMNS if widest < 8 else 2, len(chosen))
    lines = -(-len(chosen) // columns)
    each = min(9.2 / columns / widest, 1.2)
    figure = Figure(figsize=(9.2, lines * (each + 0.32) + 0.5), layout="constrained")
    names = class_labels([texts[row] for row in chosen], longest=LONGEST)
    for place, (row, text) in enumerate(zip(chosen, names.texts, strict=True), 1):
        axes = figure.add_subplot(lines, columns, place)
        axes.imshow(images[row], cmap="gray_r", vmin=0, vmax=255, interpolation="nearest")
        axes.set_title(text, fontsize="small", family=names.families)
        axes.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left")
    if names.note:
        figure.supxlabel(names.note, fontsize="small", x=0.01, ha="left")
    return figure
