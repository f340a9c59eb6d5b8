"""Reliability: share for which something was true, against the probability given to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import figure_of, tidy
from linocut.plot.colours import ACCENT, RULE, SOFT
from linocut.plot.fonts import class_labels

Floats = NDArray[np.float64]
Curve = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike, ArrayLike]

SIZE = (4.6, 5.4)  # inches
LETTERS = 10  # points
ACROSS = 5  # small curves in a row
TICKS = (0, 0.25, 0.5, 0.75, 1)


def plot_reliability(
    edges: ArrayLike,
    counts: ArrayLike,
    confidences: ArrayLike,
    shares: ArrayLike,
    intervals: ArrayLike,
    *,
    xlabel: str = "probability",
    ylabel: str = "share",
    ax: Axes | None = None,
) -> Figure:
    """Draw a reliability curve with its band, the diagonal, and below it the count of each bin.

    Parameters
    ----------
    edges : float array, shape (m + 1,)
        Of the bins.
    counts : int array, shape (m,)
        Images in each.
    confidences, shares : float arrays, shape (m,)
        Mean probability, and share for which it was true.
    intervals : float array, shape (m, 2)
        Bounds of the share.
    xlabel, ylabel : str
        Of what.
    ax : Axes, optional
        Where to draw; a new figure if not given.

    Raises
    ------
    LinocutError
        If the shapes do not agree.

    Examples
    --------
    >>> figure = plot_reliability([0, 0.5, 1], [3, 5], [0.3, 0.8], [1 / 3, 0.8],
    ...                           [[0.1, 0.8], [0.4, 0.95]])
    >>> figure.axes[0].get_ylabel()
    'share'
    """
    if ax is None:
        figure = Figure(figsize=SIZE, layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    else:
        figure = figure_of(ax)
        above, below = ax, ax.inset_axes((0, -0.32, 1, 0.22), sharex=ax)
        ax.tick_params(labelbottom=False)
    _draw(above, below, (edges, counts, confidences, shares, intervals))
    above.set_ylabel(ylabel, color=SOFT, fontsize=LETTERS)
    below.set_ylabel("images", color=SOFT, fontsize=LETTERS)
    below.set_xlabel(xlabel, color=SOFT, fontsize=LETTERS)
    _explain(above)
    labels = class_labels([xlabel, ylabel], longest=60)
    above.yaxis.label.set_fontfamily(list(labels.families))
    below.xaxis.label.set_fontfamily(list(labels.families))
    return figure


def plot_reliability_of_classes(
    names: Sequence[str], curves: Sequence[Curve], *, among: Sequence[str] | None = None
) -> Figure:
    """Draw a small reliability curve for each class.

    Parameters
    ----------
    names : sequence of str
        The classes.
    curves : sequence of tuple
        Edges, counts, confidences, shares and intervals of each, as for `plot_reliability`.
    among : sequence of str, optional
        All classes of the set. By default those drawn.
    """
    labels = class_labels(names, among)
    across = min(ACROSS, len(curves))
    down = -(-len(curves) // across)
    figure = Figure(figsize=(2.0 * across + 0.6, 2.75 * down + 0.5), layout="constrained")
    grid = figure.add_gridspec(down, across)
    for place, (text, curve) in enumerate(zip(labels.texts, curves, strict=True)):
        row, column = divmod(place, across)
        inner = grid[row, column].subgridspec(2, 1, height_ratios=(3, 1), hspace=0.05)
        above = figure.add_subplot(inner[0])
        below = figure.add_subplot(inner[1], sharex=above)
        _draw(above, below, curve, ticks=(0, 0.5, 1), small=True)
        above.set_title(text, loc="left", fontsize=LETTERS + 1, fontweight="bold", pad=4)
        above.tick_params(labelleft=column == 0)
        if place == 0:
            below.set_ylabel("images", color=SOFT, fontsize=LETTERS - 2)
    figure.supxlabel(
        "probability of the class, %" + (f"\n{labels.note}" if labels.note else ""),
        color=SOFT, fontsize=LETTERS,
    )  # fmt: skip
    figure.supylabel("share that is of the class, %", color=SOFT, fontsize=LETTERS)
    for axes in figure.axes:
        axes.title.set_fontfamily(list(labels.families))
    return figure


def _draw(
    above: Axes,
    below: Axes,
    curve: Curve,
    *,
    ticks: tuple[float, ...] = TICKS,
    small: bool = False,
) -> None:
    edges, counts, at, shares, intervals = (np.asarray(each, np.float64) for each in curve)
    m = len(counts)
    shapes = [each.shape for each in (edges, at, shares, intervals)]
    if not m or shapes != [(m + 1,), (m,), (m,), (m, 2)]:
        raise LinocutError(
            f"{m} counts with edges, confidences, shares and intervals of shapes {shapes} — "
            "(m + 1,), (m,), (m,) and (m, 2), m at least 1"
        )
    low, high = intervals.T
    above.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    if m > 1:
        above.fill_between(at, low, high, color=ACCENT, alpha=0.2, linewidth=0, zorder=2)
    above.vlines(at, low, high, color=ACCENT, alpha=0.45, linewidth=1, zorder=2)
    above.plot(at, shares, color=ACCENT, linewidth=1.3 if small else 2, zorder=3,
               marker="o", markersize=2.5 if small else 4.5)  # fmt: skip
    above.set_xlim(0, 1)
    above.set_ylim(-0.02, 1.02)
    percents = FuncFormatter(lambda share, _: f"{100 * share:.0f}" + ("" if small else " %"))
    above.set_yticks(ticks)
    above.yaxis.set_major_formatter(percents)
    above.grid(color=RULE, linewidth=0.7)
    tidy(above)
    above.tick_params(labelbottom=False, labelsize=LETTERS - (2 if small else 0))
    below.bar(edges[:-1], counts, np.diff(edges), align="edge", color=SOFT, edgecolor="white",
              linewidth=0.4 if small else 0.8)  # fmt: skip
    below.set_yscale("log")
    top = 10 ** np.ceil(np.log10(max(counts.max(), 9) * 1.05))
    below.set_ylim(0.7, top)
    marks = [1, top] if top <= 100 or small else [1, 10 ** (np.log10(top) // 2), top]
    below.set_yticks(marks, [f"{mark:,.0f}" for mark in marks])
    below.yaxis.set_minor_locator(NullLocator())
    below.set_xticks(ticks)
    below.xaxis.set_major_formatter(percents)
    tidy(below)
    below.tick_params(labelsize=LETTERS - (2 if small else 0))


def _explain(axes: Axes) -> None:
    """Say on which side of the diagonal what lies."""
    for at, where, text in (
        ((0.03, 0.97), ("left", "top"), "above: not sure enough"),
        ((0.97, 0.03), ("right", "bottom"), "below: too sure"),
    ):
        axes.text(*at, text, ha=where[0], va=where[1], fontsize=LETTERS - 1, color=SOFT,
                  transform=axes.transAxes)  # fmt: skip
