"""One reading: the image with its cuts, the evidence for each glyph, the most probable texts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from linocut.core import LinocutError
from linocut.plot.axes import tidy
from linocut.plot.colours import ACCENT, INK, RULE, SOFT
from linocut.plot.fonts import class_labels
from linocut.plot.panels import draw_ink, draw_signed, frame, largest, signed

Floats = NDArray[np.float64]

WIDE = 7.6  # inches
ACROSS = 8  # glyphs side by side
LETTERS = 10  # points
LONGEST = 24  # letters of a text


@dataclass(frozen=True)
class GlyphEvidence:
    """What speaks for a glyph that was read, pixel by pixel of a part of the image.

    Attributes
    ----------
    start : int
        First column of the part, pixels.
    support, against_rival : float arrays, shape (h, m)
        Evidence for the symbol against the average of all symbols, and against its rival.
    rival : str
        The symbol with the next largest score.
    leads : (float, float)
        By how much the symbol's score is above the average, and above that of its rival: what
        the pixels of the whole image and the blank page come to.
    """

    start: int
    support: Floats
    against_rival: Floats
    rival: str
    leads: tuple[float, float]


def plot_reading(
    image: ArrayLike,
    cuts: ArrayLike,
    symbols: Sequence[str],
    *,
    readings: Sequence[tuple[str, float]] = (),
    evidence: Sequence[GlyphEvidence] = (),
    true: str | None = None,
) -> Figure:
    """Draw what was read in an image, where each glyph lies, and why.

    Parameters
    ----------
    image : float array, shape (h, w)
        Zero is drawn as paper.
    cuts : float array, shape (N, 2)
        Where each glyph starts and ends, pixels from the left.
    symbols : sequence of N str
        What each glyph was read as.
    readings : sequence of (str, float), optional
        The most probable texts with their probabilities.
    evidence : sequence of N GlyphEvidence, optional
        Of each glyph.
    true : str, optional
        What stands in the image, if that is known.

    Returns
    -------
    matplotlib.figure.Figure
        The image with its cuts; below it the evidence for each glyph and against its rival; a bar
        for each reading.

    Raises
    ------
    LinocutError
        If the numbers of cuts, symbols and evidence do not agree.

    Examples
    --------
    >>> figure = plot_reading(
    ...     np.eye(20, 40), [[0, 18], [20, 38]], ["2", "b"], readings=[("2b", 0.9), ("2d", 0.1)]
    ... )
    >>> len(figure.axes)
    2
    """
    pixels, ends = np.asarray(image, np.float64), np.asarray(cuts, np.float64).reshape(-1, 2)
    if pixels.ndim != 2 or len(ends) != len(symbols) or len(evidence) not in {0, len(symbols)}:
        raise LinocutError(
            f"an image of shape {pixels.shape}, {len(ends)} cuts, {len(symbols)} symbols and "
            f"evidence of {len(evidence)} — an image (h, w) and as many of each as there are glyphs"
        )
    texts = [text for text, _ in readings]
    rivals = [each.rival for each in evidence]
    labels = class_labels([*symbols, *rivals, *texts, true or ""], longest=LONGEST)
    name = dict(zip([*symbols, *rivals, *texts, true or ""], labels.texts, strict=True))
    parts = [evidence[at : at + ACROSS] for at in range(0, len(evidence), ACROSS)]
    heights = _heights(pixels, parts, len(readings), true is not None)
    figure = Figure(figsize=(WIDE, sum(heights) + 0.35), layout="constrained")
    engine: Any = figure.get_layout_engine()
    engine.set(h_pad=0.06, hspace=0.03)
    rows = iter(figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0])
    _draw_image(next(rows).subplots(), pixels, ends, [name[each] for each in symbols], true and
                name[true], "".join(symbols))  # fmt: skip
    limit = largest([largest(each.against_rival) for each in evidence])
    support_limit = largest([largest(each.support) for each in evidence])
    for at, part in enumerate(parts):
        here = symbols[at * ACROSS : at * ACROSS + ACROSS]
        _draw_evidence(next(rows), pixels, part, [name[each] for each in here], name,
                       (support_limit, limit))  # fmt: skip
    if readings:
        _draw_readings(next(rows).subplots(), readings, name, true)
    labels.finish(figure)
    return figure


def _heights(
    pixels: Floats, parts: Sequence[Sequence[Any]], n_readings: int, told: bool
) -> list[float]:
    """Return the heights of the rows of a figure, inches."""
    height, width = pixels.shape
    shape = float(np.clip(height / width, 0.06, 0.6))
    heights = [min(WIDE * shape, 2.6) + (0.6 if told else 0.4)]
    for part in parts:
        cell = WIDE / max(len(part), 4)
        tall = max(each.support.shape[0] / each.support.shape[1] for each in part)
        heights.append(2 * min(cell * min(tall, 2.2), 1.6) + 0.8)
    if n_readings:
        heights.append(0.55 + 0.24 * n_readings)
    return heights


def _draw_image(
    axes: Axes, pixels: Floats, ends: Floats, names: Sequence[str], true: str | None, read: str
) -> None:
    draw_ink(axes, pixels)
    height = len(pixels)
    for (start, end), name in zip(ends, names, strict=True):
        axes.axvspan(start - 0.5, end - 0.5, color=ACCENT, alpha=0.1, linewidth=0)
        for at in (start, end):
            axes.plot([at - 0.5, at - 0.5], [-0.5, height - 0.5], color=ACCENT, linewidth=1.3)
        axes.annotate(
            name, ((start + end - 1) / 2, -0.5), xytext=(0, 4), textcoords="offset points",
            ha="center", va="bottom", fontsize=LETTERS + 4, fontweight="bold", color=INK,
        )  # fmt: skip
    axes.set_xlim(-0.5, pixels.shape[1] - 0.5)
    if true is not None:
        told = "the true text" if true == read else f"true text: {true}"
        axes.set_xlabel(told, fontsize=LETTERS - 1, color=SOFT, labelpad=4)


def _draw_evidence(
    figure: Any,
    pixels: Floats,
    evidence: Sequence[GlyphEvidence],
    names: Sequence[str],
    written: dict[str, str],
    limits: tuple[float, float],
) -> None:
    """Draw for each glyph what speaks for it, and below it what speaks against its rival."""
    axes = figure.subplots(2, max(len(evidence), 4), squeeze=False)
    for column in range(axes.shape[1]):
        for row in range(2):
            if column >= len(evidence):
                axes[row, column].set_visible(False)
    for column, (each, name) in enumerate(zip(evidence, names, strict=True)):
        rival = written[each.rival]
        for row, (values, limit, caption) in enumerate(
            (
                (each.support, limits[0], f"for {name}: {signed(each.leads[0])}"),
                (
                    each.against_rival,
                    limits[1],
                    f"not {rival}: {signed(each.leads[1])}",
                ),
            )
        ):
            here = axes[row, column]
            draw_signed(here, values, limit)
            _outline(here, pixels[:, each.start : each.start + values.shape[1]])
            frame(here, caption)
    told = "red speaks for the symbol, blue against it; numbers: its lead over average and rival"
    figure.suptitle(told, fontsize=LETTERS - 1, color=SOFT)


def _outline(axes: Axes, pixels: Floats) -> None:
    low, high = float(pixels.min(initial=0)), float(pixels.max(initial=0))
    if high > low:
        axes.contour(pixels, levels=[(low + high) / 2], colors=[INK], linewidths=0.6, alpha=0.5)


def _draw_readings(
    axes: Axes, readings: Sequence[tuple[str, float]], name: dict[str, str], true: str | None
) -> None:
    shares = [share for _, share in readings]
    colours = [ACCENT if text == true else INK if true is None else SOFT for text, _ in readings]
    axes.barh(range(len(readings)), shares, height=0.62, color=colours)
    for row, share in enumerate(shares):
        told = f"{100 * share:.1f} %" if share >= 0.0005 else "< 0.05 %"
        axes.annotate(
            told, (share, row), xytext=(4, 0), textcoords="offset points", va="center",
            fontsize=LETTERS - 1,
        )  # fmt: skip
    wrapped = [textwrap.shorten(name[text] or "nothing", LONGEST) for text, _ in readings]
    axes.set_yticks(range(len(readings)), wrapped)
    axes.tick_params(labelsize=LETTERS + 1)
    axes.set_ylim(len(readings) - 0.4, -0.6)
    axes.set_xlim(0, max(1.12 * max(shares), 0.01))
    axes.set_xticks([])
    axes.set_title(
        "The most probable texts", loc="left", fontsize=LETTERS + 1, fontweight="bold", color=INK
    )
    tidy(axes)
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=RULE, linewidth=0.9)
