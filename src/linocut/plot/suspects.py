"""Contact sheets of single images: suspect labels, and pairs that are nearly the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.plot.colours import ACCENT, INK, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import LETTERS, draw_ink

ACROSS = 8  # images in a row: even, so that pairs stay together
PANEL = 1.05  # inches
BELOW = 0.52  # inches, for the lines under an image
ABOVE = 0.6


def plot_suspects(
    images: NDArray[Any],
    given: Sequence[str],
    proposed: Sequence[str],
    scores: Sequence[float],
    places: Sequence[str],
    *,
    title: str = "",
) -> Figure:
    """Draw images whose labels are in doubt, each with both labels and how likely it is wrong.

    Parameters
    ----------
    images : array, shape (n, h, w)
        0 is drawn as paper.
    given, proposed : sequence of n str
        The label that each has, and the one that it may have to have.
    scores : sequence of n float
        Probability that the given label is wrong.
    places : sequence of n str
        Where each image is, such as ``"test 340"``.
    title : str
        Over the sheet.

    Returns
    -------
    matplotlib Figure

    Examples
    --------
    >>> import numpy as np
    >>> figure = plot_suspects(np.ones((2, 8, 8)), "36", "58", [0.9, 0.5], ["test 1", "test 7"])
    >>> len(figure.axes)
    2
    """
    n = len(images)
    if not n or any(len(each) != n for each in (given, proposed, scores, places)):
        raise LinocutError(f"{n} images — labels, scores and places must be as many, one at least")
    figure, panels = _sheet(n)
    both = class_labels([*given, *proposed], longest=9)
    for k, axes in enumerate(panels):
        draw_ink(axes, images[k])
        line = f"{both.texts[k]} → {both.texts[n + k]}"
        axes.set_xlabel(line, fontsize=LETTERS, fontweight="bold", color=ACCENT, labelpad=2)
        _small(axes, f"{_percent(scores[k])} · {places[k]}")
    _over(figure, title, "given → proposed label, and how likely the given one is wrong")
    both.finish(figure)
    return figure


def plot_pairs(
    images: NDArray[Any],
    labels: Sequence[tuple[str, str]],
    places: Sequence[tuple[str, str]],
    *,
    title: str = "",
) -> Figure:
    """Draw pairs of images side by side; labels that differ stand out.

    Parameters
    ----------
    images : array, shape (n, 2, h, w)
        0 is drawn as paper.
    labels, places : sequence of n pairs of str
        The label of each image and where it is.
    title : str
        Over the sheet.

    Returns
    -------
    matplotlib Figure
    """
    n = len(images)
    if not n or len(labels) != n or len(places) != n:
        raise LinocutError(f"{n} pairs — labels and places must be as many, one at least")
    figure, panels = _sheet(2 * n)
    names = class_labels([label for pair in labels for label in pair], longest=9)
    for k, axes in enumerate(panels):
        draw_ink(axes, images[k // 2, k % 2])
        differ = labels[k // 2][0] != labels[k // 2][1]
        axes.set_xlabel(
            names.texts[k],
            fontsize=LETTERS,
            fontweight="bold" if differ else "normal",
            color=ACCENT if differ else SOFT,
            labelpad=2,
        )
        _small(axes, places[k // 2][k % 2])
    _over(figure, title, "two and two; labels that differ are bold")
    names.finish(figure)
    return figure


def _sheet(count: int) -> tuple[Figure, list[Axes]]:
    """Return a figure with room for so many images, and a panel for each."""
    across = min(ACROSS, count)
    down = -(-count // across)
    size = (max(across * PANEL * 1.08 + 0.1, 4.2), down * (PANEL + BELOW) + ABOVE)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(down, across, squeeze=False).ravel()
    for axes in panels[count:]:
        axes.remove()
    return figure, list(panels[:count])


def _small(axes: Axes, text: str) -> None:
    axes.annotate(
        text, (0.5, 0), xytext=(0, -19), xycoords="axes fraction", textcoords="offset points",
        ha="center", va="top", fontsize=LETTERS - 3, color=SOFT,
    )  # fmt: skip


def _over(figure: Figure, title: str, note: str) -> None:
    figure.suptitle(
        f"{title}\n" if title else "", x=0.01, ha="left", fontsize=LETTERS + 1, fontweight="bold",
        color=INK,
    )  # fmt: skip
    figure.text(
        0.01, 1 - (0.32 if title else 0.12) / figure.get_figheight(), note,
        fontsize=LETTERS - 1, color=SOFT, va="top",
    )  # fmt: skip


def _percent(score: float) -> str:
    """Write a probability without claiming certainty."""
    if score > 0.995:
        return "> 99 %"
    return "< 1 %" if score < 0.01 else f"{100 * score:.0f} %"
