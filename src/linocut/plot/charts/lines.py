"""Curves over one horizontal axis, each with its interval and its name at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from linocut.plot.axes import tidy
from linocut.plot.charts.axes import COLOURS, LETTERS, LINES_HEIGHT, mark_axis
from linocut.plot.colours import RULE, SOFT

APART = 13  # points between two names at the ends of lines


@dataclass(frozen=True, eq=False)
class Line:
    """One line of `Lines`.

    Attributes
    ----------
    name : str
        At its right end; empty for none.
    x, y : float arrays, shape (m,)
        Its points.
    low, high : float arrays, shape (m,), or None
        Ends of the interval at each.
    colour : {"accent", "ink", "wrong", "soft", "faint"}
        Of the line.
    dashed, dots : bool
        Whether it is dashed, and whether its points are marked.
    """

    name: str
    x: ArrayLike
    y: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    colour: str = "ink"
    dashed: bool = False
    dots: bool = False


@dataclass(frozen=True, eq=False)
class Mark:
    """A point of `Lines` that is named."""

    x: float
    y: float
    text: str
    colour: str = "ink"


@dataclass(frozen=True, eq=False)
class Lines:
    """Curves over one horizontal axis.

    Attributes
    ----------
    title, x_title, y_title : str
        The message, and what is measured.
    lines : tuple of Line
        The curves.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    percent_x, percent_y : bool
        Whether an axis holds shares, told in per cent.
    marks : tuple of Mark
        Named points.
    upright : tuple of (x, text)
        Vertical lines with their names.
    x_limits, y_limits : (float, float) or None
        Ends of the axes.
    """

    title: str
    x_title: str
    y_title: str
    lines: tuple[Line, ...]
    log_x: bool = False
    log_y: bool = False
    percent_x: bool = False
    percent_y: bool = False
    marks: tuple[Mark, ...] = ()
    upright: tuple[tuple[float, str], ...] = ()
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None

    @property
    def height(self) -> float:
        """Inches."""
        return LINES_HEIGHT

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        if self.log_x:
            axes.set_xscale("log")
        if self.log_y:
            axes.set_yscale("log")
        for line in self.lines:
            x, y = (np.asarray(values, np.float64) for values in (line.x, line.y))
            colour = COLOURS[line.colour]
            if line.low is not None and line.high is not None:
                band = np.asarray(line.low, float), np.asarray(line.high, float)
                axes.fill_between(x, *band, color=colour, alpha=0.16, linewidth=0)
            axes.plot(
                x, y, color=colour, linewidth=1.8 if line.name else 1.1,
                linestyle="--" if line.dashed else "-", marker="o" if line.dots else "",
                markersize=4, zorder=3 if line.name else 2,
            )  # fmt: skip
        if self.x_limits is not None:
            axes.set_xlim(*self.x_limits)
        if self.y_limits is not None:
            axes.set_ylim(*self.y_limits)
        for at, text in self.upright:
            axes.axvline(at, color=SOFT, linewidth=0.9, linestyle=":")
            axes.annotate(
                text, (at, 1), xycoords=("data", "axes fraction"), xytext=(3, -2),
                textcoords="offset points", va="top", fontsize=LETTERS - 1.5, color=SOFT,
            )  # fmt: skip
        for mark in self.marks:
            colour = COLOURS[mark.colour]
            axes.plot([mark.x], [mark.y], "o", color=colour, markersize=6, zorder=4)
            axes.annotate(
                mark.text, (mark.x, mark.y), xytext=(6, 6), textcoords="offset points",
                fontsize=LETTERS - 1, color=colour, fontweight="bold", zorder=5,
            )  # fmt: skip
        mark_axis(axes, "x", self.log_x, self.percent_x)
        mark_axis(axes, "y", self.log_y, self.percent_y)
        axes.grid(axis="y", color=RULE, linewidth=0.6)
        tidy(axes)
        axes.set_xlabel(self.x_title, fontsize=LETTERS, color=SOFT)
        axes.set_ylabel(self.y_title, fontsize=LETTERS, color=SOFT)
        _name_ends(axes, [line for line in self.lines if line.name])


def _name_ends(axes: Axes, lines: Sequence[Line]) -> None:
    """Write each line's name at its right end, moved so that no two overlap."""
    axes.set_ylim(axes.get_ylim())
    ends = []
    for line in lines:
        x, y = np.asarray(line.x, np.float64), np.asarray(line.y, np.float64)
        finite = np.flatnonzero(np.isfinite(y))
        if len(finite):
            ends.append((line, float(x[finite[-1]]), float(y[finite[-1]])))
    panel = 0.78 * LINES_HEIGHT * 72
    low, high = axes.transScale.transform([(1, v) for v in axes.get_ylim()])[:, 1]

    def height(y: float) -> float:
        at = axes.transScale.transform((1, y))[1]
        return float((at - low) / (high - low) * panel)

    ends.sort(key=lambda end: height(end[2]))
    wanted = np.array([height(y) for _, _, y in ends])
    placed = wanted.copy()
    for _ in range(60):  # push neighbours apart until none overlap
        for k in range(len(placed) - 1):
            lack = APART - (placed[k + 1] - placed[k])
            if lack > 0:
                placed[k] -= lack / 2
                placed[k + 1] += lack / 2
    for (line, right, level), moved in zip(ends, placed - wanted, strict=True):
        axes.annotate(
            line.name, (right, level), xytext=(7, moved), textcoords="offset points", va="center",
            fontsize=LETTERS - 0.5, fontweight="bold", color=COLOURS[line.colour],
            annotation_clip=False,
        )  # fmt: skip
