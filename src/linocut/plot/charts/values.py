"""Numbers by row: with intervals on an axis, or in the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from linocut.plot.axes import tidy
from linocut.plot.charts.axes import LETTERS, ROW_HEIGHT, mark_axis
from linocut.plot.colours import ACCENT, INK, RULE, SOFT, ramp, text_on
from linocut.plot.fonts import class_labels


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
        mark_axis(axes, "x", False, self.percent)
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
