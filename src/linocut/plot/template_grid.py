"""Templates in a grid of rows and columns, in grey or in the colours of evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.colours import SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import draw_signed, frame, scale

TILE = 1.45  # inches


def plot_template_grid(
    templates: ArrayLike,
    class_names: Sequence[str],
    *,
    grid: tuple[int, int],
    limit: float,
    unit: str,
    grey: bool = False,
) -> Figure:
    """Draw one template a class, row by row.

    Parameters
    ----------
    templates : float array, shape (K, h, w) or (K, h, w, 3)
        Weights as images; those of three planes are drawn as one colour a pixel, zero as mid grey.
    class_names : sequence of K str
        The classes.
    grid : (int, int)
        Rows and columns; as many tiles as there are classes, or more.
    limit : float
        Absolute weight at full colour.
    unit : str
        Of a weight.
    grey : bool
        From black (least) over grey (zero) to white, as many tutorials draw them; otherwise blue
        below zero and red above.

    Raises
    ------
    LinocutError
        If there is no room for all, or shapes do not agree.

    Examples
    --------
    >>> weights = np.random.default_rng(0).normal(size=(3, 8, 8))
    >>> figure = plot_template_grid(weights, "abc", grid=(2, 2), limit=2.0, unit="log-odds")
    >>> [axes.get_title() for axes in figure.axes[:3]]
    ['a', 'b', 'c']
    """
    W = np.asarray(templates, np.float64)
    rows, columns = grid
    if W.ndim not in {3, 4} or len(W) != len(class_names):
        raise LinocutError(
            f"templates of shape {W.shape} for {len(class_names)} classes — (K, h, w), one a class"
        )
    if rows < 1 or columns < 1 or rows * columns < len(W):
        raise LinocutError(
            f"a grid of {rows}x{columns} for {len(W)} classes — it must have room for all"
        )
    high = TILE * W.shape[1] / W.shape[2] + 0.32
    figure = Figure(figsize=(TILE * columns + 1.3, high * rows + 0.4), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    labels = class_labels(class_names)
    for axes, image, text in zip(panels, W, labels.texts, strict=False):
        if grey and image.ndim == 2:
            drawn = axes.imshow(
                image, cmap="gray", vmin=-limit, vmax=limit, interpolation="nearest"
            )
            frame(axes)
        else:
            drawn = draw_signed(axes, image, limit)
        axes.set_title(text, fontsize=11, family=labels.families)
    for axes in panels[len(W) :]:
        axes.axis("off")
    scale(figure, drawn, list(panels))
    note = labels.note or unit
    figure.supxlabel(note, fontsize=9, color=SOFT)
    return figure
