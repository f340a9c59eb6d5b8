"""Figures by class as dots with their intervals, one row a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from linocut.plot.axes import tidy
from linocut.plot.colours import INK, RULE, SOFT
from linocut.plot.fonts import ClassLabels

Floats = NDArray[np.float64]

MOST = 30  # rows that stay legible
LETTERS = 9  # points
ROW = 0.23  # inches a row


def draw_dots(axes: Axes, estimates: Floats, colours: Sequence[str] | None = None) -> None:
    """Draw a dot and its interval on each row, the first on top.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    estimates : float64 array, shape (R, 3)
        Value, low and high end; NaN where there is none, which is said where the value lacks.
    colours : sequence of R str, optional
        Of the rows; ink if not given.
    """
    shown = [INK] * len(estimates) if colours is None else colours
    for at, ((value, low, high), colour) in enumerate(zip(estimates, shown, strict=True)):
        if np.isfinite(low) and np.isfinite(high):
            axes.plot([low, high], [at, at], color=colour, linewidth=1.6, alpha=0.55,
                      solid_capstyle="butt")  # fmt: skip
        if np.isfinite(value):
            axes.plot([value], [at], "o", color=colour, markersize=4.5)
        else:
            axes.annotate(
                "not defined", (0.03, at), xycoords=("axes fraction", "data"), va="center",
                fontsize=LETTERS - 1, color=SOFT, fontstyle="italic",
            )  # fmt: skip


def finish_rows(axes: Axes, labels: ClassLabels | None, rows: int) -> None:
    """Mark the rows by their classes (or not at all), and the axis in per cent."""
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_yticks(range(rows), labels.texts if labels else [""] * rows)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.6g}")
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.tick_params(labelsize=LETTERS)
    tidy(axes)
    if labels:
        for name in axes.get_yticklabels():
            name.set_fontfamily(list(labels.families))


def reach(estimates: Floats, *, least: float = 0.0) -> tuple[float, float]:
    """Return the ends of an axis that holds all intervals, within what is possible."""
    known = estimates[np.isfinite(estimates)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = 0.06 * max(high - low, 0.01)
    return max(low - room, least - room), min(high + room, 1.0 + room)
