"""Many things at once: as points of a plane, or as images side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from linocut.plot.axes import tidy
from linocut.plot.charts.axes import LETTERS, LINES_HEIGHT, WIDTH, mark_axis
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import draw_ink, frame

POINTS_HEIGHT = 4.6  # inches


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
    y_low, y_high : float arrays, shape (m,), or None
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
        marker = "" if self.small else "o"
        axes.plot(x, y, color=INK, marker=marker, linestyle="none", markersize=4)
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
        mark_axis(axes, "x", False, self.percent_x)
        mark_axis(axes, "y", False, self.percent_y)
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
            if np.ndim(image) == 3:
                tile.imshow(np.asarray(image, np.float64), interpolation="nearest")
                frame(tile, self.captions[at])
            else:
                draw_ink(tile, image, self.captions[at])
        axes.text(
            0, -0.02, self.x_title, transform=axes.transAxes, fontsize=LETTERS, color=SOFT, va="top"
        )
