"""Accuracy above loss, train beside test: what every figure of the two has in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import mark_accuracy, percent, stretched, tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT

Floats = NDArray[np.float64]

SIZE = (5.8, 6.4)  # inches: narrow, so that the letters stay readable on a phone
LETTERS = 11  # points
APART = 15  # points between two names at the ends of curves
# Of the axis of the loss: the first that are few enough.
MARKS = tuple(
    [step * 10.0**k for k in range(-6, 12, apart) for step in steps]
    for steps, apart in (((1, 2, 3, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 3))
)


@dataclass(frozen=True, eq=False)
class Curve:
    """Accuracy and loss of one set of images, shape (T,) each.

    Attributes
    ----------
    name, what : str
        At the end of the curve, and in a sentence.
    colour : str
        Of both lines.
    accuracy, loss : float64 arrays, shape (T,)
        Share correctly classified, and mean loss in nats.
    accuracy_error, loss_error : float64 arrays, shape (T,), or None
        Half the height of a band around each.
    accuracy_interval : float64 array, shape (T, 2), or None
        The ends of such a band, where they are not as far from it.
    """

    name: str
    what: str
    colour: str
    accuracy: Floats
    loss: Floats
    accuracy_error: Floats | None = None
    loss_error: Floats | None = None
    accuracy_interval: Floats | None = None


def train_and_test(
    accuracies: ArrayLike,
    losses: ArrayLike,
    test_accuracies: ArrayLike | None,
    test_losses: ArrayLike | None,
) -> list[Curve]:
    """Return the curves, the most important one last, on top of the others."""

    def floats(values: ArrayLike) -> Floats:
        return np.asarray(values, dtype=np.float64)

    curves = [Curve("train", "training images", INK, floats(accuracies), floats(losses))]
    if (test_accuracies is None) != (test_losses is None):
        given, missing = ("accuracies", "losses")[:: 1 if test_losses is None else -1]
        raise LinocutError(f"test_{given} without test_{missing} — give both or neither")
    if test_accuracies is not None and test_losses is not None:
        test = floats(test_accuracies), floats(test_losses)
        curves.append(Curve("test", "test images", ACCENT, *test))
    return curves


def draw_accuracy(axes: Axes, at: Floats, curves: list[Curve]) -> list[Floats]:
    """Draw accuracies on an axis stretched towards 100 %, each named where it ends.

    Returns how high on the axis each lies.
    """
    every = np.concatenate([curve.accuracy for curve in curves])
    mistakes = 1 - every[every < 1]
    fewest = float(mistakes.min(initial=1))

    def height(share: Floats) -> Floats:
        return stretched(np.clip(share, 0, 1), fewest_mistakes=fewest)

    heights = [height(curve.accuracy) for curve in curves]
    for curve in curves:
        if curve.accuracy_error is not None:
            ends = curve.accuracy - curve.accuracy_error, curve.accuracy + curve.accuracy_error
            _band(axes, at, height(ends[0]), height(ends[1]), curve)
        if curve.accuracy_interval is not None:
            low, high = curve.accuracy_interval.T
            _band(axes, at, height(low), height(high), curve)
    texts = [f"{curve.name} {percent(curve.accuracy[-1])} %" for curve in curves]
    _draw(axes, at, heights, curves, texts)
    low, high = axes.get_ylim()
    if every.max() == 1:  # it is drawn where it is because it must be somewhere: no mark above it
        high = max(float(drawn.max()) for drawn in heights)
    mark_accuracy(axes.yaxis.set_ticks, low, high)
    return heights


def draw_loss(axes: Axes, at: Floats, curves: list[Curve]) -> list[Floats]:
    """Draw losses on a logarithmic axis, each named where it ends.

    Returns how high on the axis each lies.
    """

    def height(loss: Floats) -> Floats:
        # What is infinite leaves a gap, and a loss of nothing lies at the lower edge.
        return np.log10(np.where(np.isfinite(loss), np.maximum(loss, 1e-6), np.nan))

    heights = [height(curve.loss) for curve in curves]
    for curve in curves:
        if curve.loss_error is not None:
            least, most = curve.loss - curve.loss_error, curve.loss + curve.loss_error
            _band(axes, at, height(np.maximum(least, curve.loss / 10)), height(most), curve)
    texts = [f"{curve.name} {number(curve.loss[-1])}" for curve in curves]
    _draw(axes, at, heights, curves, texts)
    low, high = axes.get_ylim()
    for marks in MARKS:
        ticks = [mark for mark in marks if low <= np.log10(mark) <= high]
        if len(ticks) <= 6:
            break
    axes.set_yticks(np.log10(ticks), [number(tick) for tick in ticks])
    return heights


def _band(axes: Axes, at: Floats, low: Floats, high: Floats, curve: Curve) -> None:
    axes.fill_between(at, low, high, color=curve.colour, alpha=0.18, linewidth=0)


def _draw(
    axes: Axes, at: Floats, heights: list[Floats], curves: list[Curve], texts: list[str]
) -> None:
    for height, curve in zip(heights, curves, strict=True):
        on_top = 3 if curve is curves[-1] else 2
        axes.plot(at, height, color=curve.colour, linewidth=2, zorder=on_top)
        axes.plot(at[-1:], height[-1:], "o", color=curve.colour, markersize=5, zorder=on_top)
    axes.margins(y=0.08)
    axes.set_ylim(axes.get_ylim())
    for height, curve, text, moved in zip(
        heights, curves, texts, _moved(axes, heights), strict=True
    ):
        end = height[-1] if np.isfinite(height[-1]) else axes.get_ylim()[1]
        axes.annotate(
            text, (at[-1], end), xytext=(9, moved), textcoords="offset points", va="center",
            fontsize=LETTERS, color=curve.colour, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    tidy(axes)


def _moved(axes: Axes, heights: list[Floats]) -> list[float]:
    """Return by how many points to move each name up, so that two do not lie on each other."""
    if len(heights) == 1:
        return [0.0]
    low, high = axes.get_ylim()
    panel = 0.34 * SIZE[1] * 72  # points
    one, other = (float(height[-1]) for height in heights)
    distance = (one - other) / (high - low) * panel
    if not abs(distance) < APART:
        return [0.0, 0.0]
    half = (APART - abs(distance)) / 2
    return [half, -half] if distance > 0 else [-half, half]


def head(axes: Axes, title: str, unit: str) -> None:
    """Put a message above a panel, and below it what is measured."""
    axes.set_title(title, loc="left", fontsize=LETTERS + 1, fontweight="bold", pad=22)
    axes.annotate(
        unit, (0, 1), xytext=(0, 8), xycoords="axes fraction", textcoords="offset points",
        fontsize=LETTERS - 1, color=SOFT,
    )  # fmt: skip
    axes.tick_params(labelsize=LETTERS)


def number(value: float) -> str:
    """Write three digits, or all before the point."""
    if not np.isfinite(value):
        return "∞"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
