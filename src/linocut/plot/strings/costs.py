"""What the misread images were lost by: cuts in the wrong place, or glyphs taken for others."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from linocut.core import LinocutError
from linocut.plot.axes import tidy
from linocut.plot.colours import INK, SOFT, WRONG

LETTERS = 10  # points


def plot_reading_costs(counts: Sequence[tuple[str, str, int]], *, n: int) -> Figure:
    """Draw what the misread images were lost by.

    Parameters
    ----------
    counts : sequence of (str, str, int)
        Each cause, what it means, and how many misread images it has.
    n : int
        Images looked at, for the title.

    Returns
    -------
    matplotlib.figure.Figure
        A bar a cause.

    Raises
    ------
    LinocutError
        If there is no cause.

    Examples
    --------
    >>> figure = plot_reading_costs([("wrong cut", "…", 2), ("wrong glyph", "…", 6)], n=104)
    >>> figure.axes[0].get_title(loc="left")
    '8 of 104 images misread'
    """
    if not counts:
        raise LinocutError("no causes — at least one")
    figure = Figure(figsize=(6.4, 0.75 + 0.62 * len(counts)), layout="constrained")
    axes = figure.subplots()
    numbers = [count for *_, count in counts]
    most = max(*numbers, 1)
    axes.barh(range(len(counts)), numbers, height=0.34, color=WRONG)
    for row, (name, meaning, count) in enumerate(counts):
        axes.annotate(
            f"{name}: {count:,}", (0, row - 0.2), xytext=(0, 3), textcoords="offset points",
            fontsize=LETTERS, fontweight="bold", color=INK, va="bottom",
        )  # fmt: skip
        axes.annotate(
            meaning, (most, row - 0.2), xytext=(0, 3), textcoords="offset points", ha="right",
            fontsize=LETTERS - 1.5, color=SOFT, va="bottom",
        )  # fmt: skip
    axes.set_ylim(len(counts) - 0.6, -0.65)
    axes.set_xlim(0, most)
    axes.set_yticks([])
    axes.set_xticks([])
    tidy(axes)
    axes.spines["bottom"].set_visible(False)
    axes.set_title(
        f"{sum(numbers):,} of {n:,} images misread", loc="left", fontsize=LETTERS + 2,
        fontweight="bold", color=INK,
    )  # fmt: skip
    return figure
