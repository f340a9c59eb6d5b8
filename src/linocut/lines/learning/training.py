"""How a reader is made of images and texts: sizes from the data, the fit, the temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from linocut.core import LinocutError
from linocut.lines.data import symbols_of
from linocut.lines.learning.line_model import LineModel
from linocut.lines.learning.summed_cuts import SummedCuts
from linocut.lines.learning.whole_string import Layout, Weights, WholeString, on_windows
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
) -> tuple[SummedCuts, Weights]:
    """Fit model (c); return it, and its weights on coordinates to start from another time."""
    lengths = np.array([len(text) for text in texts])
    layout = Layout.of(lengths, n_symbols, ready.mean_width)
    model = WholeString.of(ready.windows, ready.metric, layout, ready.lines, texts, C)
    weights = model.fit(
        start or Weights.flat(layout, ready.metric.turn.shape[1]),
        max_iter=max_iter, callback=callback,
    )  # fmt: skip
    return SummedCuts(
        ready.preparation, ready.windows, layout, on_windows(ready.windows, ready.metric, weights)
    ), weights


def fitted_temperature(
    model: LineModel, lines: Sequence[Array], texts: Sequence[Array]
) -> tuple[float, float]:
    """Find what scores are to be divided by so that the probabilities of texts fit held-out lines.

    Guo et al., "On calibration of modern neural networks" (2017), here of whole strings. Texts with
    more glyphs than any that was learned from are left out.

    Returns
    -------
    temperature : float
    loss : float
        The mean of −log p(text) with it, nats a line; infinite where no line is left.
    """
    kept = [i for i, text in enumerate(texts) if len(text) <= model.most]
    if not kept:
        return 1.0, np.inf
    some, wanted = [lines[i] for i in kept], [texts[i] for i in kept]

    def loss(log_T: float) -> float:
        p = model.log_probabilities(some, wanted, float(np.exp(log_T)))
        return -float(np.mean(np.maximum(p, HOPELESS)))

    found = minimize_scalar(loss, bounds=(-1.5, 2.5), method="bounded", options={"xatol": 0.02})
    return float(np.exp(found.x)), float(found.fun)
