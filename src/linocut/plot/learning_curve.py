"""A learning curve: accuracy and loss on train and test against the steps taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
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
RISEN = 1.05  # times the lowest loss: from there on it is told that the curve has turned


def plot_learning_curve(
    steps: ArrayLike,
    accuracies: ArrayLike,
    losses: ArrayLike,
    *,
    test_accuracies: ArrayLike | None = None,
    test_losses: ArrayLike | None = None,
    passes: float | None = None,
) -> Figure:
    """Draw accuracy above loss, both against steps on a logarithmic axis that has its zero.

    The accuracy is stretched towards 100 % and the loss is logarithmic: equal steps divide
    mistakes, or loss, by equal factors.

    Parameters
    ----------
    steps : int array, shape (T,)
        Steps taken at each evaluation, rising.
    accuracies, losses : float arrays, shape (T,)
        On the training rows: share read rightly, and mean loss in nats.
    test_accuracies, test_losses : float arrays, shape (T,), optional
        The same on the test rows; both or neither.
    passes : float, optional
        How often the training rows were read in all these steps; told below the axis.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, one above the other.

    Raises
    ------
    LinocutError
        If the shapes do not agree, or steps do not rise.

    Examples
    --------
    >>> figure = plot_learning_curve([0, 1, 10], [0.1, 0.5, 0.9], [2.3, 1.5, 0.4])
    >>> figure.axes[0].get_title(loc="left")
    '90.0 % of training images read rightly after 10 steps'
    """
    curves = _curves(accuracies, losses, test_accuracies, test_losses)
    at = np.asarray(steps, dtype=np.float64)
    _check(at, curves)
    figure = Figure(figsize=SIZE, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    _draw_accuracy(above, at, curves)
    _draw_loss(below, at, curves)
    _mark_steps(below, at, passes)
    return figure


@dataclass(frozen=True, eq=False)
class _Curve:
    name: str
    what: str
    colour: str
    accuracy: Floats
    loss: Floats


def _curves(
    accuracies: ArrayLike,
    losses: ArrayLike,
    test_accuracies: ArrayLike | None,
    test_losses: ArrayLike | None,
) -> list[_Curve]:
    """Return the curves, the most important one last, on top of the others."""

    def floats(values: ArrayLike) -> Floats:
        return np.asarray(values, dtype=np.float64)

    curves = [_Curve("train", "training images", INK, floats(accuracies), floats(losses))]
    if (test_accuracies is None) != (test_losses is None):
        given, missing = ("accuracies", "losses")[:: 1 if test_losses is None else -1]
        raise LinocutError(f"test_{given} without test_{missing} — give both or neither")
    if test_accuracies is not None and test_losses is not None:
        test = floats(test_accuracies), floats(test_losses)
        curves.append(_Curve("test", "test images", ACCENT, *test))
    return curves


def _check(steps: Floats, curves: list[_Curve]) -> None:
    shapes = {values.shape for curve in curves for values in (curve.accuracy, curve.loss)}
    if steps.ndim != 1 or len(steps) == 0 or shapes != {steps.shape}:
        raise LinocutError(
            f"steps of shape {steps.shape}, accuracies and losses of shape "
            f"{', '.join(map(str, sorted(shapes)))} — all must be (T,), T at least 1"
        )
    if steps[0] < 0 or np.any(np.diff(steps) <= 0):
        raise LinocutError(f"steps={steps.astype(int).tolist()} — they must rise, from 0 or more")


def _draw_accuracy(axes: Axes, steps: Floats, curves: list[_Curve]) -> None:
    every = np.concatenate([curve.accuracy for curve in curves])
    mistakes = 1 - every[every < 1]
    fewest = float(mistakes.min(initial=1))
    heights = [stretched(curve.accuracy, fewest_mistakes=fewest) for curve in curves]
    texts = [f"{curve.name} {percent(curve.accuracy[-1])} %" for curve in curves]
    _draw(axes, steps, heights, curves, texts)
    low, high = axes.get_ylim()
    if every.max() == 1:  # it is drawn where it is because it must be somewhere: no mark above it
        high = max(float(height.max()) for height in heights)
    mark_accuracy(axes.yaxis.set_ticks, low, high)
    last = curves[-1]
    _head(
        axes,
        f"{percent(last.accuracy[-1])} % of {last.what} read rightly after {_steps(steps[-1])}",
        "images read rightly, % (stretched towards 100 %)",
    )


def _draw_loss(axes: Axes, steps: Floats, curves: list[_Curve]) -> None:
    # What is infinite leaves a gap, and a loss of nothing lies at the lower edge.
    heights = [
        np.log10(np.where(np.isfinite(curve.loss), np.maximum(curve.loss, 1e-6), np.nan))
        for curve in curves
    ]
    texts = [f"{curve.name} {_number(curve.loss[-1])}" for curve in curves]
    _draw(axes, steps, heights, curves, texts)
    low, high = axes.get_ylim()
    for marks in MARKS:
        ticks = [mark for mark in marks if low <= np.log10(mark) <= high]
        if len(ticks) <= 6:
            break
    axes.set_yticks(np.log10(ticks), [_number(tick) for tick in ticks])
    last = curves[-1]
    _head(axes, _loss_in_short(steps, last), "nats an image (logarithmic)")


def _draw(
    axes: Axes, steps: Floats, heights: list[Floats], curves: list[_Curve], texts: list[str]
) -> None:
    for height, curve in zip(heights, curves, strict=True):
        on_top = 3 if curve is curves[-1] else 2
        axes.plot(steps, height, color=curve.colour, linewidth=2, zorder=on_top)
        axes.plot(steps[-1:], height[-1:], "o", color=curve.colour, markersize=5, zorder=on_top)
    axes.margins(y=0.08)
    axes.set_ylim(axes.get_ylim())
    for height, curve, text, moved in zip(
        heights, curves, texts, _moved(axes, heights), strict=True
    ):
        end = height[-1] if np.isfinite(height[-1]) else axes.get_ylim()[1]
        axes.annotate(
            text, (steps[-1], end), xytext=(9, moved), textcoords="offset points", va="center",
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


def _mark_steps(axes: Axes, steps: Floats, passes: float | None) -> None:
    axes.set_xscale("symlog", linthresh=1, linscale=0.5)
    most = max(float(steps[-1]), 1.0)
    axes.set_xlim(float(steps[0]) if steps[0] < 1 else 1, most)
    powers = [10.0**k for k in range(len(f"{most:.0f}"))]
    ticks = [tick for tick in (0.0, *powers) if steps[0] <= tick <= most]
    axes.set_xticks(ticks, [_number(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    told = ""
    if passes is not None:
        is_ = "is" if steps[-1] == 1 else "are"
        often = f"{_number(passes)} {'pass' if passes == 1 else 'passes'}"
        told = f"\n{_steps(steps[-1])} {is_} {often} over the training images"
    axes.set_xlabel(f"steps (logarithmic){told}", color=SOFT, fontsize=LETTERS)


def _head(axes: Axes, title: str, unit: str) -> None:
    axes.set_title(title, loc="left", fontsize=LETTERS + 1, fontweight="bold", pad=22)
    axes.annotate(
        unit, (0, 1), xytext=(0, 8), xycoords="axes fraction", textcoords="offset points",
        fontsize=LETTERS - 1, color=SOFT,
    )  # fmt: skip
    axes.tick_params(labelsize=LETTERS)


def _loss_in_short(steps: Floats, curve: _Curve) -> str:
    finite = np.flatnonzero(np.isfinite(curve.loss))
    name, last = f"{curve.name.capitalize()} loss", float(curve.loss[-1])
    if finite.size == 0 or not np.isfinite(last):
        return f"{name}: past all bounds"
    best = finite[curve.loss[finite].argmin()]
    if best > 0 and last > RISEN * curve.loss[best]:
        return (
            f"{name}: {_number(last)}, but {_number(curve.loss[best])} after {_steps(steps[best])}"
        )
    return f"{name}: from {_number(curve.loss[finite[0]])} to {_number(last)}"


def _steps(number: float) -> str:
    return f"{_number(number)} {'step' if number == 1 else 'steps'}"


def _number(value: float) -> str:
    """Write three digits, or all before the point."""
    if not np.isfinite(value):
        return "∞"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
