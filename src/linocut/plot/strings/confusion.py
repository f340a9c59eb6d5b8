"""Which glyphs are read as which, and how many are read at each position."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from linocut.core import LinocutError
from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, RULE, SOFT
from linocut.plot.confusion import plot_confusion_matrix
from linocut.plot.dots import reach

LETTERS = 10  # points
NOTHING, LACKING = "nothing", "–"  # what is read where there is a glyph, and its sign


def plot_string_confusion(
    confusion: ArrayLike,
    names: Sequence[str],
    by_position: Sequence[tuple[float, float, float]],
) -> Figure:
    """Draw which glyphs are read as which, beside the share read at each position.

    Parameters
    ----------
    confusion : int array, shape (K, K)
        Counts; row = true glyph, column = what was read.
    names : sequence of K str
        What a glyph can be, and nothing if glyphs were missed or are too many.
    by_position : sequence of (float, float, float)
        Share read as what they are and the ends of its interval, from the first glyph on.

    Returns
    -------
    matplotlib.figure.Figure
        Two panels.

    Raises
    ------
    LinocutError
        If the matrix is not (K, K), or there is no position.

    Examples
    --------
    >>> figure = plot_string_confusion([[9, 1], [0, 10]], "ab", [(0.9, 0.6, 0.98), (1, 0.7, 1)])
    >>> figure.axes[1].get_xlabel()
    'position from the left'
    """
    estimates = np.asarray(by_position, np.float64)
    if estimates.ndim != 2 or estimates.shape[1] != 3:
        raise LinocutError("no position — a share with the ends of its interval for each")
    side = float(np.clip(0.32 * len(names), 3.2, 9))
    figure = Figure(figsize=(side + 4.2, side + 0.9), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(side, 3.0))
    lacks = NOTHING in names
    short = [LACKING if name == NOTHING else name for name in names]
    plot_confusion_matrix(confusion, short, show="errors", ax=left)
    left.set_ylabel("true glyph")
    left.set_xlabel(f"read as ({LACKING} is nothing)" if lacks else "read as")
    for text in (*left.get_xticklabels(), *left.get_yticklabels(), *left.texts):
        text.set_fontsize(min(LETTERS, 250 / len(names)))
    at = np.arange(1, len(estimates) + 1)
    for x, (value, low, high) in zip(at, 100 * estimates, strict=True):
        right.plot([x, x], [low, high], color=ACCENT, linewidth=1.6, alpha=0.55)
        right.plot([x], [value], "o", color=ACCENT, markersize=6)
    bottom, top = (100 * end for end in reach(estimates))
    right.set_ylim(bottom, top)
    right.set_xlim(0.4, len(estimates) + 0.6)
    right.set_xticks(at if len(at) <= 12 else at[:: -(-len(at) // 12)])
    right.set_xlabel("position from the left", color=SOFT, fontsize=LETTERS)
    right.set_title("Glyphs read, %", loc="left", fontweight="bold")
    right.grid(axis="y", color=RULE, linewidth=0.7)
    tidy(right)
    return figure
