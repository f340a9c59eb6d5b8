"""Small image panels, each with a line below: what several figures are made of."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from numpy.typing import ArrayLike, NDArray

from linocut.plot.colours import INK, RULE, SOFT, diverging

Floats = NDArray[np.float64]
LETTERS = 10  # points


def draw_ink(axes: Axes, image: ArrayLike, caption: str = "") -> None:
    """Draw an image, zero as paper and its largest value as ink; one in colour in its colours."""
    pixels = np.asarray(image, np.float64)
    if pixels.ndim == 3:
        axes.imshow(shown_colours(pixels), interpolation="nearest")
    else:
        top = float(pixels.max(initial=0)) or 1.0
        axes.imshow(pixels, cmap="gray_r", vmin=0, vmax=top, interpolation="nearest")
    frame(axes, caption)


def shown_colours(pixels: Floats) -> Floats:
    """Return red, green and blue (…, 3), of bytes or of shares of full light, from 0 to 1.

    Examples
    --------
    >>> shown_colours(np.array([[[255.0, 51.0, 0.0]]])).tolist()
    [[[1.0, 0.2, 0.0]]]
    """
    return np.clip(pixels / (255 if pixels.max(initial=0) > 1 else 1), 0, 1)


def signed_colours(values: Floats, limit: float) -> Floats:
    """Return signed values of three planes (…, 3) as one colour each, zero as mid grey.

    Examples
    --------
    >>> signed_colours(np.array([[[0.0, 2.0, -1.0]]]), 2.0).tolist()
    [[[0.5, 1.0, 0.25]]]
    """
    return np.clip(0.5 + values / (2 * limit), 0, 1)


def draw_signed(axes: Axes, image: ArrayLike, limit: float, caption: str = "") -> Any:
    """Draw signed values, zero as paper; return what a colour bar needs.

    Those of three planes (h, w, 3) are drawn as one colour a pixel, zero as mid grey.
    """
    if np.ndim(image) == 3:
        colours = signed_colours(np.asarray(image, np.float64), limit)
        drawn = axes.imshow(colours, interpolation="nearest")
        frame(axes, caption)
        return drawn
    drawn = axes.imshow(
        np.asarray(image, np.float64),
        cmap=diverging(),
        vmin=-limit,
        vmax=limit,
        interpolation="nearest",
    )
    frame(axes, caption)
    return drawn


def frame(axes: Axes, caption: str = "") -> None:
    """Leave a thin frame, and put a line below."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(RULE)
    if caption:
        axes.set_xlabel(caption, fontsize=LETTERS - 1, color=SOFT, labelpad=3)


def heading(axes: Axes, title: str, note: str = "") -> None:
    """Put a message above, and what it is measured in beside it."""
    axes.set_title(title, loc="left", fontsize=LETTERS + 1, fontweight="bold", color=INK, pad=6)
    if note:
        axes.annotate(
            note, (1, 1), xytext=(0, 6), xycoords="axes fraction", textcoords="offset points",
            ha="right", fontsize=LETTERS - 1, color=SOFT,
        )  # fmt: skip


def scale(figure: FigureBase, drawn: Any, axes: Sequence[Axes] | Axes, title: str = "") -> None:
    """Add a colour bar on the right of some axes; none for what was drawn in colours of its own."""
    if np.ndim(drawn.get_array()) == 3:
        return
    bar = figure.colorbar(drawn, ax=axes, fraction=0.046, pad=0.03)
    bar.outline.set_edgecolor(RULE)
    bar.ax.tick_params(labelsize=LETTERS - 2, length=2)
    if title:
        bar.ax.set_title(title, fontsize=LETTERS - 2, color=SOFT, pad=6)


def wrapped(text: str, width: int) -> str:
    """Break a text into lines of so many letters, never before a per cent sign."""
    return "\n".join(textwrap.wrap(text.replace(" %", "\N{NO-BREAK SPACE}%"), width))


def largest(values: ArrayLike) -> float:
    """Return the largest absolute value, 1 if there is none."""
    return float(np.abs(np.asarray(values)).max(initial=0)) or 1.0


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign, and a real minus."""
    return f"{value:+.{digits}f}".replace("-", "−")
