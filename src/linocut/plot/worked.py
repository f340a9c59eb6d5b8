"""From binary to softmax in six panels, each with the sentence that it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.panels import LETTERS

Floats = NDArray[np.float64]
TITLES = (
    "Odds multiply, probability bends",
    "A hundred points on their curve",
    "Moving the threshold",
    "One class held at zero",
    "A shift of all weights",
    "Weight decay",
)
LOWEST = 1e-17  # where no difference at all is drawn


def plot_worked_example(
    margins: ArrayLike,
    y: ArrayLike,
    weight: float,
    by_threshold: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    spectra: tuple[ArrayLike, ArrayLike],
    probabilities: ArrayLike,
    score_changes: ArrayLike,
    sentences: Sequence[str],
) -> Figure:
    """Draw the six worked figures.

    Parameters
    ----------
    margins : float array, shape (n,)
        Fitted log-odds of each point.
    y : int array, shape (n,)
        What each point is, 0 or 1.
    weight : float
        Of the feature whose unit steps are shown.
    by_threshold : four float arrays, shape (T,)
        Thresholds, share correctly classified, hits and false alarms.
    spectra : two float arrays
        Eigenvalues of the Hessian without and with weight decay, descending.
    probabilities : float array, shape (4, n)
        Of a one, for each point: by the binary model, by softmax with one class held at zero, by
        softmax with weights for both classes, and by the second after the shift.
    score_changes : float array, shape (n,)
        What the shift adds to the scores of each point.
    sentences : sequence of six str
        What each panel shows.
    """
    z, labels = np.asarray(margins, np.float64), np.asarray(y)
    figure = Figure(figsize=(7.4, 11.2), layout="constrained")
    panels = figure.subplots(3, 2).ravel()
    _odds(panels[0], weight)
    _points(panels[1], z, labels)
    _thresholds(panels[2], *(np.asarray(values, np.float64) for values in by_threshold))
    P = np.asarray(probabilities, np.float64)
    _same(panels[3], P[0], {"first class at zero": P[1], "weights for both classes": P[2]})
    _shift(panels[4], P[1], np.asarray(score_changes, np.float64), P[3] - P[1])
    _spectra(panels[5], *(np.asarray(values, np.float64) for values in spectra))
    for axes, title, sentence in zip(panels, TITLES, sentences, strict=True):
        tidy(axes)
        axes.tick_params(labelsize=LETTERS - 1)
        axes.set_title(title + "\n", loc="left", fontsize=LETTERS + 2, fontweight="bold", color=INK)
        axes.annotate(
            "\n".join(textwrap.wrap(sentence, 43)), (0, 0), xytext=(0, -38),
            xycoords="axes fraction", textcoords="offset points", va="top", fontsize=LETTERS - 0.5,
            color=SOFT, annotation_clip=False,
        )  # fmt: skip
    return figure


def _curve(axes: Axes, low: float, high: float) -> None:
    z = np.linspace(low, high, 200)
    axes.plot(z, expit(z), color=INK, linewidth=1.8)
    axes.set_ylim(-0.06, 1.06)
    axes.set_yticks([0, 0.5, 1], ["0", "½", "1"])
    axes.set_xlabel("log-odds", fontsize=LETTERS, color=SOFT)
    axes.grid(axis="y", color=RULE, linewidth=0.6)


def _odds(axes: Axes, weight: float) -> None:
    _curve(axes, -6, 6)
    for start in (-4.0, -1.0, 2.0):
        end = start + weight
        p, q = expit(start), expit(end)
        axes.plot([start, end, end], [p, p, q], color=ACCENT, linewidth=1.4)
        axes.annotate(
            f"{p:.0%} → {q:.0%}", (end, (p + q) / 2), xytext=(5, 0), textcoords="offset points",
            va="center", fontsize=LETTERS - 1, color=ACCENT,
        )  # fmt: skip


def _points(axes: Axes, z: Floats, y: NDArray[np.int64]) -> None:
    reach = float(np.abs(z).max()) * 1.05
    _curve(axes, -reach, reach)
    for value, colour in ((0, INK), (1, ACCENT)):
        mine = z[y == value]
        axes.plot(mine, expit(mine), "o", color=colour, markersize=4, alpha=0.6)
        axes.plot(mine, np.full(len(mine), value + (0.03 if value else -0.03)), "|", color=colour)


def _thresholds(axes: Axes, thresholds: Floats, right: Floats, hits: Floats, false: Floats) -> None:
    for values, colour, name in (
        (right, INK, "correct"), (hits, ACCENT, "hits"), (false, SOFT, "false alarms"),
    ):  # fmt: skip
        axes.plot(thresholds, values, color=colour, linewidth=1.8)
        at = len(thresholds) // 4
        axes.annotate(
            name, (thresholds[at], values[at]), xytext=(3, 4), textcoords="offset points",
            color=colour, fontsize=LETTERS - 0.5, fontweight="bold",
        )  # fmt: skip
    axes.set_ylim(0, 1.05)
    axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.set_xlabel("classified as 1 from this probability on", fontsize=LETTERS, color=SOFT)
    axes.grid(axis="y", color=RULE, linewidth=0.6)


def _same(axes: Axes, binary: Floats, by_softmax: dict[str, Floats]) -> None:
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
    looks = ({"marker": "o", "color": ACCENT, "markersize": 6, "fillstyle": "none"},
             {"marker": "+", "color": INK, "markersize": 5})  # fmt: skip
    for (name, p), look in zip(by_softmax.items(), looks, strict=True):
        axes.plot(binary, p, linestyle="none", label=name, **look)  # type: ignore[arg-type]  # by keyword
    axes.legend(frameon=False, fontsize=LETTERS - 1, loc="lower right", handletextpad=0.2)
    _share(axes, "x")
    _share(axes, "y")
    axes.set_xlabel("probability by the binary model", fontsize=LETTERS, color=SOFT)
    axes.set_ylabel("probability by softmax", fontsize=LETTERS, color=SOFT)


def _shift(axes: Axes, before: Floats, of_score: Floats, of_probability: Floats) -> None:
    for values, colour, name in (
        (of_score, ACCENT, "of the score"), (of_probability, INK, "of the probability"),
    ):  # fmt: skip
        axes.plot(before, values, "o", color=colour, markersize=3.5, alpha=0.7, label=name)
    axes.legend(frameon=False, fontsize=LETTERS - 1, loc="upper left", handletextpad=0.2)
    axes.set_ylim(top=1.5 * float(of_score.max()))  # room for the legend
    _share(axes, "x")
    axes.set_xlabel("probability before the shift", fontsize=LETTERS, color=SOFT)
    axes.set_ylabel("change by the shift", fontsize=LETTERS, color=SOFT)


def _share(axes: Axes, which: Literal["x", "y"]) -> None:
    axes.set(**{f"{which}ticks": [0, 0.5, 1], f"{which}ticklabels": ["0", "½", "1"]})


def _spectra(axes: Axes, without: Floats, decayed: Floats) -> None:
    at = np.arange(1, len(without) + 1)
    for values, colour, name in ((without, INK, "without"), (decayed, ACCENT, "with decay")):
        shown = np.maximum(values, LOWEST)
        axes.plot(at, shown, "o-", color=colour, markersize=5, linewidth=1)
        axes.annotate(
            name, (at[-1], shown[-1]), xytext=(0, 10), textcoords="offset points",
            ha="right", va="center", color=colour, fontsize=LETTERS - 0.5, fontweight="bold",
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xticks(at)
    axes.set_xlabel("eigenvalue of the Hessian", fontsize=LETTERS, color=SOFT)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
