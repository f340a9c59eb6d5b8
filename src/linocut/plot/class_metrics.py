"""Figures with their intervals: of the whole, of each class, and train beside test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.axes import figure_of, panel
from linocut.plot.colours import ACCENT, SOFT
from linocut.plot.dots import LETTERS, MOST, ROW, Floats, draw_dots, finish_rows, reach
from linocut.plot.fonts import class_labels

APART = 0.17  # of a row, between train and test


def plot_class_metrics(
    figures: Mapping[str, ArrayLike],
    class_names: Sequence[str],
    means: Sequence[float],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Draw figures of each class with their intervals, the class lowest in the last of them on top.

    Parameters
    ----------
    figures : mapping of str to float array, shape (K, 3)
        Title of each panel, and value, low and high end by class; NaN where not defined.
    class_names : sequence of K str
        The classes; of very many those lowest in the last figure are drawn, and that is said.
    means : sequence of float
        Mean of each figure over the classes, drawn as a line.
    ax : matplotlib Axes, optional
        Where to draw the last figure alone.

    Raises
    ------
    LinocutError
        If a figure is not (K, 3).

    Examples
    --------
    >>> figure = plot_class_metrics({"F1": [[0.9, 0.8, 0.95], [0.7, 0.6, 0.8]]}, "ab", [0.8])
    >>> [name.get_text() for name in figure.axes[0].get_yticklabels()]
    ['b', 'a']
    """
    values = {title: np.asarray(each, np.float64) for title, each in figures.items()}
    K = len(class_names)
    for title, each in values.items():
        if each.shape != (K, 3):
            raise LinocutError(f"{title} of shape {each.shape} for {K} classes — it must be (K, 3)")
    last = list(values)[-1]
    # What is not defined is the least known, and on top.
    order = np.argsort(np.nan_to_num(values[last][:, 0], nan=-1), kind="stable")[:MOST]
    labels = class_labels([class_names[k] for k in order], class_names)
    if ax is not None:
        figure, panels, shown = figure_of(ax), [ax], {last: values[last]}
        means = means[-1:]
    else:
        high = 1.4 + ROW * len(order) + (0.25 if labels.note else 0)
        figure = Figure(figsize=(1.1 + 0.06 * labels.longest + 2.4 * len(values), high),
                        layout="constrained")  # fmt: skip
        panels, shown = list(figure.subplots(1, len(values), squeeze=False)[0]), values
    for at, (axes, (title, each), mean) in enumerate(
        zip(panels, shown.items(), means, strict=True)
    ):
        axes.axvline(mean, color=ACCENT, linewidth=1)
        draw_dots(axes, each[order])
        finish_rows(axes, labels if at == 0 else None, len(order))
        axes.set_xlim(reach(np.vstack([each[order], [mean] * 3])))
        axes.set_title(f"{title}, %", loc="left", fontsize=LETTERS + 1, fontweight="bold")
        axes.annotate(
            f"mean {100 * mean:.1f}", (1, 1), xytext=(0, 5), xycoords="axes fraction",
            textcoords="offset points", ha="right", fontsize=LETTERS - 1, color=ACCENT,
        )  # fmt: skip
    if ax is None:
        name, lowest = labels.texts[0], float(values[last][order[0], 0])
        told = f"is lowest for {name}: {100 * lowest:.1f} %"
        if np.isnan(lowest):
            told = f"is not defined for {name}"
        figure.suptitle(f"{last} {told}", x=0.01, ha="left", fontsize=LETTERS + 3,
                        fontweight="bold", fontfamily=list(labels.families))  # fmt: skip
    few = f"The {MOST} of {K:,} classes with the lowest {last}. " if K > MOST else ""
    told = f"{few}Lines: 95 % intervals. Mean: each class alike."
    if ax is not None:
        ax.set_xlabel(told, fontsize=LETTERS - 1, color=SOFT, loc="left")
    else:
        note = f"\n{labels.note}" if labels.note else ""
        figure.supxlabel(told + note, fontsize=LETTERS - 1, x=0.01, ha="left", color=SOFT)
    return figure


def plot_overall_metrics(
    estimates: ArrayLike, names: Sequence[str], losses: str = "", *, ax: Axes | None = None
) -> Figure:
    """Draw single figures of a classifier with their intervals, each 1 at best.

    Parameters
    ----------
    estimates : float array, shape (R, 3)
        Value, low and high end of each; NaN where not defined or without an interval.
    names : sequence of R str
        Of the figures.
    losses : str
        What is told below of those that are 0 at best.
    ax : matplotlib Axes, optional
        Where to draw.

    Examples
    --------
    >>> figure = plot_overall_metrics([[0.9, 0.88, 0.92]], ["accuracy"])
    >>> figure.axes[0].get_title(loc="left")
    'Accuracy 0.900'
    """
    values = np.asarray(estimates, np.float64)
    if not len(names) or values.shape != (len(names), 3):
        raise LinocutError(f"figures of shape {values.shape} for {len(names)} names — (R, 3)")
    figure, axes = panel(ax, (5.6, 1.2 + 1.2 * ROW * len(names)))
    draw_dots(axes, values)
    finish_rows(axes, class_labels(names, longest=24), len(names))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.3g}")
    axes.set_xlim(reach(values, least=-1.0))  # kappa and Matthews' coefficient go so far down
    axes.set_title(f"{names[0].capitalize()} {values[0, 0]:.3f}", loc="left",
                   fontsize=LETTERS + 2, fontweight="bold")  # fmt: skip
    axes.set_xlabel("1 is perfect; lines: 95 % intervals" + (f"\n{losses}" if losses else ""),
                    fontsize=LETTERS - 0.5, color=SOFT, loc="left")  # fmt: skip
    return figure


def plot_train_beside_test(
    train: ArrayLike,
    test: ArrayLike,
    names: Sequence[str],
    apart: Sequence[bool],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Draw shares on train and on test, all images on top, then the classes by their gap.

    Parameters
    ----------
    train, test : float arrays, shape (1 + K, 3)
        Share correctly classified, with the ends of its interval: of all images, then by class.
    names : sequence of 1 + K str
        What each row is of.
    apart : sequence of 1 + K bool
        Whether a gap is more than chance explains; those rows stand out.
    ax : matplotlib Axes, optional
        Where to draw.

    Examples
    --------
    >>> rows = [[0.99, 0.98, 1], [0.99, 0.98, 1]], [[0.9, 0.85, 0.95], [0.9, 0.85, 0.95]]
    >>> figure = plot_train_beside_test(*rows, ["all images", "a"], [True, False])
    >>> figure.axes[0].get_title(loc="left")
    'Training images are classified better than test images'
    """
    ours, theirs = np.asarray(train, np.float64), np.asarray(test, np.float64)
    if not ours.shape == theirs.shape == (len(names), 3):
        raise LinocutError(
            f"shares of shape {ours.shape} on train and {theirs.shape} on test for {len(names)} "
            "rows — both must be (1 + K, 3)"
        )
    gap = np.nan_to_num(ours[1:, 0] - theirs[1:, 0], nan=-np.inf)
    order = np.concatenate([[0], 1 + np.argsort(-gap, kind="stable")[: MOST - 1]])
    labels = class_labels([names[k] for k in order], names)
    figure, axes = panel(ax, (6.2, 1.3 + 1.25 * ROW * len(order)))
    sides = ((ours[order], -APART, SOFT), (theirs[order], APART, ACCENT))
    for values, moved, colour in sides:
        _draw_moved(axes, values, moved, colour)
    finish_rows(axes, labels, len(order))
    axes.set_xlim(reach(np.vstack([ours[order], theirs[order]])))
    axes.axhline(0.5, color=SOFT, linewidth=0.6)
    for name, k in zip(axes.get_yticklabels(), order, strict=True):
        name.set_fontweight("bold" if apart[k] else "normal")
    better = ours[0, 0] > theirs[0, 0]
    axes.set_title(_verdict(bool(apart[0]), better=bool(better)), loc="left",
                   fontsize=LETTERS + 2, fontweight="bold", pad=20)  # fmt: skip
    for text, at, colour in (("● train", 0.0, SOFT), ("● test", 0.13, ACCENT)):
        axes.annotate(
            text, (at, 1), xytext=(0, 6), xycoords="axes fraction", textcoords="offset points",
            fontsize=LETTERS, color=colour, fontweight="bold",
        )  # fmt: skip
    few = f"\nDrawn: the {MOST - 1} of {len(names) - 1:,} classes with the largest gap." * (
        len(names) > len(order)
    )
    axes.set_xlabel(
        "correctly classified, %; lines: 95 % intervals\n"
        f"Bold: the gap is more than chance explains.{few}",
        fontsize=LETTERS - 0.5, color=SOFT, loc="left",
    )  # fmt: skip
    if ax is None:
        labels.finish(figure)
    return figure


def _draw_moved(axes: Axes, values: Floats, moved: float, colour: str) -> None:
    at = np.arange(len(values)) + moved
    axes.hlines(at, values[:, 1], values[:, 2], color=colour, linewidth=1.6, alpha=0.55)
    axes.plot(values[:, 0], at, "o", color=colour, markersize=4.5)


def _verdict(apart: bool, *, better: bool) -> str:
    if not apart:
        return "Train and test differ by no more than chance explains"
    first, second = ("Training", "test") if better else ("Test", "training")
    return f"{first} images are classified better than {second} images"
