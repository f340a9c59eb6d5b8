"""The race as a picture: relative distance to the optimum against seconds, a panel a task.

One column of panels with large type, so that a phone shows it as it is; each curve carries its
name at its end instead of a legend.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import NDArray

from benchmarks.race.results import OURS, Mark, Race, TaskNote
from linocut.plot.colours import ACCENT, INK, RULE, SOFT

WIDTH = 6.0  # inches: on a phone 65 pixels each, which leaves 10 points about 9 pixels tall
LEFT, RIGHT = 0.62, 2.15  # inches for the ticks and for the names
TOP, BELOW = 0.5, 0.62  # inches for the title and for the seconds
ROW = 0.185  # inches between two names
LOWEST = 3e-8  # nearer is drawn as this near
# One hue a package; a package's own methods differ by their marks.
HUES = {
    "linocut": ACCENT,
    "scikit-learn": "#2f5d8a",
    "scikit-learn-intelex": "#2f8f8a",
    "Cyanure": "#7a4b94",
    "PyTorch": "#a8741a",
    "skglm": "#4f7d32",
}
MARKS = {"lbfgs": "o", "newton-cg": "s", "newton-cholesky": "D", "saga": "^", "liblinear": "v"}
MARKS |= {"catalyst-miso": "^", "qning-miso": "o"}


def plot_race(race: Race) -> Figure:
    """Draw all tasks of a race, one below the other."""
    heights = [_height(len(race.contenders(task))) for task in race.tasks]
    total = sum(heights)
    figure = Figure(figsize=(WIDTH, total), facecolor="white")
    used = 0.0
    for task, height in zip(race.tasks, heights, strict=True):
        box = (
            LEFT / WIDTH,
            (total - used - height + BELOW) / total,
            (WIDTH - LEFT - RIGHT) / WIDTH,
            (height - TOP - BELOW) / total,
        )
        _draw(figure.add_axes(box), race, task)
        used += height
    return figure


def _height(names: int) -> float:
    return TOP + BELOW + max(2.9, ROW * (names + 1))


def _draw(axes: Axes, race: Race, task: TaskNote) -> None:
    curves = {name: _frontier(race.curve(task, name)) for name in race.contenders(task)}
    axes.set_xscale("log")
    axes.set_yscale("log")
    seconds = np.concatenate([curve[0] for curve in curves.values()])
    distances = np.concatenate([curve[1] for curve in curves.values()])
    axes.set_xlim(seconds.min() / 1.4, seconds.max() * 1.4)
    highest = min(distances.max() * 2, 2.0)
    axes.set_ylim(max(LOWEST / 2, distances.min() / 3), max(highest, 10 * distances.min()))
    for name, (x, y) in sorted(curves.items(), key=lambda item: item[0] == OURS):
        _line(axes, name, x, y)
    _name_ends(axes, curves)
    _dress(axes, task)


def _line(axes: Axes, name: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    ours = name == OURS
    method = next((mark for word, mark in MARKS.items() if word in name), "o")
    axes.plot(
        x, y,
        color=_hue(name), linewidth=2.6 if ours else 1.1, marker=method,
        markersize=5.5 if ours else 3.2, markeredgewidth=0, linestyle=_dash(name),
        zorder=4 if ours else 3, alpha=1 if ours else 0.9,
    )  # fmt: skip


def _name_ends(
    axes: Axes, curves: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
) -> None:
    """Write the names beside the panel, as near the height of their curves' ends as they fit."""
    figure = axes.figure
    height = axes.get_position().height * figure.get_figheight()
    to_share = axes.transAxes.inverted()
    ends = {name: (x[-1], y[-1]) for name, (x, y) in curves.items()}
    shares = {name: to_share.transform(axes.transData.transform(end)) for name, end in ends.items()}
    # Ends at one height: the one farther right has the shorter way and is named first, above.
    names = sorted(shares, key=lambda name: (-round(shares[name][1], 2), -shares[name][0]))
    at = _spread(np.array([shares[name][1] for name in names]), ROW / height)
    for name, share in zip(names, at, strict=True):
        x, y = shares[name]
        hue = _hue(name)
        axes.add_line(
            Line2D([x, 1.0, 1.045], [y, share, share], transform=axes.transAxes, color=hue,
                   linewidth=0.6, alpha=0.55, clip_on=False, zorder=2)
        )  # fmt: skip
        axes.text(
            1.06, share, _short(name), transform=axes.transAxes, va="center", ha="left",
            color=hue, fontsize=11 if name == OURS else 9.5,
            fontweight="bold" if name == OURS else "normal",
        )  # fmt: skip


def _spread(at: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Move heights, given from high to low, apart by at least ``gap`` and by little in all.

    Examples
    --------
    >>> _spread(np.array([0.5, 0.5]), 0.1).round(2).tolist()
    [0.55, 0.45]
    """
    # Heights that touch form a group around the mean of their wishes; groups that touch merge.
    groups: list[list[float]] = []
    for height in at:
        groups.append([float(height)])
        while len(groups) > 1 and _bottom(groups[-2], gap) - _top(groups[-1], gap) < gap - 1e-12:
            last = groups.pop()
            groups[-1] += last
    found = [
        _top(group, gap) - position * gap for group in groups for position in range(len(group))
    ]
    return np.array(found)


def _top(group: list[float], gap: float) -> float:
    top = float(np.mean(group)) + gap * (len(group) - 1) / 2
    # Within the panel, as far as the group has room.
    return max(min(top, 1.0), gap * (len(group) - 1))


def _bottom(group: list[float], gap: float) -> float:
    return _top(group, gap) - gap * (len(group) - 1)


def _dress(axes: Axes, task: TaskNote) -> None:
    axes.set_title(task.title, loc="left", fontsize=12, fontweight="bold", color=INK, pad=17)
    shape = f"{task.rows:,} × {task.features:,}, {task.classes:,} classes, C = {task.C:g}"
    axes.text(0, 1.02, shape, transform=axes.transAxes, fontsize=9.5, color=SOFT, va="bottom")
    axes.set_xlabel("seconds", fontsize=10, color=INK)
    axes.set_ylabel("above the optimum, relative", fontsize=10, color=INK)
    first, last = axes.get_xlim()
    few = last / first < 100
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    low, high = axes.get_ylim()
    powers = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
    step = 2 if len(powers) > 5 else 1
    axes.set_yticks(10.0 ** powers[powers % step == 0])
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(length=0, which="both", labelsize=10, labelcolor=INK)


def _frontier(curve: list[Mark]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds and the least distance reached by then: a later, worse setting is no loss."""
    ordered = sorted(curve, key=lambda mark: mark.seconds)
    x = np.array([mark.seconds for mark in ordered])
    y = np.minimum.accumulate([max(mark.distance, LOWEST) for mark in ordered])
    return x, y


def _hue(name: str) -> str:
    return HUES.get(name.partition(" ")[0], SOFT)


def _dash(name: str) -> str:
    return "--" if "float64" in name else "-"


def _short(name: str) -> str:
    return name.replace("scikit-learn-intelex", "intelex").replace("float", "f")
