"""Which training images decide how a test image is classified."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.colours import INK, RULE
from linocut.plot.panels import LETTERS, draw_ink, signed

Floats = NDArray[np.float64]
ROW, LINE = 1.15, 0.16  # inches of an image, and of a line below it
LONGEST = 19  # letters of such a line


def plot_influence(
    removed: ArrayLike,
    affected: ArrayLike,
    captions: Sequence[tuple[str, str]],
    margins: ArrayLike,
    *,
    unit: str,
    title: str = "",
) -> Figure:
    """Draw pairs of a training image and a test image that is classified differently without it.

    Parameters
    ----------
    removed, affected : float arrays, shape (m, h, w)
        The training image and the test image of each row.
    captions : sequence of m pairs of str
        Under each of the two.
    margins : float array, shape (m, 3)
        With the training image, without it by the formula, and without it after a refit (NaN
        where none was made).
    unit : str
        Of the margins.
    title : str
        Above all.

    Returns
    -------
    matplotlib Figure
    """
    one, other = np.asarray(removed), np.asarray(affected)
    values = np.asarray(margins, np.float64)
    m = len(one)
    if not m or len(other) != m or len(captions) != m or values.shape != (m, 3):
        raise LinocutError(
            f"{m} and {len(other)} images, {len(captions)} captions, margins of shape "
            f"{values.shape} — at least one row, and one of each for every row"
        )
    texts = [[_wrapped(caption) for caption in pair] for pair in captions]
    lines = max(text.count("\n") + 1 for pair in texts for text in pair)
    figure = Figure(figsize=(7.0, (ROW + LINE * lines) * m + 1.2), layout="constrained")
    rows: Any = figure.subplots(m, 3, squeeze=False, width_ratios=(1.15, 1.15, 2.6))
    low, high = np.nanmin(values), np.nanmax(values)
    reach = float(high + 0.6 * (high - low))  # room for the numbers
    for (left, right, bars), image, test, (below, beside), three in zip(
        rows, one, other, texts, values, strict=True
    ):
        draw_ink(left, image, below)
        draw_ink(right, test, beside)
        names = ("with it", "without, by formula", "without, refitted")
        shown = [(name, v) for name, v in zip(names, three, strict=True) if np.isfinite(v)]
        for at, (_, value) in enumerate(shown):
            bars.plot([0, value], [at, at], color=INK, linewidth=2)
            bars.plot([value], [at], "o", color=INK, markersize=5)
            bars.annotate(
                signed(float(value), 3), (reach, at), ha="right", va="center", fontsize=LETTERS,
            )  # fmt: skip
        bars.axvline(0, color=RULE, linewidth=1, zorder=0)
        bars.set_yticks(range(len(shown)), [name for name, _ in shown], fontsize=LETTERS - 1)
        bars.set_ylim(len(shown) - 0.5, -0.5)
        bars.set_xlim(float(low - 0.05 * (high - low)), reach)
        bars.set_xticks([])
        bars.tick_params(length=0)
        bars.spines[:].set_visible(False)
    below = f"margin; below zero another class\nis predicted ({unit})"
    rows[-1, 2].set_xlabel(below, fontsize=LETTERS - 1)
    rows[0, 0].set_title("removed", fontsize=LETTERS, loc="left")
    rows[0, 1].set_title("changes class", fontsize=LETTERS, loc="left")
    if title:
        above = "\n".join(textwrap.wrap(title, 66))
        figure.suptitle(above, x=0.01, ha="left", fontsize=LETTERS + 1)
    return figure


def _wrapped(caption: str) -> str:
    lines = (textwrap.wrap(line, LONGEST) for line in caption.splitlines())
    return "\n".join(part for line in lines for part in line)
