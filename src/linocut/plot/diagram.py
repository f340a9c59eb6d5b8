"""A linear model as a diagram, from the pixels of one image to the probabilities of all classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch, Rectangle
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import draw_ink, draw_signed, signed

MOST = 20  # classes drawn, those with the largest scores
ROW = 0.72  # inches a class
WIDTH = 8.4
LETTERS = 10


def plot_diagram(
    image: ArrayLike,
    weights: ArrayLike,
    scores: ArrayLike,
    probabilities: ArrayLike,
    class_names: Sequence[str],
    *,
    limit: float,
) -> Figure:
    """Draw pixels, one template a class, scores and probabilities from left to right.

    Of more than 20 classes, those with the largest scores are drawn.

    Parameters
    ----------
    image : float array, shape (h, w) or (h, w, 3)
        Pixels.
    weights : float array, shape (K, h, w) or (K, h, w, 3)
        One template a class; in colour, zero is mid grey.
    scores, probabilities : float arrays, shape (K,)
        What comes of them.
    class_names : sequence of K str
        The classes.
    limit : float
        Absolute weight at full colour.

    Raises
    ------
    LinocutError
        If shapes do not agree.

    Examples
    --------
    >>> W = np.ones((2, 4, 4))
    >>> figure = plot_diagram(np.eye(4), W, [1.0, 0.0], [0.73, 0.27], "ab", limit=1.0)
    >>> sum(text.get_text() == "73.0 %" for text in figure.texts)
    1
    """
    W, Z, P = (np.asarray(values, np.float64) for values in (weights, scores, probabilities))
    if W.ndim not in {3, 4} or not len(W) == len(Z) == len(P) == len(class_names):
        raise LinocutError(
            f"weights of shape {W.shape}, {len(Z)} scores, {len(P)} probabilities and "
            f"{len(class_names)} classes — one of each a class"
        )
    shown = np.sort(np.argsort(-Z)[:MOST])
    labels = class_labels([class_names[k] for k in shown], class_names)
    n, top = len(shown), int(P.argmax())
    height = ROW * n + 0.85
    figure = Figure(figsize=(WIDTH, height))

    def y(row: float) -> float:
        return (height - 0.6 - ROW * row) / height

    side = min(2.0, ROW * n)
    pixels = figure.add_axes((0.03, y(n / 2) - side / 2 / height, side / WIDTH, side / height))
    draw_ink(pixels, image)
    for text, x in (("pixels", 0.03), ("× weights, summed", 0.395), ("score", 0.6),
                    ("probability", 0.7)):  # fmt: skip
        figure.text(x, y(-0.35), text, fontsize=LETTERS, color=SOFT)
    for row, k in enumerate(shown):
        tile = figure.add_axes((0.44, y(row + 0.94), 0.88 * ROW / WIDTH, 0.88 * ROW / height))
        draw_signed(tile, W[k], limit)
        colour = ACCENT if k == top else INK
        middle = y(row + 0.5)
        figure.add_artist(
            ConnectionPatch(
                (1, 0.5), (0, 0.5), pixels.transAxes, tile.transAxes, color=RULE, linewidth=1.1
            )
        )
        bold = "bold" if k == top else "normal"
        look: dict[str, Any] = {"va": "center", "color": colour, "fontweight": bold}
        figure.text(0.655, middle, signed(Z[k]), ha="right",
                    fontsize=LETTERS, **look)  # fmt: skip
        figure.add_artist(
            ConnectionPatch(
                (1, 0.5), (0.585, middle), tile.transAxes, figure.transFigure, color=RULE,
                linewidth=1.1,
            )
        )  # fmt: skip
        figure.add_artist(
            Rectangle((0.7, middle - 0.012), 0.17 * P[k], 0.024, color=colour,
                      transform=figure.transFigure)
        )  # fmt: skip
        figure.text(0.7 + 0.17 * P[k] + 0.008, middle, f"{100 * P[k]:.1f} %", fontsize=LETTERS,
                    **look)  # fmt: skip
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        figure.text(0.425, middle, labels.texts[row], ha="right", fontsize=LETTERS + 1,
                    family=labels.families, bbox=paper, **look)  # fmt: skip
    note = "Red: ink there speaks for the class, blue: against it."
    if W.ndim == 4:
        note = "Mid grey is zero; the colour is that of light which speaks for the class."
    note += " Probability: eˢᶜᵒʳᵉ / Σ eˢᶜᵒʳᵉ."
    if n < len(Z):
        note += f" The {n} of {len(Z)} classes with the largest scores."
    figure.text(0.03, 0.08 / height, labels.note or note, fontsize=LETTERS - 1.5, color=SOFT)
    return figure
