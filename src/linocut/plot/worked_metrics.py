"""A confusion matrix parted into the four regions of one class, and the arithmetic beside it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import figure_of
from linocut.plot.colours import ACCENT, COLOURS, INK, SOFT, text_on, wrong
from linocut.plot.confusion import name_cells
from linocut.plot.fonts import class_labels

MOST = 16  # classes whose cells are drawn; of more, the class and all others
LETTERS = 9.5  # points
REGIONS = ("TP", "FN", "FP", "TN")
FILLS = {
    "TP": to_rgba(ACCENT),
    "FN": tuple(wrong()(0.75)),
    "FP": tuple(wrong()(0.3)),
    "TN": to_rgba(COLOURS["wash"]),
}
LINE = 0.052  # of the height of the panel of texts


def plot_worked_metrics(
    confusion: ArrayLike,
    class_names: Sequence[str],
    position: int,
    calculations: Sequence[tuple[str, str, str, float]],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Draw the four regions of one class in a confusion matrix, and how its figures follow.

    Parameters
    ----------
    confusion : int array, shape (K, K)
        Counts; row = true class, column = predicted class.
    class_names : sequence of K str
        The classes.
    position : int
        Of the class among them.
    calculations : sequence of (str, str, str, float)
        Name, formula, the same with the numbers put in, and result (NaN if not defined).
    ax : matplotlib Axes, optional
        Where to draw the matrix alone.

    Raises
    ------
    LinocutError
        If the matrix is not (K, K).

    Examples
    --------
    >>> figure = plot_worked_metrics(
    ...     [[9, 1], [0, 10]], ["cat", "dog"], 0, [("recall", "TP / (TP + FN)", "9 / 10", 0.9)]
    ... )
    >>> figure.axes[0].get_title(loc="left")
    'cat against the rest'
    """
    counts = np.asarray(confusion)
    K = len(class_names)
    if counts.shape != (K, K) or K < 2:
        raise LinocutError(f"a confusion matrix of shape {counts.shape} for {K} classes — (K, K)")
    regions = _regions(K, position)
    sums = {name: int(counts[regions == at].sum()) for at, name in enumerate(REGIONS)}
    names, place = list(class_names), position
    if K > MOST:
        counts = np.array([[sums["TP"], sums["FN"]], [sums["FP"], sums["TN"]]])
        names, place = [class_names[position], "others"], 0
        regions = _regions(2, 0)
    labels = class_labels(names)
    if ax is not None:
        _matrix(ax, counts, regions, place, labels.texts)
        return figure_of(ax)
    side = float(np.clip(0.42 * len(names), 3.2, 5.4))
    figure = Figure(figsize=(side + 0.8 + 5.6, side + 1.7), layout="constrained")
    matrix, texts = figure.subplots(1, 2, width_ratios=[side + 0.8, 5.6])
    _matrix(matrix, counts, regions, place, labels.texts)
    _texts(texts, labels.texts[place], sums, calculations)
    labels.finish(figure)
    return figure


def _regions(K: int, position: int) -> NDArray[np.int64]:
    """Return which of the four regions each cell lies in, (K, K)."""
    regions = np.full((K, K), REGIONS.index("TN"))
    regions[position] = REGIONS.index("FN")
    regions[:, position] = REGIONS.index("FP")
    regions[position, position] = REGIONS.index("TP")
    return regions


def _matrix(
    axes: Axes,
    counts: NDArray[np.int64],
    regions: NDArray[np.int64],
    place: int,
    names: Sequence[str],
) -> None:
    K = len(counts)
    fills = np.array([FILLS[name] for name in REGIONS])
    axes.imshow(fills[regions], interpolation="nearest")
    size = 11 if K <= 6 else 8.5 if K <= 12 else 7
    for (i, j), n in np.ndenumerate(counts):
        on_diagonal = i == j
        axes.text(
            j, i, f"{n}" if n else "·", ha="center", va="center", fontsize=size,
            color=text_on(fills[regions[i, j]]),
            fontweight="bold" if on_diagonal and i == place else "normal",
        )  # fmt: skip
    name_cells(axes, names, line=0.8)
    axes.add_patch(Rectangle((place - 0.5, -0.5), 1, K, fill=False, edgecolor=INK, linewidth=1.2))
    axes.add_patch(Rectangle((-0.5, place - 0.5), K, 1, fill=False, edgecolor=INK, linewidth=1.2))
    for name in (axes.get_xticklabels()[place], axes.get_yticklabels()[place]):
        name.set_fontweight("bold")
    # Each region is named where it leaves the matrix.
    axes.annotate("FN", (K - 0.5, place), xytext=(4, 0), textcoords="offset points", va="center",
                  fontsize=LETTERS, fontweight="bold", annotation_clip=False)  # fmt: skip
    axes.annotate("FP", (place, -0.5), xytext=(0, 3), textcoords="offset points", ha="center",
                  fontsize=LETTERS, fontweight="bold", annotation_clip=False)  # fmt: skip
    axes.tick_params(labelsize=LETTERS)
    axes.set_xlabel("predicted class", fontsize=LETTERS, color=SOFT)
    axes.set_ylabel("true class", fontsize=LETTERS, color=SOFT)
    axes.set_title(f"{names[place]} against the rest", loc="left", fontsize=LETTERS + 2,
                   fontweight="bold", pad=20)  # fmt: skip


def _texts(
    axes: Axes,
    name: str,
    sums: dict[str, int],
    calculations: Sequence[tuple[str, str, str, float]],
) -> None:
    axes.set_axis_off()
    meanings = {
        "TP": f"true positives: {name} classified as {name}",
        "FN": f"false negatives: {name} classified as another",
        "FP": f"false positives: another classified as {name}",
        "TN": "true negatives: all the rest",
    }
    at = 0.99
    for region in REGIONS:
        axes.add_patch(
            Rectangle((0, at - 0.042), 0.035, 0.04, transform=axes.transAxes,
                      facecolor=FILLS[region], edgecolor=SOFT, linewidth=0.5)
        )  # fmt: skip
        axes.text(0.05, at, f"{region} = {sums[region]:,}", transform=axes.transAxes, va="top",
                  fontsize=LETTERS, fontweight="bold")  # fmt: skip
        axes.text(0.37, at, meanings[region], transform=axes.transAxes, va="top",
                  fontsize=LETTERS - 0.5, color=SOFT)  # fmt: skip
        at -= 1.15 * LINE
    at -= 0.6 * LINE
    step = (at - 0.01) / max(len(calculations), 1)
    for title, formula, numbers, result in calculations:
        shown = f"{100 * result:.2f} %" if np.isfinite(result) else "not defined: division by 0"
        axes.text(0, at, title, transform=axes.transAxes, va="top", fontsize=LETTERS,
                  fontweight="bold", color=INK)  # fmt: skip
        axes.text(0.37, at, f"= {formula}\n= {numbers} = {shown}", transform=axes.transAxes,
                  va="top", fontsize=LETTERS - 0.5, color=INK, linespacing=1.25)  # fmt: skip
        at -= step
