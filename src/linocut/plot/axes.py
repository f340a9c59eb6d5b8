"""Axes on which accuracies are told apart: stretched towards 100 %, tidy, marked in per cent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from linocut.plot.colours import RULE

Floats = NDArray[np.float64]
TICKS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
FINE_TICKS = tuple(
    1 - step / decade
    for decade in (10, 100, 1000, 10000)
    for step in (9, 8, 7, 6, 5, 4, 3, 2, 1.5, 1)
)


def stretched(share: Floats, *, fewest_mistakes: float) -> Floats:
    """Return where shares lie on an axis whose equal steps divide mistakes by equal factors.

    No mistake at all would lie infinitely far away: it is drawn where a quarter of
    ``fewest_mistakes`` is.

    Examples
    --------
    >>> stretched(np.array([0.9, 0.99, 1.0]), fewest_mistakes=0.004)
    array([1., 2., 3.])
    """
    floor = max(fewest_mistakes / 4, 1e-7)
    return np.asarray(-np.log10(np.maximum(1 - share, floor)))


def mark_accuracy(set_ticks: Callable[..., object], low: float, high: float) -> None:
    """Set ticks at round per cents between two ends of a stretched axis."""
    for choice in (TICKS, FINE_TICKS):
        ticks = np.array(choice)
        at = -np.log10(1 - ticks)
        inside = (at >= low) & (at <= high)
        if np.count_nonzero(inside) >= 3:
            break
    chosen: list[int] = []
    for index in np.flatnonzero(inside):
        if not chosen or at[index] - at[chosen[-1]] > 0.1 * (high - low):
            chosen.append(int(index))
    set_ticks(at[chosen], [f"{100 * ticks[index]:.6g}" for index in chosen])


def percent(share: float) -> str:
    """Write a share in per cent; 100 only if it is exactly that."""
    if share == 1:
        return "100"
    digits = 1 if share < 0.99 else 2
    return f"{min(100 * share, 100 - 10.0**-digits):.{digits}f}"


def tidy(axes: Axes) -> None:
    """Leave of the frame what tells something."""
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(length=0, which="both")


def figure_of(axes: Axes) -> Figure:
    """Return the whole figure that axes belong to, also those of a part of it."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def panel(ax: Axes | None, size: tuple[float, float]) -> tuple[Figure, Axes]:
    """Return the axes given and their figure, or those of a new figure of a size in inches."""
    if ax is not None:
        return figure_of(ax), ax
    figure = Figure(figsize=size, layout="constrained")
    return figure, figure.subplots()
