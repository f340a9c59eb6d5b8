"""What a penalty does: log loss and accuracy against C, and the C that was chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.axes import percent
from linocut.plot.colours import ACCENT, INK, PAPER, SOFT
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

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_TICKS = 7
ROOM_BELOW = 0.2  # of the panel of the loss, for the names of the marks
ACCURACY_UNIT = "images correctly classified, % (stretched towards 100 %)"
LOSS_UNIT = "log loss, nats an image (logarithmic)"
ROW_ACCURACY_UNIT = "rows correctly classified, % (stretched); bands: 95 % intervals"
ROW_LOSS_UNIT = "log loss, nats a row (logarithmic)"


def plot_penalty_path(
    Cs: ArrayLike,
    losses: ArrayLike,
    accuracies: ArrayLike,
    *,
    test_losses: ArrayLike | None = None,
    test_accuracies: ArrayLike | None = None,
) -> Figure:
    """Draw log loss above accuracy, both against C on a logarithmic axis.

    With test images the C at which their loss is lowest is marked.

    Parameters
    ----------
    Cs : float array, shape (m,)
        Inverse penalties, above zero, rising.
    losses, accuracies : float arrays, shape (m,)
        On the training rows: mean log loss in nats, and share correctly classified.
    test_losses, test_accuracies : float arrays, shape (m,), optional
        The same on the test rows; both or neither.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, one above the other.

    Raises
    ------
    LinocutError
        If the shapes do not agree, or the C do not rise from above zero.

    Examples
    --------
    >>> test = {"test_losses": [1.2, 0.5, 0.7], "test_accuracies": [0.7, 0.9, 0.85]}
    >>> figure = plot_penalty_path([0.1, 1, 10], [1.1, 0.4, 0.1], [0.8, 0.9, 1.0], **test)
    >>> figure.axes[0].get_title(loc="left")
    'Test loss is lowest at C = 1: 0.5'
    """
    curves = train_and_test(accuracies, losses, test_accuracies, test_losses)
    at = _checked(Cs, curves)
    figure, above, below = _panels(at, curves)
    last = curves[-1]
    if len(curves) == 1:
        fallen = f"Train loss: from {number(last.loss[0])} to {number(last.loss[-1])}"
        head(above.axes, fallen, LOSS_UNIT)
        told = at[-1]
    else:
        best = int(np.nanargmin(last.loss))
        told = at[best]
        _mark((above, below), at[best], best, ACCENT)
        _name(above, at, best, f"lowest {number(last.loss[best])}", ACCENT, right=True)
        head(above.axes, _lowest(at, best, "Test", last), LOSS_UNIT)
    _tell_accuracy(below.axes, at, last, float(told))
    return figure


def plot_cross_validation(
    Cs: ArrayLike, log_losses: ArrayLike, accuracies: ArrayLike, *, chosen: float
) -> Figure:
    """Draw mean log loss and accuracy over folds against C, and mark the best and the chosen C.

    The bands are one standard error to either side: the standard deviation over folds, divided by
    the square root of their number. With one fold there is none.

    Parameters
    ----------
    Cs : float array, shape (m,)
        Inverse penalties, above zero, rising.
    log_losses, accuracies : float arrays, shape (folds, m)
        Of the rows held out: log loss in nats, and share correctly classified. A C with a NaN is
        left out.
    chosen : float
        The one of the C that was taken.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, one above the other.

    Raises
    ------
    LinocutError
        If the shapes do not agree, the C do not rise from above zero, or ``chosen`` is none of
        them.

    Examples
    --------
    >>> losses = [[0.9, 0.5, 0.4, 0.8], [0.8, 0.3, 0.3, 0.6]]
    >>> accuracies = [[0.8, 0.9, 0.9, 0.8], [0.8, 0.9, 1.0, 0.9]]
    >>> figure = plot_cross_validation([0.1, 1, 10, 100], losses, accuracies, chosen=1)
    >>> figure.axes[0].get_title(loc="left")
    'Within one standard error of the best: C = 1'
    """
    folds = np.array(log_losses, dtype=np.float64), np.array(accuracies, dtype=np.float64)
    at = np.asarray(Cs, dtype=np.float64)
    if folds[0].ndim != 2 or folds[0].shape != folds[1].shape or at.shape != folds[0].shape[1:]:
        raise LinocutError(
            f"Cs of shape {at.shape}, log_losses of shape {folds[0].shape}, accuracies of shape "
            f"{folds[1].shape} — they must be (m,), (folds, m) and (folds, m)"
        )
    whole = ~np.isnan(folds[0] + folds[1]).any(axis=0)
    at, (losses, shares) = at[whole], (values[:, whole] for values in folds)
    n_folds = len(losses)
    curve = Curve(
        "held out", "held-out images", ACCENT, shares.mean(axis=0), losses.mean(axis=0),
        _standard_error(shares), _standard_error(losses),
    )  # fmt: skip
    at = _checked(at, [curve])
    if chosen not in at:
        raise LinocutError(f"chosen={chosen!r} — one of the C: {', '.join(f'{C:g}' for C in at)}")
    figure, above, below = _panels(at, [curve])
    best, taken = int(curve.loss.argmin()), int(np.flatnonzero(at == chosen)[0])
    if best != taken:
        _mark((above, below), at[best], best, INK, hollow=True)
        _name(above, at, best, f"best {number(curve.loss[best])}", INK, right=best > taken)
    _mark((above, below), at[taken], taken, ACCENT)
    name = f"chosen {number(curve.loss[taken])}"
    _name(above, at, taken, name, ACCENT, right=taken >= best)
    title = f"Within one standard error of the best: C = {_power(chosen)}"
    if best == taken:
        title = _lowest(at, best, "Held-out", curve)
    band = "" if n_folds == 1 else f"; band: ± 1 standard error, {n_folds} folds"
    head(above.axes, title, f"log loss, nats (logarithmic){band}")
    _tell_accuracy(below.axes, at, curve, float(chosen))
    return figure


def plot_probe(
    Cs: ArrayLike,
    judged: Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]],
    *,
    chosen: float,
) -> Figure:
    """Draw log loss and accuracy of a linear probe against C, and mark the chosen C.

    The bands are 95 % intervals of the accuracies.

    Parameters
    ----------
    Cs : float array, shape (m,)
        Inverse penalties, above zero, rising.
    judged : mapping
        By name ("test", "held out") the log losses in nats, shape (m,), accuracies, shape (m,), and
        the ends of their intervals, shape (m, 2). The last one is that which C was chosen by.
    chosen : float
        The one of the C that was taken.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels, one above the other.

    Raises
    ------
    LinocutError
        If the shapes do not agree, the C do not rise from above zero, or ``chosen`` is none of
        them.

    Examples
    --------
    >>> intervals = [[0.7, 0.9], [0.85, 0.95], [0.8, 0.94]]
    >>> held_out = [1.2, 0.5, 0.7], [0.8, 0.9, 0.88], intervals
    >>> figure = plot_probe([0.1, 1, 10], {"held out": held_out}, chosen=1)
    >>> figure.axes[1].get_title(loc="left")
    'C = 1: 90.0 % of held-out rows correct'
    """
    at = np.asarray(Cs, dtype=np.float64)
    colours = (ACCENT,) if len(judged) == 1 else (INK, ACCENT)
    curves = [
        Curve(
            name, f"{name.replace(' ', '-')} rows", colour,
            np.asarray(shares, dtype=np.float64), np.asarray(losses, dtype=np.float64),
            accuracy_interval=np.asarray(intervals, dtype=np.float64),
        )
        for colour, (name, (losses, shares, intervals)) in zip(colours, judged.items(), strict=True)
    ]  # fmt: skip
    at = _checked(at, curves)
    if chosen not in at:
        raise LinocutError(f"chosen={chosen!r} — one of the C: {', '.join(f'{C:g}' for C in at)}")
    figure, above, below = _panels(at, curves)
    taken, last = int(np.flatnonzero(at == chosen)[0]), curves[-1]
    _mark((above, below), at[taken], taken, ACCENT)
    best = int(last.loss.argmin())
    told = f"chosen {number(last.loss[taken])}"
    _name(above, at, taken, told, ACCENT, right=taken <= best, up=taken != best)
    head(
        above.axes, _lowest(at, best, last.name.replace(" ", "-").capitalize(), last), ROW_LOSS_UNIT
    )
    share = percent(float(last.accuracy[taken]))
    title = f"C = {_power(chosen)}: {share} % of {last.what} correct"
    head(below.axes, title, ROW_ACCURACY_UNIT)
    return figure


def _checked(Cs: ArrayLike, curves: list[Curve]) -> Floats:
    at = np.asarray(Cs, dtype=np.float64)
    shapes = {values.shape for curve in curves for values in (curve.loss, curve.accuracy)}
    if at.ndim != 1 or len(at) == 0 or shapes != {at.shape}:
        raise LinocutError(
            f"Cs of shape {at.shape}, losses and accuracies of shape "
            f"{', '.join(map(str, sorted(shapes)))} — all must be (m,), m at least 1"
        )
    if not (np.all(np.isfinite(at)) and at[0] > 0 and np.all(np.diff(at) > 0)):
        raise LinocutError(f"Cs={at.tolist()} — they must rise, from above zero")
    return at


def _standard_error(values: Floats) -> Floats | None:
    if len(values) == 1:
        return None
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))


@dataclass(frozen=True, eq=False)
class _Panel:
    axes: Axes
    heights: Floats  # of the curve that is marked, on the axis


def _panels(at: Floats, curves: list[Curve]) -> tuple[Figure, _Panel, _Panel]:
    figure = Figure(figsize=SIZE, layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    below.set_xscale("log")
    losses = draw_loss(above, at, curves)
    low, high = above.get_ylim()
    above.set_ylim(low - ROOM_BELOW * (high - low), high)
    accuracies = draw_accuracy(below, at, curves)
    _mark_penalties(below, at)
    return figure, _Panel(above, losses[-1]), _Panel(below, accuracies[-1])


def _mark_penalties(axes: Axes, at: Floats) -> None:
    first, last = at[0], at[-1]
    if first == last:
        first, last = first / 3, last * 3
    axes.set_xlim(first, last)
    powers = np.arange(math.ceil(np.log10(first) - 1e-9), math.floor(np.log10(last) + 1e-9) + 1)
    ticks = 10.0 ** powers[:: max(1, math.ceil(len(powers) / MOST_TICKS))]
    if len(ticks) < 2:
        ticks = at[:: max(1, math.ceil(len(at) / MOST_TICKS))]
    axes.set_xticks(ticks, [_power(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(
        "C, the inverse of the penalty (logarithmic)\n← more penalty · less penalty →",
        color=SOFT, fontsize=LETTERS,
    )  # fmt: skip


def _mark(
    panels: tuple[_Panel, ...], C: float, i: int, colour: str, *, hollow: bool = False
) -> None:
    """Mark one C on the curves of all panels."""
    for panel in panels:
        panel.axes.axvline(C, color=SOFT, linewidth=0.8, linestyle=(0, (2, 3)), zorder=1)
        panel.axes.plot(
            C, panel.heights[i], "o", markersize=8, markeredgewidth=2, zorder=5, clip_on=False,
            color=colour, markerfacecolor=PAPER if hollow else colour,
        )  # fmt: skip


def _name(
    panel: _Panel, at: Floats, i: int, text: str, colour: str, *, right: bool, up: bool = False
) -> None:
    # Below the valley, or above a slope, where no curve is; and on the other side where the panel
    # ends.
    share = float(np.log(at[i] / at[0]) / max(np.log(at[-1] / at[0]), 1e-9))
    right = (right or share < 0.25) and share <= 0.75
    panel.axes.annotate(
        text, (at[i], panel.heights[i]), xytext=(8 if right else -8, 14 if up else -14),
        textcoords="offset points", ha="left" if right else "right", va="center",
        fontsize=LETTERS, fontweight="bold", color=colour,
    )  # fmt: skip


def _lowest(at: Floats, best: int, name: str, curve: Curve) -> str:
    if best == len(at) - 1 and len(at) > 1:
        return f"{name} loss still falls at the largest C tried"
    if best == 0 and len(at) > 1:
        return f"{name} loss is lowest at the smallest C tried"
    return f"{name} loss is lowest at C = {_power(at[best])}: {number(curve.loss[best])}"


def _tell_accuracy(axes: Axes, at: Floats, curve: Curve, C: float) -> None:
    share = percent(float(curve.accuracy[np.flatnonzero(at == C)[0]]))
    head(axes, f"{share} % of {curve.what} correctly classified at C = {_power(C)}", ACCURACY_UNIT)


def _power(C: float) -> str:
    """Write a number for a title: 0.01 to 100 as they are, others with a power of ten.

    Examples
    --------
    >>> _power(0.1), _power(1e-7), _power(3.1623e-6)
    ('0.1', '10⁻⁷', '3.16·10⁻⁶')
    """
    if 0.01 <= C < 1000:
        return f"{C:.3g}"
    digits, power = f"{C:.2e}".split("e")
    raised = f"10{str(int(power)).translate(RAISED)}"
    short = f"{float(digits):g}"
    return raised if short == "1" else f"{short}·{raised}"
