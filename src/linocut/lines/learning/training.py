"""How a reader is made of images and texts: sizes from the data, the fit, the temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from linocut.core import LinocutError
from linocut.lines.alignment.rescored import Segments
from linocut.lines.alignment.scores import Scores
from linocut.lines.alignment.slopes import log_probabilities
from linocut.lines.data import symbols_of
from linocut.lines.glyphs.second_look import SecondLook
from linocut.lines.learning.whole_string import (
    AT_ONCE,
    Layout,
    Weights,
    WholeString,
    by_length,
    line_scores,
    on_windows,
)
from linocut.lines.reading import Aligned, most_probable
from linocut.lines.windows.columns import Columns
from linocut.lines.windows.preparing import Preparation, extent, prepared
from linocut.lines.windows.windows import Metric, Windows

Array = NDArray[Any]
Images = Sequence[NDArray[np.uint8]]

# Axes of a column, and how much of the variance of windows is left out: fewer axes and more left
# out where there are few glyphs to learn what the weakest mean.
AXES, GLYPHS_AN_AXIS = 256, 20
LEFT_OUT, FEW_GLYPHS = 0.05, 5000
PLACES = 10  # to a glyph, at least
FINEST = 2  # halvings of a wavelet's width, at most, from one place to the next
HOPELESS = -50.0  # log p of a text below which a line says no more: one of them is not all


@dataclass(frozen=True, eq=False)
class Encoded:
    """Texts as numbers.

    Attributes
    ----------
    symbols : tuple of str
        All symbols, sorted.
    texts : tuple of int arrays, shape (N_i,)
        Which symbol each glyph is.
    """

    symbols: tuple[str, ...]
    texts: tuple[Array, ...]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Encoded:
        """Give each symbol of some texts a number."""
        parts = [symbols_of(text) for text in texts]
        symbols = tuple(sorted({symbol for part in parts for symbol in part}))
        if len(symbols) < 2:
            raise LinocutError(f"{len(symbols)} symbols in all texts — at least two")
        number = {symbol: k for k, symbol in enumerate(symbols)}
        return cls(symbols, tuple(np.array([number[s] for s in part], np.intp) for part in parts))

    def take(self, rows: Any) -> tuple[Array, ...]:
        """Return some of the texts."""
        return tuple(self.texts[row] for row in rows)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted model of whole strings.

    Attributes
    ----------
    preparation, windows, layout
        What images go through, and what readings have in common.
    weights : Weights
        On windows.
    second : SecondLook or None
        What is added to likely segments' scores.
    """

    preparation: Preparation
    windows: Windows
    layout: Layout
    weights: Weights
    second: SecondLook | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """Lines as their columns' axes, and what is known of them before anything is learned.

    Attributes
    ----------
    preparation : Preparation
    windows : Windows
    metric : Metric
    lines : list of float32 arrays, shape (T_i + 1, p)
    mean_width : float
        Of a glyph, places.
    """

    preparation: Preparation
    windows: Windows
    metric: Metric
    lines: list[Array]
    mean_width: float


def glyph_width(images: Images, lengths: Sequence[int]) -> float:
    """Return about how wide a glyph is, pixels: the median of extent over length."""
    widths = [np.diff(extent(image))[0] / n for image, n in zip(images, lengths, strict=True)]
    return float(np.median(widths))


def columns_for(height: int, glyph: float) -> Columns:
    """Return how columns are described: a place about every tenth of a glyph."""
    J = int(np.clip(np.log2(height / 3), 1, 3))
    step = 2 ** int(np.clip(np.log2(max(glyph, 1) / PLACES), max(J - FINEST, 0), J))
    return Columns(J, step=step)


def prepare(images: Images, lengths: Sequence[int], preparation: Preparation) -> Prepared:
    """Derive windows from images of lines (not yet prepared), and describe their columns."""
    ready = [prepared(image, preparation) for image in images]
    glyph = glyph_width(ready, lengths)
    columns = columns_for(ready[0].shape[0], glyph)
    glyphs = sum(lengths)
    windows = Windows.fit(ready, columns, glyph, max(AXES, glyphs // GLYPHS_AN_AXIS))
    lines = windows.of_lines(ready)
    variance = 1 - LEFT_OUT * min(1.0, FEW_GLYPHS / glyphs)
    metric = Metric.fit(windows, lines, variance=variance)
    return Prepared(preparation, windows, metric, lines, glyph / columns.step)


def fit_whole_strings(
    ready: Prepared,
    texts: Sequence[Array],
    n_symbols: int,
    *,
    C: float,
    max_iter: int,
    start: Weights | None = None,
    callback: Callable[[int, float], object] | None = None,
) -> tuple[Fitted, Weights]:
    """Fit model (c); return it, and its weights on coordinates to start from another time."""
    lengths = np.array([len(text) for text in texts])
    layout = Layout.of(lengths, n_symbols, ready.mean_width)
    model = WholeString.of(ready.windows, ready.metric, layout, ready.lines, texts, C)
    weights = model.fit(
        start or Weights.flat(layout, ready.metric.turn.shape[1]),
        max_iter=max_iter, callback=callback,
    )  # fmt: skip
    return Fitted(
        ready.preparation, ready.windows, layout, on_windows(ready.windows, ready.metric, weights)
    ), weights


Scored = list[tuple[Array, Scores]]  # which lines, and their scores


def scored(
    fitted: Fitted, lines: Sequence[Array], images: Images, *, text: Array | None = None,
    segments: Segments | None = None,
) -> Scored:  # fmt: skip
    """Return the scores of the parts of readings of lines, some of about one width at a time.

    Parameters
    ----------
    fitted : Fitted
    lines : sequence of float32 arrays, shape (T_i + 1, p)
        The axes of their columns.
    images : sequence of uint8 arrays, shape (h, w_i)
        Prepared, as a second look wants them.
    text : int array, shape (N,), optional
        What they say: a second look is taken at the segments that it wants, too.
    segments : Segments, optional
        Where a second look is taken, if not at likely segments.
    """
    found: Scored = []
    for batch in fitted.windows.batches(lines, AT_ONCE):
        scores = line_scores(fitted.windows, fitted.layout, batch, fitted.weights)
        if fitted.second is not None:
            some = [images[i] for i in batch.rows]
            step = fitted.windows.columns.step
            scores = fitted.second.of(scores, some, step, text=text, segments=segments)
        found.append((batch.rows, scores))
    return found


def fitted_temperature(parts: Scored, texts: Sequence[Array]) -> tuple[float, float]:
    """Find what scores are to be divided by so that the probabilities of texts fit held-out lines.

    Guo et al., "On calibration of modern neural networks" (2017), here of whole strings. Texts with
    more glyphs than any that was learned from are left out.

    Parameters
    ----------
    parts : list of (int array, Scores)
        As `scored` returns them.
    texts : sequence of int arrays, shape (N_i,)

    Returns
    -------
    temperature : float
    loss : float
        The mean of −log p(text) with it, nats a line; infinite where no line is left.
    """
    known = [
        (scores.take(some), wanted)
        for rows, scores in parts
        for some, wanted in by_length(rows, texts)
        if wanted.shape[1] < len(scores.counts)
    ]
    if not known:
        return 1.0, np.inf

    def loss(log_T: float) -> float:
        T = float(np.exp(log_T))
        p = [log_probabilities(scores.tempered(T), wanted) for scores, wanted in known]
        return -float(np.mean(np.maximum(np.concatenate(p), HOPELESS)))

    found = minimize_scalar(loss, bounds=(-1.5, 2.5), method="bounded", options={"xatol": 0.02})
    return float(np.exp(found.x)), float(found.fun)


def readings_of(parts: Scored, temperature: float = 1.0) -> list[Aligned]:
    """Return the most probable text of each line, given their scores."""
    out: list[Any] = [None] * sum(len(rows) for rows, _ in parts)
    for rows, scores in parts:
        for i, found in zip(rows, most_probable(scores.tempered(temperature)), strict=True):
            out[i] = found
    return out
