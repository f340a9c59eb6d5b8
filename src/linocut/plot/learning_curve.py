"""A learning curve: accuracy and loss on train and test against the steps taken."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.axes import percent
from linocut.plot.colours import SOFT
from linocut.plot.curves import (
    LETTERS,
    SIZE,
    Curve,
    Floats,
    draw_accuracy,
    draw_loss,
    head,
    number,
    train_and_test,
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
        On the training rows: share correctly classified, and mean loss in nats.
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
    '90.0 % of training images correctly classified after 10 steps'
    """
    curves = train_and_test(accuracies, losses, test_accuracies, test_losses)
    at = np.asarray(steps, dtype=np.float64)
    _check(at, curves)
    figure = Figure(figsize=SIZE, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    draw_accuracy(above, at, curves)
    draw_loss(below, at, curves)
    last = curves[-1]
    head(
        above,
        f"{percent(last.accuracy[-1])} % of {last.what} correctly classified "
        f"after {_steps(at[-1])}",
        "images correctly classified, % (stretched towards 100 %)",
    )
    head(below, _loss_in_short(at, last), "nats an image (logarithmic)")
    _mark_steps(below, at, passes)
    return figure


def _check(steps: Floats, curves: list[Curve]) -> None:
    shapes = {values.shape for curve in curves for values in (curve.accuracy, curve.loss)}
    if steps.ndim != 1 or len(steps) == 0 or shapes != {steps.shape}:
        raise LinocutError(
            f"steps of shape {steps.shape}, accuracies and losses of shape "
            f"{', '.join(map(str, sorted(shapes)))} — all must be (T,), T at least 1"
        )
    if steps[0] < 0 or np.any(np.diff(steps) <= 0):
        raise LinocutError(f"steps={steps.astype(int).tolist()} — they must rise, from 0 or more")


def _mark_steps(axes: Axes, steps: Floats, passes: float | None) -> None:
    axes.set_xscale("symlog", linthresh=1, linscale=0.5)
    most = max(float(steps[-1]), 1.0)
    axes.set_xlim(float(steps[0]) if steps[0] < 1 else 1, most)
    powers = [10.0**k for k in range(len(f"{most:.0f}"))]
    ticks = [tick for tick in (0.0, *powers) if steps[0] <= tick <= most]
    axes.set_xticks(ticks, [number(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    told = ""
    if passes is not None:
        is_ = "is" if steps[-1] == 1 else "are"
        often = f"{number(passes)} {'pass' if passes == 1 else 'passes'}"
        told = f"\n{_steps(steps[-1])} {is_} {often} over the training images"
    axes.set_xlabel(f"steps (logarithmic){told}", color=SOFT, fontsize=LETTERS)


def _loss_in_short(steps: Floats, curve: Curve) -> str:
    finite = np.flatnonzero(np.isfinite(curve.loss))
    name, last = f"{curve.name.capitalize()} loss", float(curve.loss[-1])
    if finite.size == 0 or not np.isfinite(last):
        return f"{name}: past all bounds"
    best = finite[curve.loss[finite].argmin()]
    if best > 0 and last > RISEN * curve.loss[best]:
        return f"{name}: {number(last)}, but {number(curve.loss[best])} after {_steps(steps[best])}"
    return f"{name}: from {number(curve.loss[finite[0]])} to {number(last)}"


def _steps(count: float) -> str:
    return f"{number(count)} {'step' if count == 1 else 'steps'}"
