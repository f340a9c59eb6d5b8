"""Charts one above the other, each with its message as title."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from linocut.core import LinocutError
from linocut.plot.charts.axes import LETTERS, WIDTH
from linocut.plot.charts.images import Points, Tiles
from linocut.plot.charts.lines import Lines
from linocut.plot.charts.values import Table, Values
from linocut.plot.colours import INK, SOFT

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
    >>> from linocut.plot import Line
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
