"""Accuracy on images made worse: by kind and strength, by shift, and what the images look like."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import figure_of, panel
from linocut.plot.colours import ACCENT, INK, PAPER, RULE, SOFT, right, text_on
from linocut.plot.panels import LETTERS, heading, wrapped

Floats = NDArray[np.float64]

PANELS = 2  # models that have a panel each, by strength; more share one, by kind
LEVELS = (0.25, 0.5, 0.75, 0.9, 0.95)
NEAR = 0.04  # of the accuracy in the centre: no line as close to it
BLOCKS = 2  # of the contact sheet, side by side


def plot_robustness(
    kinds: Sequence[str],
    models: Sequence[str],
    accuracy: ArrayLike,
    unchanged: ArrayLike,
    *,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw accuracy under corruption, as numbers on a scale from light (0 %) to dark (100 %).

    One or two models have a panel each, kind by strength; more share one panel, kind by model.

    Parameters
    ----------
    kinds : sequence of C str
        Kinds of corruption.
    models : sequence of M str
        Names of the models.
    accuracy : float array, shape (M, C, S)
        Share correctly classified, by strength from weakest to strongest.
    unchanged : float array, shape (M,)
        Share of the same images as they are.
    title : str
        Above all.
    ax : matplotlib Axes, optional
        Where to draw one panel; a figure of its own if not given.

    Raises
    ------
    LinocutError
        If the shapes do not agree.

    Examples
    --------
    >>> figure = plot_robustness(["fog"], ["softmax"], [[[0.9, 0.8]]], [0.95])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['95', '90', '80', '85']
    """
    shares, whole = np.asarray(accuracy, np.float64), np.asarray(unchanged, np.float64)
    if (
        shares.ndim != 3
        or shares.shape[:2] != (len(models), len(kinds))
        or len(whole) != len(models)
    ):
        raise LinocutError(
            f"accuracies of shape {shares.shape} for {len(models)} models and {len(kinds)} kinds — "
            "they must be (M, C, S)"
        )
    means = shares.mean(axis=2, keepdims=True)
    by_strength = len(models) <= (PANELS if ax is None else 1)
    if by_strength:
        columns = ["as it is", *map(str, range(1, shares.shape[2] + 1)), "mean"]
        start = np.broadcast_to(whole[:, None, None], means.shape)
        tables = np.concatenate([start, shares, means], axis=2)
        heads = list(models)
    else:
        columns = [textwrap.fill(name, 12) for name in models]
        tables = np.concatenate(
            [whole[:, None], means[:, :, 0], means.mean(axis=(1, 2))[:, None]], 1
        )
        tables, heads = tables.T[None], ["mean of five strengths"]
        kinds = ["unchanged", *kinds, "mean of all kinds"]
    if ax is not None:
        _draw_panel(ax, tables[0], columns, kinds, title, by_strength=by_strength)
        return figure_of(ax)
    width = max(6.4, 1.5 + len(tables) * (0.62 * len(columns) + 0.3))
    figure = Figure(figsize=(width, 0.3 * len(kinds) + 1.9), layout="constrained")
    panels = figure.subplots(1, len(tables), sharey=True, squeeze=False)[0]
    for axes, table, head in zip(panels, tables, heads, strict=True):
        _draw_panel(axes, table, columns, kinds, head, by_strength=by_strength)
    figure.supxlabel(
        "Images correctly classified, %"
        + ("; strength from 1, weakest, to 5" if by_strength else ""),
        fontsize=LETTERS, color=SOFT,
    )  # fmt: skip
    if title:
        figure.suptitle(
            wrapped(title, int(11.5 * width)), x=0.01, ha="left", fontsize=LETTERS + 0.5
        )
    return figure


def plot_shift_accuracy(
    down: ArrayLike,
    right_by: ArrayLike,
    accuracy: ArrayLike,
    *,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw accuracy after every shift, with lines of equal accuracy.

    Parameters
    ----------
    down, right_by : int arrays, shapes (a,) and (b,)
        Shifts in pixels.
    accuracy : float array, shape (a, b)
        Share correctly classified.
    title : str
        Above.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own if not given.
    """
    y, x, shares = (np.asarray(each, np.float64) for each in (down, right_by, accuracy))
    if shares.shape != (len(y), len(x)) or not shares.size:
        raise LinocutError(
            f"accuracies of shape {shares.shape} for {len(y)} and {len(x)} shifts — they must be "
            "as many"
        )
    figure, ax = panel(ax, (5.6, 5.2))
    step = x[1] - x[0] if len(x) > 1 else 1.0
    edge = step / 2
    extent = (x[0] - edge, x[-1] + edge, y[-1] + edge, y[0] - edge)
    drawn = ax.imshow(shares, cmap=right(), vmin=0, vmax=1, extent=extent, interpolation="nearest")
    centre = shares[np.abs(y).argmin(), np.abs(x).argmin()]
    levels = [level for level in LEVELS if shares.min() < level < centre - NEAR]
    if levels and min(shares.shape) > 1:
        lines = ax.contour(x, y, shares, levels, colors=ACCENT, linewidths=1.4)
        for text in ax.clabel(lines, fmt=lambda level: f"{100 * level:g} %", fontsize=LETTERS - 1):
            text.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85})
    ax.plot(0, 0, marker="o", markersize=7, markeredgecolor=ACCENT, markerfacecolor=PAPER)
    ax.annotate(
        f"{100 * centre:.1f} %", (0, 0), xytext=(0, 7), textcoords="offset points", ha="center",
        fontsize=LETTERS - 1, fontweight="bold", color=INK,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
    )  # fmt: skip
    ax.set_xlabel("pixels to the right", fontsize=LETTERS, color=SOFT)
    ax.set_ylabel("pixels down", fontsize=LETTERS, color=SOFT)
    ax.tick_params(length=0, labelsize=LETTERS - 1, labelcolor=SOFT)
    ax.spines[:].set_color(RULE)
    bar = figure.colorbar(drawn, ax=ax, fraction=0.046, pad=0.03)
    bar.set_ticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "25", "50", "75", "100 %"])
    bar.ax.tick_params(labelsize=LETTERS - 1, length=0, labelcolor=SOFT)
    bar.outline.set_edgecolor(RULE)
    if title:
        ax.set_title(wrapped(title, 62), loc="left", fontsize=LETTERS, color=INK)
    return figure


def plot_corruptions(
    images: ArrayLike,
    kinds: Sequence[str],
    amounts: Sequence[Sequence[float]],
    units: Sequence[str],
    *,
    title: str = "",
) -> Figure:
    """Draw one image in all kinds and strengths of corruption.

    Parameters
    ----------
    images : uint8 array, shape (C, S + 1, h, w) or (C, S + 1, h, w, 3)
        Of each kind, from the image as it is to the strongest; 0 is paper, 255 ink.
    kinds : sequence of C str
        Kinds of corruption.
    amounts : sequence of C sequences of S floats
        How much of it.
    units : sequence of C str
        What an amount is.
    title : str
        Above all.
    """
    pixels = np.asarray(images)
    if pixels.ndim not in {4, 5} or not len(pixels) == len(kinds) == len(amounts) == len(units):
        raise LinocutError(
            f"images of shape {pixels.shape} for {len(kinds)} kinds — they must be "
            "(C, S + 1, h, w) or (C, S + 1, h, w, 3)"
        )
    per = -(-len(kinds) // BLOCKS)
    strengths = pixels.shape[1]
    figure = Figure(figsize=(BLOCKS * (0.62 * strengths + 1.6), 0.78 * per + 0.7))
    figure.subplots_adjust(left=0.115, right=0.99, top=1 - 0.55 / figure.get_figheight(),
                           bottom=0.02, wspace=0.3, hspace=0)  # fmt: skip
    panels = figure.subplots(1, BLOCKS)
    for b, axes in enumerate(panels):
        some = slice(b * per, (b + 1) * per)
        _draw_sheet(axes, pixels[some], kinds[some], amounts[some], units[some], per)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=LETTERS + 1)
    return figure


def _draw_sheet(
    axes: Axes,
    images: NDArray[Any],
    kinds: Sequence[str],
    amounts: Sequence[Sequence[float]],
    units: Sequence[str],
    rows: int,
) -> None:
    strengths = images.shape[1]
    axes.set_xlim(0, strengths)
    axes.set_ylim(rows * 1.25, 0)
    axes.axis("off")
    for s in range(strengths):
        axes.text(s + 0.5, -0.08, "as it is" if s == 0 else str(s), ha="center", va="bottom",
                  fontsize=LETTERS - 1, color=SOFT)  # fmt: skip
    for row, shown in enumerate(images):
        top = 1.25 * row
        for s, image in enumerate(shown):
            extent = (s + 0.03, s + 0.97, top + 0.97, top + 0.03)
            axes.imshow(image, cmap="gray_r", vmin=0, vmax=255, interpolation="nearest",
                        extent=extent, aspect="auto")  # fmt: skip
            if s:
                axes.text(s + 0.5, top + 1.01, f"{amounts[row][s - 1]:g}", ha="center", va="top",
                          fontsize=LETTERS - 3, color=SOFT)  # fmt: skip
        axes.text(-0.12, top + 0.36, kinds[row], ha="right", va="bottom", fontsize=LETTERS,
                  color=INK)  # fmt: skip
        axes.text(-0.12, top + 0.42, "\n".join(textwrap.wrap(units[row], 15)), ha="right",
                  va="top", fontsize=LETTERS - 3, color=SOFT, linespacing=1.0)  # fmt: skip


def _draw_panel(
    axes: Axes,
    table: Floats,
    columns: Sequence[str],
    kinds: Sequence[str],
    head: str,
    *,
    by_strength: bool,
) -> None:
    _draw_table(axes, table, columns)
    heading(axes, head)
    axes.set_yticks(range(len(kinds)), kinds, fontsize=LETTERS)
    _rules(axes, table.shape, apart_across=by_strength)


def _draw_table(axes: Axes, table: Floats, columns: Sequence[str]) -> None:
    colours = right()(table)
    axes.imshow(colours, interpolation="nearest", aspect="auto")
    for (row, column), share in np.ndenumerate(table):
        axes.text(
            column, row, f"{100 * share:.0f}", ha="center", va="center", fontsize=LETTERS - 1,
            color=text_on(colours[row, column]),
        )  # fmt: skip
    axes.set_xticks(range(len(columns)), columns, fontsize=LETTERS - 1, color=SOFT)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _rules(axes: Axes, shape: tuple[int, ...], *, apart_across: bool) -> None:
    """Part the lines, and set the first and the last column, or line, apart."""
    rows, columns = shape
    axes.set_yticks(np.arange(rows - 1) + 0.5, minor=True)
    axes.grid(axis="y", which="minor", color=PAPER, linewidth=1)
    axes.tick_params(which="minor", length=0)
    draw = axes.axvline if apart_across else axes.axhline
    for at in (0, (columns if apart_across else rows) - 2):
        draw(at + 0.5, color=PAPER, linewidth=5)
