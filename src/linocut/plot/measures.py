"""Several things measured in several ways: a point with its interval for each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.plot.axes import figure_of, tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels

ROW = 0.34  # inches
WIDE = 2.5  # inches of a panel
LETTERS = 10  # points


def plot_measures(
    names: Sequence[str],
    panels: Sequence[tuple[str, Sequence[tuple[float, float, float]]]],
    *,
    title: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw a row of points with intervals for each name, one panel beside the other.

    Parameters
    ----------
    names : sequence of R str
        What was measured.
    panels : sequence of (str, sequence of R (value, low, high))
        What it was measured by, and the figures as shares; drawn in per cent.
    title, note : str
        The message, above all, and what was measured on what, below it.
    ax : Axes, optional
        Where to draw a single panel; a new figure if not given.

    Raises
    ------
    LinocutError
        If the lengths do not agree.

    Examples
    --------
    >>> figure = plot_measures(["plain", "balanced"], [
    ...     ("accuracy, %", [(0.9, 0.88, 0.92), (0.91, 0.89, 0.93)])])
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()]
    ['plain', 'balanced']
    """
    if not names or not panels or any(len(values) != len(names) for _, values in panels):
        lengths = [len(values) for _, values in panels]
        raise LinocutError(
            f"{len(names)} names and panels of {lengths} figures — as many figures as names, at "
            "least one panel"
        )
    if ax is not None and len(panels) > 1:
        raise LinocutError(f"{len(panels)} panels for one ax — leave it out")
    labels = class_labels(names, longest=40)
    if ax is None:
        size = (0.085 * labels.longest + WIDE * len(panels) + 0.4, ROW * len(names) + 1.2)
        figure = Figure(figsize=(max(size[0], 4.4), size[1]), layout="constrained")
        grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    else:
        figure, grid = figure_of(ax), np.array([ax])
    for axes, (unit, values) in zip(grid, panels, strict=True):
        _draw(axes, np.array(values, np.float64))
        axes.set_xlabel(unit, color=SOFT, fontsize=LETTERS)
    grid[0].set_yticks(range(len(names)), labels.texts, fontsize=LETTERS)
    grid[0].set_ylim(len(names) - 0.4, -0.6)
    if title:
        told = "\n".join(textwrap.wrap(title, int(11 * figure.get_size_inches()[0])))
        if ax is None:
            figure.suptitle(told, x=0.01, ha="left", fontsize=LETTERS + 1, fontweight="bold")
        else:
            ax.set_title(told, loc="left", fontsize=LETTERS + 1, fontweight="bold")
    if note:
        told = "\n".join(textwrap.wrap(note, int(14 * figure.get_size_inches()[0])))
        figure.supxlabel(told, x=0.01, ha="left", fontsize=LETTERS - 1, color=SOFT)
    for text in grid[0].get_yticklabels():
        text.set_fontfamily(list(labels.families))
    return figure


def _draw(axes: Axes, values: NDArray[np.float64]) -> None:
    at = np.arange(len(values))
    value, low, high = 100 * values.T
    axes.hlines(at, low, high, color=ACCENT, linewidth=2.2, zorder=2)
    axes.plot(value, at, "o", color=ACCENT, markersize=6, zorder=3)
    if low.min() <= 0:
        axes.set_xlim(left=0)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    tidy(axes)
    axes.tick_params(labelsize=LETTERS, colors=INK)
