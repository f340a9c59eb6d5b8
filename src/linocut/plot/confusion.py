"""The confusion matrix: counts, shares of its rows or columns, errors only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import panel
from linocut.plot.colours import SOFT, right, text_on, wrong
from linocut.plot.fonts import ClassLabels, class_labels

NUMBERED = 30  # classes; beyond it numbers would be too small to read
FORMS = {
    "counts": "Counts",
    "rows": "Shares of the row, %",
    "columns": "Shares of the column, %",
    "errors": "Mistakes",
}


def plot_confusion(confusion: ArrayLike, class_names: Sequence[str]) -> Figure:
    """Draw a confusion matrix twice: as counts and as shares of each row.

    The colour is the share of the row in both: grey on the diagonal, brown beside it, where
    the darkest brown is the largest share that any mistake has.

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
    n_classes = len(class_names)
    counts = _checked(confusion, n_classes)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    colours = _colours(shares)
    labels = class_labels(class_names)
    side = _side(n_classes)
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


def plot_confusion_matrix(
    confusion: ArrayLike,
    class_names: Sequence[str],
    *,
    show: str = "counts",
    ax: Axes | None = None,
) -> Figure:
    """Draw a confusion matrix once.

    Parameters
    ----------
    confusion : int array, shape (K, K)
        Counts; row = true class, column = predicted class.
    class_names : sequence of K str
        The classes.
    show : "counts", "rows", "columns" or "errors"
        Counts, shares of each row or of each column, or the counts of mistakes alone.
    ax : matplotlib Axes, optional
        Where to draw it; a figure of its own if not given.

    Raises
    ------
    LinocutError
        If the matrix is not (K, K), or there is no such form.

    Examples
    --------
    >>> figure = plot_confusion_matrix([[9, 1], [0, 10]], ["cat", "dog"], show="errors")
    >>> figure.axes[0].get_title(loc="left")
    'Mistakes'
    """
    counts = _checked(confusion, len(class_names))
    if show not in FORMS:
        raise LinocutError(f"show={show!r} — it is one of {', '.join(FORMS)}")
    labels = class_labels(class_names)
    side = _side(len(counts))
    margin = 0.9 + 0.075 * labels.longest
    figure, axes = panel(ax, (side + margin + 0.3, side + margin + 0.6))
    if ax is not None:
        side = ax.get_window_extent().width / figure.dpi
    colours, texts, caption = _form(counts, show)
    _draw(axes, colours, texts, labels, 72 * side / len(counts))
    axes.set_title(FORMS[show], loc="left", fontweight="bold")
    note = "\n".join(part for part in (*caption, labels.note) if part)
    axes.set_xlabel(f"predicted class\n{note}" if ax is not None else "predicted class")
    if ax is None:
        figure.supxlabel(note, fontsize=8, color=SOFT)
    return figure


def _form(
    counts: NDArray[np.int64], show: str
) -> tuple[NDArray[np.float64], list[list[str]], tuple[str, ...]]:
    """Return the colours, the texts and the caption of one form of the matrix."""
    if show == "errors":
        errors = counts - np.diag(np.diag(counts))
        colours = wrong()(errors / max(errors.max(), 1))
        colours[np.eye(len(counts), dtype=bool)] = right()(0.12)
        texts = [[_count(n) for n in row] for row in errors]
        for k, row in enumerate(texts):
            row[k] = ""
        return colours, texts, _told_of_errors(errors)
    axis = 0 if show == "columns" else 1
    shares = counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)
    written = [[_count(n) for n in row] for row in counts]
    if show != "counts":
        written = [[_share(p) for p in row] for row in shares]
    line = "column" if axis == 0 else "row"
    return _colours(shares), written, tuple(_caption(shares, line).split(". ", 1))


def _told_of_errors(errors: NDArray[np.int64]) -> tuple[str, ...]:
    if not errors.any():
        return ("None is misclassified.",)
    return (f"{errors.sum():,} mistakes, the darker the more of them.",)


def _side(n_classes: int) -> float:
    return float(np.clip(0.46 * n_classes, 2.4, 13))


def _checked(confusion: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    counts = np.asarray(confusion)
    if counts.shape != (n_classes, n_classes) or n_classes == 0:
        raise LinocutError(
            f"a confusion matrix of shape {counts.shape} for {n_classes} classes — it must be "
            "(K, K), K being the number of classes"
        )
    return counts


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
    name_cells(axes, labels.texts)
    for name in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        name.set_fontfamily(list(labels.families))
        name.set_fontsize(min(0.35 * size, 11))
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")


def name_cells(axes: Axes, names: Sequence[str], *, line: float = 1) -> None:
    """Name the rows and columns of a matrix of classes, and part its cells by white lines."""
    turned = max(map(len, names)) > 3
    axes.set_xticks(
        range(len(names)),
        names,
        rotation=45 if turned else 0,
        ha="right" if turned else "center",
        rotation_mode="anchor" if turned else "default",
    )
    axes.set_yticks(range(len(names)), names)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(np.arange(len(names) - 1) + 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=line)
    axes.tick_params(length=0, which="both")
    axes.spines[:].set_visible(False)


def _count(n: int) -> str:
    return str(n) if n else "·"


def _share(share: float) -> str:
    if share == 0:
        return "·"
    if share == 1:
        return "100"
    return f"{min(100 * share, 99.9):.1f}" if share >= 0.0005 else "<.1"


def _caption(shares: NDArray[np.float64], line: str = "row") -> str:
    most = shares[~np.eye(len(shares), dtype=bool)].max(initial=0)
    if most == 0:
        return "Every image lies on the diagonal: none is misclassified."
    return (
        "On the diagonal: correctly classified. Brown: mistakes, the darker the larger their share "
        f"of the {line}, up to {100 * most:.1f} %."
    )
