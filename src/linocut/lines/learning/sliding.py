"""Model (b): one glyph classifier slid along the line, trained on its own alignments.

Each round cuts every training image where the present model fits its known text best, and then fits
softmax regression to the windows in the middle of glyphs, to those at cuts and to those away from
all glyphs: the last two are one class, "between". Given the cuts, that fit is convex; cutting and
fitting in turn is not, and where it ends depends on where it began: at even distances.

A model that cut the images that it has learned from would find its own cuts again. So each image is
cut by a model that has not learned from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.scores import middles
from linocut.lines.alignment.slopes import only
from linocut.lines.alignment.sums import best_cuts
from linocut.lines.learning.summed_cuts import SummedCuts
from linocut.lines.learning.training import Prepared
from linocut.lines.learning.whole_string import (
    AT_ONCE,
    Layout,
    Weights,
    by_length,
    line_scores,
    on_windows,
)
from linocut.models import SoftmaxRegression

Array = NDArray[Any]
Cuts = list[tuple[Array, Array]]  # of each line: where its glyphs start and end, places

PARTS = 4  # each is cut by what was learned from the others
TOL = 1e-2
BETWEEN_EVERY = 0.4  # mean widths from one window away from all glyphs to the next
EDGES = 0.03, 0.97  # of what changes along a line, where its glyphs begin and end
BLANK = 1e-2  # changes along a line below which there are none but those of rounding
MORE = 5.0  # widths seen that the widths of all symbols together stand for


def fit_sliding(
    ready: Prepared, texts: Sequence[Array], n_symbols: int, *, C: float, rounds: int = 5
) -> tuple[SummedCuts, Weights]:
    """Fit model (b); return it, and its weights on coordinates, from which (c) can start.

    Parameters
    ----------
    ready : Prepared
        The lines.
    texts : sequence of int arrays, shape (N_i,)
        Their texts.
    n_symbols : int
        K.
    C : float
        Inverse of the penalty of `linocut.models.SoftmaxRegression`.
    rounds : int
        How often to cut and fit.
    """
    lengths = np.array([len(text) for text in texts])
    layout = Layout.of(lengths, n_symbols, ready.mean_width)
    cuts = [
        even_cuts(line, len(text), layout.narrowest)
        for line, text in zip(ready.lines, texts, strict=True)
    ]
    parts = [np.arange(k, len(texts), PARTS) for k in range(min(PARTS, len(texts)))]
    for _ in range(rounds):
        found: dict[int, tuple[Array, Array]] = {}
        for part in parts:
            others = np.setdiff1d(np.arange(len(texts)), part)
            weights = _fitted(ready, texts, cuts, others, layout, C)
            some = [int(i) for i in part]
            found |= zip(some, _aligned(ready, texts, some, layout, weights), strict=True)
        cuts = [found[i] for i in range(len(texts))]
    weights = _fitted(ready, texts, cuts, np.arange(len(texts)), layout, C)
    return SummedCuts(
        ready.preparation, ready.windows, layout, on_windows(ready.windows, ready.metric, weights)
    ), weights


def even_cuts(line: Array, n: int, narrowest: int) -> tuple[Array, Array]:
    """Return n glyphs side by side where the columns of a line differ most from its ends.

    Parameters
    ----------
    line : float32 array, shape (T + 1, p)
        The axes of its columns.
    n : int
        Glyphs.
    narrowest : int
        Places that a glyph takes at least, where the line is long enough.
    """
    last = len(line) - 1
    energy = np.square(np.diff(line, axis=0)).sum(axis=1)
    low, high = 0, last
    if (whole := float(energy.sum())) > BLANK:
        low, high = map(int, np.searchsorted(np.cumsum(energy), np.array(EDGES) * whole))
    high = max(high, min(last, low + n * narrowest))
    edges = np.rint(np.linspace(low, min(high, last), n + 1)).astype(int)
    return edges[:-1], edges[1:]


def _fitted(
    ready: Prepared, texts: Sequence[Array], cuts: Cuts, rows: Array, layout: Layout, C: float
) -> Weights:
    """Fit both classifiers and the widths, given the cuts of some lines."""
    K = layout.n_symbols
    windows, labels = [], []
    for i in rows:
        starts, ends = cuts[i]
        inner = np.unique(np.concatenate([starts[1:], ends[:-1]]))
        away = _away(starts[0], ends[-1], len(ready.lines[i]) - 1, layout.mean_width)
        places = np.concatenate([middles(starts, ends), inner, away])
        windows.append(ready.windows.at(ready.lines[i], places))
        labels += [texts[i], np.full(len(inner), K), np.full(len(away), K + 1)]
    X, y = ready.metric.of(np.concatenate(windows)), np.concatenate(labels)
    symbols = SoftmaxRegression(C=C, tol=TOL).fit(X, np.minimum(y, K))
    near = y <= K
    glyph_or_cut = SoftmaxRegression(C=C, tol=TOL).fit(X[near], y[near] == K)
    coef = np.zeros((K + 2, X.shape[1]))
    intercept = np.zeros(K + 2)
    # Against "between": what a glyph has more than what it takes the place of.
    coef[symbols.classes_], intercept[symbols.classes_] = symbols.coef_, symbols.intercept_
    coef[:K] -= coef[K]
    intercept[:K] -= intercept[K]
    coef[K] = glyph_or_cut.coef_[1] - glyph_or_cut.coef_[0]
    intercept[K] = glyph_or_cut.intercept_[1] - glyph_or_cut.intercept_[0]
    return Weights(coef, intercept, _widths(texts, cuts, rows, layout))


def _away(first: int, last: int, end: int, width: float) -> Array:
    """Return places that are no glyph's, half a glyph and more from the first and the last."""
    places = np.arange(0, end + 1, max(1, round(BETWEEN_EVERY * width)))
    return places[(places < first - width / 2) | (places > last + width / 2)]


def _widths(texts: Sequence[Array], cuts: Cuts, rows: Array, layout: Layout) -> Array:
    """Return the logarithm of how often each symbol is how wide, smoothed."""
    counted = np.zeros((layout.n_symbols, layout.n_widths))
    for i in rows:
        starts, ends = cuts[i]
        at = np.clip(ends - starts - layout.narrowest, 0, layout.n_widths - 1)
        np.add.at(counted, (texts[i], at), 1)
    apart = np.subtract.outer(np.arange(layout.n_widths), np.arange(layout.n_widths))
    blur = np.exp(-0.5 * apart**2.0)
    counted = counted @ (blur / blur.sum(axis=1, keepdims=True))
    everywhere = counted.sum(axis=0) / counted.sum()
    counted += MORE * everywhere + 0.5 / layout.n_widths
    return np.asarray(np.log(counted / counted.sum(axis=1, keepdims=True)))


def _aligned(
    ready: Prepared, texts: Sequence[Array], rows: list[int], layout: Layout, weights: Weights
) -> Cuts:
    """Return the best cuts of some lines for their texts."""
    out: list[Any] = [None] * len(rows)
    learned = on_windows(ready.windows, ready.metric, weights)
    wanted = [texts[i] for i in rows]
    for batch in ready.windows.batches([ready.lines[i] for i in rows], AT_ONCE):
        scores = line_scores(ready.windows, layout, batch, learned)
        for lines, some in by_length(batch, wanted):
            segments = scores.take(lines).of_texts(some)
            counts = only(scores.counts, some.shape[1])
            _, starts, ends = best_cuts(segments, scores.narrowest, counts)
            for i, start, end in zip(batch.rows[lines], starts, ends, strict=True):
                out[i] = (start, end)
    return out
