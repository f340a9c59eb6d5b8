"""Figures of decisions: risk against coverage, and a share of each class with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import panel, percent, tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.curves import LETTERS, head
from linocut.plot.fonts import class_labels

Floats = NDArray[np.float64]
FEWEST = 20  # accepted images from which on a risk is drawn: before, its interval is everything
MOST_CLASSES = 24
LONGEST = 16  # letters of a name


def plot_risk_coverage(
    accepted: ArrayLike,
    mistakes: ArrayLike,
    *,
    interval: tuple[ArrayLike, ArrayLike] | None = None,
    points: Sequence[tuple[str, float, float]] = (),
    ax: Axes | None = None,
) -> Figure:
    """Draw the share of mistakes among accepted images against the share accepted.

    Parameters
    ----------
    accepted, mistakes : int arrays, shape (T,)
        Images accepted at each threshold, rising, and the mistakes among them.
    interval : two float arrays, shape (T,), optional
        Ends of the interval of the share of mistakes.
    points : sequence of (str, float, float), optional
        Ways to decide, each with its coverage and its risk.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib.figure.Figure
        Of one panel.

    Raises
    ------
    LinocutError
        If the shapes do not agree.

    Examples
    --------
    >>> figure = plot_risk_coverage(np.arange(1, 101), np.repeat([0, 1, 3, 4], [50, 30, 15, 5]))
    >>> figure.axes[0].get_title(loc="left")
    '10 % rejected: 4.0 % mistakes become 3.3 %'
    """
    m, wrong = np.asarray(accepted, np.float64), np.asarray(mistakes, np.float64)
    if m.ndim != 1 or m.shape != wrong.shape or not len(m):
        raise LinocutError(
            f"images accepted of shape {m.shape} and mistakes of shape {wrong.shape} — both (T,)"
        )
    figure, axes = panel(ax, (5.8, 4.4))
    n = m[-1]
    shown = m >= min(FEWEST, n / 5)
    coverage, risk = 100 * m / n, 100 * wrong / m
    if interval is not None:
        low, high = (100 * np.asarray(ends, np.float64)[shown] for ends in interval)
        axes.fill_between(coverage[shown], low, high, color=ACCENT, alpha=0.18, linewidth=0)
    axes.plot(
        coverage[shown], risk[shown], color=ACCENT, linewidth=2, zorder=3,
        label="the least certain rejected first",
    )  # fmt: skip
    ideal = 100 * np.maximum(m - (n - wrong[-1]), 0) / m
    axes.plot(
        coverage, ideal, color=SOFT, linewidth=1.4, linestyle=(0, (4, 2)), zorder=2,
        label="ideal: all mistakes rejected first",
    )  # fmt: skip
    axes.set_xlim(0, 103)
    top = max(1.25 * float(risk[-1]), 1.1 * float(risk[shown].max()), 0.1)
    axes.set_ylim(0, top)
    axes.legend(loc="upper left", frameon=False, fontsize=LETTERS - 1)
    for name, at, share in points:
        axes.plot([100 * at], [100 * share], "o", color=INK, markersize=7, zorder=4)
        axes.annotate(
            f"{name}\n{percent(at)} % accepted,\n{100 * share:.2f} % mistakes",
            (100 * at, 100 * share), xytext=(-9, 6), textcoords="offset points", ha="right",
            fontsize=LETTERS - 1.5, color=INK, zorder=5,
        )  # fmt: skip
    here = int(np.searchsorted(m, 0.9 * n))
    head(
        axes,
        f"{100 - coverage[here]:.0f} % rejected: {risk[-1]:.1f} % mistakes become "
        f"{risk[here]:.1f} %"
        if here < len(m) - 1
        else f"{risk[-1]:.1f} % mistakes, none rejected",
        "mistakes among accepted images, %; the band is the 95 % interval",
    )
    axes.set_xlabel("images accepted, %", color=SOFT, fontsize=LETTERS)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    tidy(axes)
    return figure


def plot_class_precision(
    class_names: Sequence[str],
    ways: Sequence[tuple[str, ArrayLike]],
    *,
    goal: float | None = None,
    title: str = "",
    what: str = "precision: images predicted as the class that are of it, %",
    ax: Axes | None = None,
) -> Figure:
    """Draw a share of each class with its interval, for one or two ways to decide.

    Parameters
    ----------
    class_names : sequence of K str
        The classes; of many, those whose share is lowest are drawn.
    ways : sequence of (str, float array of shape (K, 3))
        A name, and the share of each class with both ends of its interval; NaN where there is none.
    goal : float, optional
        A share to reach, drawn as a line.
    title, what : str
        The message above, and what is drawn.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib.figure.Figure
        Of one panel.

    Raises
    ------
    LinocutError
        If the shapes do not agree.

    Examples
    --------
    >>> shares = [[0.9, 0.8, 0.95], [0.7, 0.6, 0.8]]
    >>> figure = plot_class_precision(["cat", "dog"], [("decided", shares)])
    >>> figure.axes[0].get_title(loc="left")
    'Lowest for class dog: 70.0 %'
    """
    tables = [100 * np.asarray(table, np.float64) for _, table in ways]
    K = len(class_names)
    if not tables or any(table.shape != (K, 3) for table in tables):
        raise LinocutError(
            f"shares of shape {[table.shape for table in tables]} — ({K}, 3), one row a class"
        )
    lowest = np.argsort(np.nan_to_num(tables[-1][:, 0], nan=np.inf), kind="stable")
    some = np.sort(lowest[:MOST_CLASSES])
    figure, axes = panel(ax, (5.8, 1.5 + 0.27 * len(some)))
    names = class_labels([class_names[k] for k in some], class_names, LONGEST)
    y = np.arange(len(some), dtype=np.float64)
    apart = 0.26 if len(tables) > 1 else 0.0
    colours = [SOFT, ACCENT][-len(tables) :]
    for (name, _), table, colour, side in zip(ways, tables, colours, (-1, 1), strict=False):
        share, low, high = table[some].T
        at = y + side * apart / 2
        axes.hlines(at, low, high, color=colour, linewidth=2.2, alpha=0.5)
        axes.plot(share, at, "o", color=colour, markersize=5.5, zorder=3, label=name)
    if goal is not None:
        axes.axvline(
            100 * goal, color=INK, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1,
            label=f"wanted: {100 * goal:g} %",
        )  # fmt: skip
    axes.set_yticks(y, names.texts)
    axes.set_ylabel("class", color=SOFT, fontsize=LETTERS)
    axes.set_ylim(len(some) - 0.4, -0.6)
    worst = int(lowest[0])
    share = tables[-1][worst, 0]
    told = "" if np.isnan(share) else f"Lowest for class {class_names[worst]}: {share:.1f} %"
    head(axes, title or told or "No class is predicted", what)
    if len(tables) > 1 or goal is not None:
        figure.legend(loc="outside lower left", frameon=False, fontsize=LETTERS - 1, ncols=3)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    if len(some) < K:
        axes.set_xlabel(f"the {len(some)} lowest of {K:,} classes", color=SOFT, fontsize=LETTERS)
    tidy(axes)
    names.finish(figure)
    return figure
