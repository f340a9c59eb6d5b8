"""The confusion matrix, as counts and as shares of each row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.colours import SOFT, right, text_on, wrong
from linocut.plot.fonts import ClassLabels, class_labels

NUMBERED = 30  # classes; beyond it numbers would be too small to read


def plot_confusion(confusion: ArrayLike, class_names: Sequence[str]) -> Figure:
    """Draw a confusion matrix twice: as counts and as shares of each row.

    The colour is the share of the row in both: blue-grey on the diagonal, red beside it, where
    the darkest red is the largest share that any mistake has.

    Parameters
    ----------
    confusion : int array, shape (K, K)
        Counts; row = true class, column = predicted class.
    class_names : sequence of K str
        The classes.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels.

    Raises
    ------
    LinocutError
        If the matrix is not (K, K).

    Examples
    --------
    >>> figure = plot_confusion([[9, 1], [0, 10]], ["cat", "dog"])
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['Counts', 'Shares of the row, %']
    """
    counts = np.asarray(confusion)
    n_classes = len(class_names)
    if counts.shape != (n_classes, n_classes) or n_classes == 0:
        raise LinocutError(
            f"a confusion matrix of shape {counts.shape} for {n_classes} classes — it must be "
            "(K, K), K being the number of classes"
        )
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    colours = _colours(shares)
    labels = class_labels(class_names)
    side = float(np.clip(0.46 * n_classes, 2.4, 13))
    margin = 0.9 + 0.075 * labels.longest
    figure = Figure(figsize=(2 * (side + margin), side + margin + 0.5), layout="constrained")
    panels = figure.subplots(1, 2)
    size = 72 * side / n_classes  # of a cell, in points
    _draw(panels[0], colours, [[_count(n) for n in row] for row in counts], labels, size)
    _draw(panels[1], colours, [[_share(p) for p in row] for row in shares], labels, size)
    panels[0].set_title("Counts", loc="left", fontweight="bold")
    panels[1].set_title("Shares of the row, %", loc="left", fontweight="bold")
    figure.supxlabel(_caption(shares) + ("\n" + labels.note if labels.note else ""),
                     fontsize=9, color=SOFT)  # fmt: skip
    return figure


def _colours(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    diagonal = np.eye(len(shares), dtype=bool)
    most = shares[~diagonal].max(initial=0)
    return np.where(diagonal[..., None], right()(shares), wrong()(shares / (most or 1)))


def _draw(
    axes: Axes,
    colours: NDArray[np.float64],
    texts: list[list[str]],
    labels: ClassLabels,
    size: float,
) -> None:
    n_classes = len(colours)
    axes.imshow(colours, interpolation="nearest")
    if n_classes <= NUMBERED:
        for i, row in enumerate(texts):
            for j, text in enumerate(row):
                colour = text_on(colours[i, j])
                axes.text(
                    j, i, text, ha="center", va="center", fontsize=min(0.3 * size, 11), color=colour
                )
    turned = labels.longest > 3
    axes.set_xticks(
        range(n_classes),
        labels.texts,
        rotation=45 if turned else 0,
        ha="right" if turned else "center",
        rotation_mode="anchor" if turned else "default",
    )
    axes.set_yticks(range(n_classes), labels.texts)
    for name in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        name.set_fontfamily(list(labels.families))
        name.set_fontsize(min(0.35 * size, 11))
    axes.set_xticks(np.arange(n_classes - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(n_classes - 1) + 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(length=0, which="both")
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")


def _count(n: int) -> str:
    return str(n) if n else "·"


def _share(share: float) -> str:
    if share == 0:
        return "·"
    if share == 1:
        return "100"
    return f"{min(100 * share, 99.9):.1f}" if share >= 0.0005 else "<.1"


def _caption(shares: NDArray[np.float64]) -> str:
    most = shares[~np.eye(len(shares), dtype=bool)].max(initial=0)
    if most == 0:
        return "Every image lies on the diagonal: none is misclassified."
    return (
        "On the diagonal: correctly classified. Red: mistakes, the darker the larger their share "
        f"of the row, up to {100 * most:.1f} %."
    )
