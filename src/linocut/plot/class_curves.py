"""ROC and precision-recall curves of classes, each named beside it, and their areas as dots."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.axes import figure_of, mark_accuracy, stretched
from linocut.plot.colours import ACCENT, COLOURS, INK, RULE, SOFT, WRONG
from linocut.plot.dots import LETTERS, MOST, ROW, Floats, draw_dots, finish_rows, reach
from linocut.plot.fonts import ClassLabels, class_labels

Points = tuple[ArrayLike, ArrayLike]

DRAWN = 10  # curves that can be told apart
STRONG = (WRONG, ACCENT, INK)  # of the worst three
OTHER = COLOURS["edge"]
SIZE = (5.2, 4.3)  # inches of the panel of curves
FEW = 10  # false alarms: with fewer, a curve is a matter of single images
PERFECT = 1e-4  # mistakes where none at all are drawn
GOOD = 0.9  # areas from here up are told apart by their rarest false alarms


def plot_roc(
    curves: Sequence[Points],
    areas: ArrayLike,
    class_names: Sequence[str],
    *,
    fewest: float,
    among: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw ROC curves, and beside them the areas under them with their intervals.

    Parameters
    ----------
    curves : sequence of K pairs of float arrays
        False-positive rate and recall of each class, both rising; the class that stands out first.
    areas : float array, shape (K, 3)
        Area with the ends of its interval.
    class_names : sequence of K str
        The classes, as the curves.
    fewest : float
        Smallest rate that one image makes: where a logarithmic axis begins.
    among : sequence of str, optional
        All classes of the set.
    ax : matplotlib Axes, optional
        Where to draw the curves alone.

    Raises
    ------
    LinocutError
        If there is no curve, or not as many as areas and names.

    Examples
    --------
    >>> curve = [0, 0.01, 1], [0, 0.9, 1]
    >>> figure = plot_roc([curve, curve], [[0.95, 0.93, 0.97]] * 2, "ab", fewest=0.001)
    >>> figure.axes[0].get_xscale()
    'log'
    """
    drawn, values = _checked(curves, areas, class_names)
    figure, axes, dots, labels = _panels(values, class_names, among, ax)
    logarithmic = bool(values[: len(drawn), 0].min() > GOOD and fewest < 0.02)
    if logarithmic:
        left = FEW * fewest
        axes.set_xscale("log")
        axes.set_xlim(left, 1)
        axes.xaxis.set_major_formatter(_percent)
        axes.xaxis.set_minor_formatter(NullFormatter())
        starts = [(left, float(y[np.searchsorted(x, left, "right") - 1])) for x, y in drawn]
        drawn = [(np.maximum(x, left / 2), y) for x, y in drawn]  # zero has no logarithm
        side = "left"
    else:
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1, linestyle="--")
        axes.set_xlim(-0.02, 1)
        axes.xaxis.set_major_formatter(_percent)
        starts = [_crossing(x, y, rising=True) for x, y in drawn]
        side = "right"
    low = min(at for _, at in starts) if logarithmic else 0.0
    bottom = max(0.0, float(np.floor(20 * low - 0.2)) / 20)
    axes.set_ylim(bottom, 1 + 0.04 * (1 - bottom))
    axes.yaxis.set_major_formatter(_percent)
    _draw(axes, drawn, labels, starts, side)
    scale = " (logarithmic)" if logarithmic else ""
    few = _few(len(class_names), "areas")
    axes.set_xlabel(f"false-positive rate, % of the images of other classes{scale}{few}",
                    fontsize=LETTERS, color=SOFT)  # fmt: skip
    _head(axes, f"ROC: smallest area for {_lowest(values, labels)}",
          "recall, % of the images of the class")  # fmt: skip
    if dots is not None:
        _areas(dots, values, labels, "Area under the curve, %")
        labels.finish(figure)
    return figure


def plot_precision_recall(
    curves: Sequence[Points],
    averages: ArrayLike,
    class_names: Sequence[str],
    *,
    among: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw precision-recall curves, and beside them average precisions with their intervals.

    Parameters
    ----------
    curves : sequence of K pairs of float arrays
        Recall, rising, and precision of each class; the class that stands out first.
    averages : float array, shape (K, 3)
        Average precision with the ends of its interval.
    class_names, among, ax
        As of `plot_roc`.

    Raises
    ------
    LinocutError
        If there is no curve, or not as many as averages and names.

    Examples
    --------
    >>> curve = [0.1, 0.9, 1], [1, 0.9, 0.5]
    >>> figure = plot_precision_recall([curve], [[0.95, 0.93, 0.97]], "a")
    >>> len(figure.axes)
    2
    """
    drawn, values = _checked(curves, averages, class_names)
    figure, axes, dots, labels = _panels(values, class_names, among, ax)
    stretch = bool(values[: len(drawn), 0].min() > GOOD)
    if stretch:
        points = _stretch(axes, drawn)
        drawn = [(_stretched(x), _stretched(y)) for x, y in drawn]
    else:
        points = [_crossing(x, y, rising=False) for x, y in drawn]
        axes.set_xlim(0, 1.01)
        axes.set_ylim(0, 1.02)
        axes.xaxis.set_major_formatter(_percent)
        axes.yaxis.set_major_formatter(_percent)
    _draw(axes, drawn, labels, points, "left")
    few = _few(len(class_names), "averages")
    scale = " (both stretched towards 100 %)" if stretch else ""
    axes.set_xlabel(
        f"recall, % of the images of the class{scale}{few}", fontsize=LETTERS, color=SOFT
    )
    _head(axes, f"Precision against recall: lowest for {_lowest(values, labels)}",
          "precision, % of the images classified as it")  # fmt: skip
    if dots is not None:
        _areas(dots, values, labels, "Average precision, %")
        labels.finish(figure)
    return figure


def _stretch(axes: Axes, drawn: list[tuple[Floats, Floats]]) -> list[tuple[float, float]]:
    """Stretch both axes towards 100 %, and return where each curve enters on the left."""
    left = 0.8
    entries = [float(y[max(int(np.searchsorted(x, left)) - 1, 0)]) for x, y in drawn]
    ends = [float(y[min(int(np.searchsorted(x, 0.98)), len(y) - 1)]) for x, y in drawn]
    low, high = _stretched(np.array([max(min(*ends, *entries), 0.5), max(entries)]))
    room = 0.05 * max(high - low, 1.0)
    axes.set_ylim(low - room, high + room)
    most = max(float(x[x < 1].max(initial=0.98)) for x, _ in drawn)
    start, end = _stretched(np.array([left, most]))
    axes.set_xlim(start, end)
    mark_accuracy(axes.set_xticks, start, end)
    mark_accuracy(axes.set_yticks, low - room, high + room)
    return [(float(start), float(at)) for at in _stretched(np.array(entries))]


def _stretched(share: Floats) -> Floats:
    return stretched(share, fewest_mistakes=4 * PERFECT)


def _checked(
    curves: Sequence[Points], areas: ArrayLike, class_names: Sequence[str]
) -> tuple[list[tuple[Floats, Floats]], Floats]:
    """Return the curves that are drawn, and all areas."""
    values = np.asarray(areas, np.float64)
    if not len(curves):
        raise LinocutError("there is no curve to draw — one class must have images, and not all")
    if values.shape != (len(curves), 3) or len(class_names) != len(curves):
        raise LinocutError(
            f"{len(curves)} curves, areas of shape {values.shape} and {len(class_names)} names — "
            "there must be as many of each, and areas (K, 3)"
        )
    drawn = [(np.asarray(x, np.float64), np.asarray(y, np.float64)) for x, y in curves[:DRAWN]]
    return drawn, values


def _panels(
    values: Floats, names: Sequence[str], among: Sequence[str] | None, ax: Axes | None
) -> tuple[Figure, Axes, Axes | None, ClassLabels]:
    rows = min(len(names), MOST)
    labels = class_labels(names[:rows], among)
    if ax is not None:
        return figure_of(ax), ax, None, labels
    high = max(SIZE[1], 1.1 + ROW * rows)
    figure = Figure(figsize=(SIZE[0] + 3.0 + 0.06 * labels.longest, high), layout="constrained")
    curves, dots = figure.subplots(1, 2, width_ratios=[SIZE[0], 2.6])
    return figure, curves, dots, labels


def _colours(count: int) -> list[str]:
    """Return strong colours for the worst, of which a lone class needs but one."""
    return [STRONG[at] if at < len(STRONG) else OTHER for at in range(count)]


def _draw(
    axes: Axes,
    drawn: list[tuple[Floats, Floats]],
    labels: ClassLabels,
    points: list[tuple[float, float]],
    side: str,
) -> None:
    colours = _colours(len(drawn))
    for at in reversed(range(len(drawn))):
        x, y = drawn[at]
        strong = at < len(STRONG)
        axes.plot(x, y, color=colours[at], linewidth=1.8 if strong else 0.9,
                  zorder=3 if strong else 2)  # fmt: skip
    low, high = axes.get_ylim()
    heights = _spread([(at - low) / (high - low) for _, at in points])
    edge = -0.015 if side == "left" else 1.015
    for text, point, height, colour in zip(labels.texts, points, heights, colours, strict=False):
        axes.annotate(
            text, point, xytext=(edge, height), textcoords="axes fraction", va="center",
            ha="right" if side == "left" else "left", fontsize=LETTERS, color=colour,
            fontweight="bold", fontfamily=list(labels.families), annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "alpha": 0.6,
                        "shrinkA": 1, "shrinkB": 0},
        )  # fmt: skip
    if side == "left":
        axes.yaxis.tick_right()
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, which="both", labelsize=LETTERS)


def _spread(heights: Sequence[float], apart: float = 0.052) -> list[float]:
    """Move heights, shares of an axis, so that no two are nearer than letters are high."""
    order = np.argsort(heights)
    placed = np.clip(np.asarray(heights, np.float64), 0.0, 1.0)
    for low, high in pairwise(order):
        placed[high] = max(placed[high], placed[low] + apart)
    above = placed[order[-1]] - 1.0
    if above > 0:  # push the stack down again, from its top
        placed[order[-1]] = 1.0
        for high, low in pairwise(order[::-1]):
            placed[low] = min(placed[low], placed[high] - apart)
    return [float(height) for height in placed]


def _crossing(x: Floats, y: Floats, *, rising: bool) -> tuple[float, float]:
    """Return where a curve meets the diagonal that runs towards its good corner."""
    distance = x + y - 1 if rising else x - y
    at = int(np.argmax(distance >= 0)) if (distance >= 0).any() else len(x) - 1
    if at == 0 or distance[at] == distance[at - 1]:
        return float(x[at]), float(y[at])
    share = -distance[at - 1] / (distance[at] - distance[at - 1])
    return (
        float(x[at - 1] + share * (x[at] - x[at - 1])),
        float(y[at - 1] + share * (y[at] - y[at - 1])),
    )


def _percent(share: float, _: float) -> str:
    return f"{100 * share:.6g}" if -1e-9 < share < 1 + 1e-9 else ""  # ticks miss 1 by rounding


def _head(axes: Axes, title: str, unit: str, letters: float = LETTERS + 2) -> None:
    axes.set_title(title, loc="left", fontsize=letters, fontweight="bold", pad=20)
    axes.annotate(
        unit, (0, 1), xytext=(0, 6), xycoords="axes fraction", textcoords="offset points",
        fontsize=LETTERS, color=SOFT,
    )  # fmt: skip


def _lowest(values: Floats, labels: ClassLabels) -> str:
    return labels.texts[int(values[: len(labels.texts), 0].argmin())]


def _few(K: int, what: str) -> str:
    return f"\nDrawn: the {DRAWN} of {K:,} classes with the smallest {what}." if K > DRAWN else ""


def _areas(axes: Axes, values: Floats, labels: ClassLabels, title: str) -> None:
    rows = values[: len(labels.texts)]
    drawn = min(len(rows), DRAWN)
    colours = [*_colours(drawn), *[OTHER] * (len(rows) - drawn)]
    draw_dots(axes, rows, colours)
    finish_rows(axes, labels, len(rows))
    axes.set_xlim(reach(rows))
    few = f"; lowest {len(rows)} of {len(values):,}" if len(values) > len(rows) else ""
    _head(axes, title, f"95 % intervals{few}", LETTERS + 1)
