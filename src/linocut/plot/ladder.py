"""The ladder of models: accuracy with its interval, and what it costs in seconds."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import mark_accuracy, percent, stretched, tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT

Floats = NDArray[np.float64]


def plot_ladder(
    titles: Sequence[str],
    accuracies: ArrayLike,
    intervals: ArrayLike,
    seconds: ArrayLike,
) -> Figure:
    """Draw accuracy with its interval by rung, and accuracy against seconds.

    Both accuracy axes are stretched towards 100 %: equal steps divide the number of mistakes by
    equal factors.

    Parameters
    ----------
    titles : sequence of R str
        The rungs, in the order climbed.
    accuracies : float array, shape (R,)
        Share of test images correctly classified.
    intervals : float array, shape (R, 2)
        Bounds of each accuracy.
    seconds : float array, shape (R,)
        From images to scores.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, the same numbers standing for the rungs.

    Raises
    ------
    LinocutError
        If the lengths do not agree.

    Examples
    --------
    >>> figure = plot_ladder(["mean", "softmax"], [0.82, 0.92], [[0.8, 0.84], [0.9, 0.94]], [1, 9])
    >>> len(figure.axes)
    2
    """
    share = np.asarray(accuracies, dtype=np.float64)
    bounds = np.asarray(intervals, dtype=np.float64)
    spent = np.asarray(seconds, dtype=np.float64)
    n = len(titles)
    if n == 0 or share.shape != (n,) or bounds.shape != (n, 2) or spent.shape != (n,):
        raise LinocutError(
            f"{n} titles, accuracies of shape {share.shape}, intervals of shape {bounds.shape} and "
            f"seconds of shape {spent.shape} — they must be (R,), (R,), (R, 2) and (R,), R at "
            "least 1"
        )
    results = _Results(list(titles), share, bounds, spent)
    figure = Figure(figsize=(11.5, max(3.4, 1.5 + 0.46 * n)), layout="constrained")
    by_rung, by_time = figure.subplots(1, 2, width_ratios=[1.25, 1])
    _draw_by_rung(by_rung, results)
    _draw_by_time(by_time, results)
    return figure


@dataclass(frozen=True, eq=False)
class _Results:
    titles: list[str]
    share: Floats
    bounds: Floats
    seconds: Floats

    @property
    def colours(self) -> list[str]:
        best = int(self.share.argmax())
        return [ACCENT if row == best else INK for row in range(len(self.share))]

    def stretched(self, share: Floats) -> Floats:
        return stretched(share, fewest_mistakes=float((1 - self.bounds[:, 0]).min()))

    @property
    def range(self) -> tuple[float, float]:
        low, high = self.stretched(np.array([self.bounds.min(), self.bounds.max()]))
        return float(low), float(high)


def _draw_by_rung(axes: Axes, results: _Results) -> None:
    share, colours = results.share, results.colours
    at, rows = results.stretched(share), np.arange(len(share))
    ends = results.stretched(results.bounds.T)
    axes.hlines(rows, *ends, color=colours, linewidth=2.5, zorder=2)
    axes.scatter(at, rows, s=46, c=colours, zorder=3, edgecolors="white", linewidths=0.8)
    for row in rows:
        axes.annotate(
            f"{percent(share[row])} %", (ends[1, row], row), xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=10, color=colours[row],
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    axes.set_yticks(
        rows,
        [f"{_wrapped(title)}  {row + 1}" for row, title in enumerate(results.titles)],
        fontsize=10,
    )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    low, high = results.range
    axes.set_xlim(low - 0.06 * (high - low) - 0.01, high + 0.24 * (high - low) + 0.05)
    mark_accuracy(axes.xaxis.set_ticks, *axes.get_xlim())
    axes.set_xlabel("test images correctly classified, % (bar: 95 % interval)")
    axes.set_title("How far each rung gets", loc="left", fontsize=12, fontweight="bold")
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    tidy(axes)


def _draw_by_time(axes: Axes, results: _Results) -> None:
    share, colours = results.share, results.colours
    spent, at = np.maximum(results.seconds, 1e-4), results.stretched(share)
    paying = _frontier(spent, share)
    axes.step(spent[paying], at[paying], where="post", color=SOFT, linewidth=1, zorder=1)
    axes.vlines(spent, *results.stretched(results.bounds.T), color=RULE, linewidth=2.5, zorder=2)
    axes.scatter(spent, at, s=46, c=colours, zorder=3, edgecolors="white", linewidths=0.8)
    axes.set_xscale("log")
    left, right = spent.min(), spent.max()
    axes.set_xlim(left / 2, max(right, 4 * left) * 2)
    low, high = results.range
    axes.set_ylim(low - 0.08 * (high - low) - 0.01, high + 0.08 * (high - low) + 0.01)
    mark_accuracy(axes.yaxis.set_ticks, *axes.get_ylim())
    _number(axes, spent, at, colours)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    axes.set_xlabel("seconds from images to scores")
    axes.set_ylabel("test images correctly classified, %")
    axes.set_title("What it costs (line: best so far)", loc="left", fontsize=12, fontweight="bold")
    axes.grid(color=RULE, linewidth=0.7)
    tidy(axes)


def _frontier(seconds: Floats, share: Floats) -> list[int]:
    """Return the rungs that no quicker rung equals, quickest first."""
    frontier: list[int] = []
    for row in np.lexsort((-share, seconds)):
        if not frontier or share[row] > share[frontier[-1]]:
            frontier.append(int(row))
    return frontier


# The line runs to the right and then up, so numbers stand best above to the left.
DIRECTIONS = ((-0.8, 0.8), (0, 1), (-1, 0), (0.8, -0.8), (0, -1), (-0.8, -0.8), (1, 0), (0.8, 0.8))


def _number(axes: Axes, x: Floats, y: Floats, colours: list[str]) -> None:
    """Write each rung's number beside its point, where it hides no other point or number."""
    dots = axes.transData.transform(np.column_stack([x, y])) * 72 / axes.figure.dpi
    taken = list(dots)
    ways = [(far * dx, far * dy) for far in (11, 17, 24) for dx, dy in DIRECTIONS]
    for row, dot in enumerate(dots):
        room = [min(np.hypot(*(dot + way - other)) for other in taken) for way in ways]
        free = next((at for at, space in enumerate(room) if space >= 10.5), int(np.argmax(room)))
        taken.append(dot + ways[free])
        axes.annotate(
            str(row + 1), (x[row], y[row]), xytext=ways[free], textcoords="offset points",
            ha="center", va="center", fontsize=10, color=colours[row],
        )  # fmt: skip


def _wrapped(title: str) -> str:
    return "\n".join(textwrap.wrap(title, 34))
