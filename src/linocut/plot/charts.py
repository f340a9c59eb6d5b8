"""Charts as plain data, drawn one above the other: lines, values with intervals, points, tiles."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT, WRONG, ramp, text_on
from linocut.plot.fonts import class_labels
from linocut.plot.panels import frame

Floats = NDArray[np.float64]

WIDTH = 7.6  # inches
LETTERS = 10  # points
COLOURS = {"accent": ACCENT, "ink": INK, "wrong": WRONG, "soft": SOFT, "faint": RULE}
APART = 13  # points between two names at the ends of lines
LINES_HEIGHT, POINTS_HEIGHT = 2.9, 4.6  # inches
SHORT = 150  # how many times its beginning the end of a short logarithmic axis is
ROW_HEIGHT = 0.24  # inches of one value of `Values`, one row of `Table`


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
        _axis(axes, "x", self.log_x, self.percent_x)
        _axis(axes, "y", self.log_y, self.percent_y)
        axes.grid(axis="y", color=RULE, linewidth=0.6)
        tidy(axes)
        axes.set_xlabel(self.x_title, fontsize=LETTERS, color=SOFT)
        axes.set_ylabel(self.y_title, fontsize=LETTERS, color=SOFT)
        _name_ends(axes, [line for line in self.lines if line.name])


@dataclass(frozen=True, eq=False)
class Values:
    """One value a row, each with its interval.

    Attributes
    ----------
    title, x_title : str
        The message, and what is measured.
    names : sequence of R str
        The rows, from the top.
    values, low, high : float arrays, shape (R,)
        The values, and the ends of their intervals.
    percent : bool
        Whether they are shares.
    bold : sequence of int
        Rows that stand out.
    """

    title: str
    x_title: str
    names: Sequence[str]
    values: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    percent: bool = False
    bold: Sequence[int] = ()

    @property
    def height(self) -> float:
        """Inches."""
        return 0.75 + ROW_HEIGHT * len(self.names)

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        values = np.asarray(self.values, np.float64)
        low, high = (
            values if ends is None else np.asarray(ends, np.float64)
            for ends in (self.low, self.high)
        )
        labels = class_labels(self.names, longest=48)
        for row, value in enumerate(values):
            colour = ACCENT if row in self.bold else INK
            axes.plot([low[row], high[row]], [row, row], color=colour, linewidth=1.6, alpha=0.45)
            axes.plot([value], [row], "o", color=colour, markersize=5)
        axes.set_ylim(len(values) - 0.4, -0.6)
        axes.set_yticks(range(len(values)), labels.texts, family=labels.families)
        _axis(axes, "x", False, self.percent)
        axes.grid(axis="both", color=RULE, linewidth=0.6)
        tidy(axes)
        axes.set_xlabel(self.x_title, fontsize=LETTERS, color=SOFT)


@dataclass(frozen=True, eq=False)
class Table:
    """Numbers in a grid, their background the deeper the larger they are.

    Attributes
    ----------
    title, x_title : str
        The message, and what is counted.
    rows, columns : sequences of str
        Names of both.
    numbers : float array, shape (R, C)
        NaN leaves a cell empty. Where some are below zero, those are drawn on another colour.
    texts : sequence of R sequences of C str, or None
        What stands in the cells; the numbers if not given.
    """

    title: str
    x_title: str
    rows: Sequence[str]
    columns: Sequence[str]
    numbers: ArrayLike
    texts: Sequence[Sequence[str]] | None = None

    @property
    def height(self) -> float:
        """Inches."""
        return 1.0 + 1.15 * ROW_HEIGHT * len(self.rows)

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        numbers = np.asarray(self.numbers, np.float64)
        most = float(np.nanmax(np.abs(numbers), initial=0)) or 1.0
        more, fewer = ramp("wrong"), ramp("correct")
        for row, column in np.ndindex(*numbers.shape):
            value = float(numbers[row, column])
            if np.isnan(value):
                continue
            scale = more if value > 0 else fewer
            colour = scale[round(170 * abs(value) / most)]
            axes.fill_between(
                [column - 0.47, column + 0.47], row - 0.45, row + 0.45, color=colour, linewidth=0
            )
            text = f"{value:+.0f}" if value and (numbers < 0).any() else f"{value:.0f}"
            text = self.texts[row][column] if self.texts is not None else text.replace("-", "−")
            axes.text(
                column, row, text, ha="center", va="center", fontsize=LETTERS - 1.5,
                color=text_on(colour),
            )  # fmt: skip
        axes.set_xlim(-0.5, numbers.shape[1] - 0.5)
        axes.set_ylim(len(numbers) - 0.5, -0.5)
        labels, heads = class_labels(self.rows, longest=30), class_labels(self.columns, longest=20)
        axes.set_yticks(range(len(numbers)), labels.texts, family=labels.families)
        axes.set_xticks(range(numbers.shape[1]), heads.texts, family=heads.families)
        tidy(axes)
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel(self.x_title, fontsize=LETTERS, color=SOFT)


@dataclass(frozen=True, eq=False)
class Points:
    """A point each for many things, told apart by letters or by one group that stands out.

    Attributes
    ----------
    title, x_title, y_title : str
        The message, and what is measured.
    x, y : float arrays, shape (m,)
        Where the points are.
    names : sequence of m str
        What is written at each; empty for a dot.
    x_low, x_high, y_low, y_high : float arrays, shape (m,), or None
        Ends of intervals.
    percent_x, percent_y : bool
        Whether an axis holds shares.
    bold : sequence of int
        Points that stand out.
    small : bool
        Whether the names themselves stand for the points, in small letters.
    """

    title: str
    x_title: str
    y_title: str
    x: ArrayLike
    y: ArrayLike
    names: Sequence[str]
    y_low: ArrayLike | None = None
    y_high: ArrayLike | None = None
    percent_x: bool = False
    percent_y: bool = False
    bold: Sequence[int] = ()
    small: bool = False

    @property
    def height(self) -> float:
        """Inches."""
        return POINTS_HEIGHT if self.small else LINES_HEIGHT

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        x, y = np.asarray(self.x, np.float64), np.asarray(self.y, np.float64)
        labels = class_labels(self.names, longest=18)
        bold = set(self.bold)
        look = {"marker": "" if self.small else "o", "linestyle": "none", "markersize": 4}
        axes.plot(x, y, color=INK, **look)  # type: ignore[arg-type]  # by keyword
        if self.y_low is not None and self.y_high is not None:
            axes.vlines(x, self.y_low, self.y_high, color=SOFT, linewidth=1.2, alpha=0.6)
        for at, text in enumerate(labels.texts):
            colour = ACCENT if at in bold else SOFT if self.small else INK
            axes.annotate(
                text, (x[at], y[at]), xytext=(0, 0) if self.small else (5, 4),
                textcoords="offset points", fontsize=LETTERS - (2.5 if self.small else 0),
                color=colour, fontweight="bold" if at in bold else "normal",
                ha="center" if self.small else "left", va="center" if self.small else "bottom",
                family=labels.families, clip_on=True,
            )  # fmt: skip
        axes.margins(0.07)
        _axis(axes, "x", False, self.percent_x)
        _axis(axes, "y", False, self.percent_y)
        axes.grid(color=RULE, linewidth=0.6)
        tidy(axes)
        axes.set_xlabel(self.x_title, fontsize=LETTERS, color=SOFT)
        axes.set_ylabel(self.y_title, fontsize=LETTERS, color=SOFT)


@dataclass(frozen=True, eq=False)
class Tiles:
    """Images in rows, each with a line below it.

    Attributes
    ----------
    title, x_title : str
        The message, and what is seen.
    images : sequence of float arrays, shape (h, w) or (h, w, 3)
        Grey values, zero as paper; or colours from 0 to 1.
    captions : sequence of str
        One an image.
    columns : int
        Images in a row.
    """

    title: str
    x_title: str
    images: Sequence[ArrayLike]
    captions: Sequence[str]
    columns: int = 8

    @property
    def height(self) -> float:
        """Inches."""
        rows = -(-len(self.images) // self.columns)
        shape = np.shape(self.images[0])
        tile = (WIDTH - 0.4) / self.columns * 0.88 * shape[0] / shape[1]
        return float(0.75 + rows * (0.3 + tile))

    def draw(self, axes: Axes) -> None:
        """Draw into axes."""
        axes.axis("off")
        rows = -(-len(self.images) // self.columns)
        wide, high = 1 / self.columns, 1 / rows
        for at, image in enumerate(self.images):
            row, column = divmod(at, self.columns)
            tile = axes.inset_axes(
                (column * wide + 0.06 * wide, 1 - (row + 0.8) * high, 0.88 * wide, 0.78 * high)
            )
            pixels = np.asarray(image, np.float64)
            most = float(pixels.max(initial=0)) or 1.0
            grey: dict[str, Any] = {"cmap": "gray_r", "vmin": 0, "vmax": most}
            tile.imshow(pixels, interpolation="nearest", **({} if pixels.ndim == 3 else grey))
            frame(tile, self.captions[at])
        axes.text(
            0, -0.02, self.x_title, transform=axes.transAxes, fontsize=LETTERS, color=SOFT, va="top"
        )


Chart = Lines | Values | Table | Points | Tiles


def plot_charts(charts: Sequence[Chart], *, heading: str, note: str = "") -> Figure:
    """Draw charts one above the other, each with its message as title.

    Parameters
    ----------
    charts : sequence of Lines, Values, Table, Points or Tiles
        At least one.
    heading : str
        Above all of them.
    note : str
        Below: what was measured on what.

    Raises
    ------
    LinocutError
        If there are none.

    Examples
    --------
    >>> line = Line("test", [1, 10, 100], [0.6, 0.8, 0.9])
    >>> chart = Lines("More is better", "images", "accuracy", (line,), log_x=True, percent_y=True)
    >>> len(plot_charts([chart], heading="Learning").axes)
    1
    """
    if not charts:
        raise LinocutError("no charts — at least one is needed")
    lines = textwrap.wrap(note, 112)
    height = 0.55 + sum(chart.height + 0.55 for chart in charts) + 0.18 * len(lines)
    top, bottom = 0.42 / height, (0.12 + 0.17 * len(lines)) / height
    layout = ConstrainedLayoutEngine(rect=(0.01, bottom, 0.97, 1 - top - bottom), h_pad=0.14)
    figure = Figure(figsize=(WIDTH, height), layout=layout)
    panels = figure.subplots(
        len(charts), 1, squeeze=False, height_ratios=[chart.height for chart in charts]
    )[:, 0]
    for axes, chart in zip(panels, charts, strict=True):
        chart.draw(axes)
        axes.tick_params(labelsize=LETTERS - 1)
        _entitle(axes, chart.title)
    figure.text(0.12 / WIDTH, 1 - 0.3 / height, heading, fontsize=13, fontweight="bold", color=INK)
    figure.text(0.12 / WIDTH, 0.1 / height, "\n".join(lines), fontsize=8.5, color=SOFT)
    return figure


def _entitle(axes: Axes, title: str) -> None:
    """Write a title from the left edge of the figure on, whatever stands beside the axes."""
    lines = textwrap.wrap(title, 80)
    # What is out of the layout has no room made for it: empty lines make it.
    axes.set_title("\n".join(" " for _ in lines), fontsize=LETTERS + 0.5, pad=8)
    axes.annotate(
        "\n".join(lines), (0.12 / WIDTH, 1), xycoords=("figure fraction", "axes fraction"),
        xytext=(0, 8), textcoords="offset points", va="bottom", fontsize=LETTERS + 0.5,
        fontweight="bold", color=INK, annotation_clip=False,
    ).set_in_layout(False)  # fmt: skip


def _axis(axes: Axes, which: str, logarithmic: bool, percent: bool) -> None:
    axis = getattr(axes, f"{which}axis")
    if percent:
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{_plain(100 * value)} %"))
    elif logarithmic:
        axis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
    if logarithmic:
        axis.set_minor_formatter(NullFormatter())
        low, high = axis.get_view_interval()
        if high < SHORT * low:  # a power of ten or two alone would tell little
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))


def _plain(value: float) -> str:
    """Write a number without an exponent.

    Examples
    --------
    >>> _plain(1e-6), _plain(25.0), _plain(99.5)
    ('0.000001', '25', '99.5')
    """
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _power(value: float) -> str:
    """Write a power of ten as one reads it.

    Examples
    --------
    >>> _power(1000.0), _power(0.01), _power(1e-7)
    ('1,000', '0.01', '10⁻⁷')
    """
    exponent = round(math.log10(value)) if value > 0 else 0
    if -4 < exponent < 6:
        return f"{value:,.0f}" if value >= 1 else f"{value:.6g}"
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}"


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
