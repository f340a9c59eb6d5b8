"""How probable a line's text is, all cuts summed over, and how that changes with each score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.scores import NEVER, Scores
from linocut.lines.alignment.sums import posteriors, total

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Slopes:
    """The log probabilities of texts, and the derivatives of their sum by every score.

    Attributes
    ----------
    log_probability : float64 array, shape (B,)
        Of each line's text.
    glyphs, cuts, gaps, widths : float32 arrays
        Of the shapes of those of `Scores`.
    """

    log_probability: Array
    glyphs: Array
    cuts: Array
    gaps: Array
    widths: Array


def only(counts: Array, n: int) -> Array:
    """Return scores of counts that allow n glyphs alone."""
    out = np.full(n + 1, NEVER, np.float32)
    out[n] = counts[n]
    return out


def any_glyphs(scores: Scores) -> Array:
    """Return what any glyph has, whatever symbol it is, (B, 1, T + 1, D)."""
    return scores.of_any[:, None]


def log_probabilities(scores: Scores, texts: Array) -> Array:
    """Return the log probability of each line's text, float64, shape (B,).

    Parameters
    ----------
    scores : Scores
        Of B lines.
    texts : int array, shape (B, N)
        Symbols: as many in each line.
    """
    counts = only(scores.counts, texts.shape[1])
    wanted = total(scores.of_texts(texts), scores.narrowest, counts)
    return wanted - total(any_glyphs(scores), scores.narrowest, scores.counts)


def slopes(scores: Scores, texts: Array) -> Slopes:
    """Return the log probability of each line's text and the derivatives of their sum.

    Each derivative is how often a score is used in readings of the text less how often it is used
    in all readings, both on average.

    Parameters
    ----------
    scores : Scores
        Of B lines.
    texts : int array, shape (B, N)
        Symbols: as many in each line.
    """
    compiled = kernels()
    found = _looped(compiled, scores, texts) if compiled else _vectorised(scores, texts)
    log_p, glyphs, middles, cuts, before, widths = found

    # What all readings have is shared out among the symbols.
    most, widest = scores.glyphs.max(axis=2, keepdims=True), scores.widths.max()
    e, f = np.exp(scores.glyphs - most), np.exp(scores.widths - widest)
    shares = middles * np.exp(most + widest - scores.summed)
    glyphs -= e * (shares @ f.T)
    widths -= f * (e.reshape(-1, e.shape[2]).T @ shares.reshape(-1, shares.shape[2]))
    # A gap counts for every place after it.
    gaps = np.cumsum(before[:, :0:-1], axis=1)[:, ::-1]
    return Slopes(log_p, glyphs, cuts, gaps, widths)


def _vectorised(scores: Scores, texts: Array) -> tuple[Array, ...]:
    """Return what `slopes` is made of, all lines side by side."""
    B, N = texts.shape
    wanted, of_text = posteriors(scores.of_texts(texts), scores.narrowest, only(scores.counts, N))
    every, of_all = posteriors(any_glyphs(scores), scores.narrowest, scores.counts)
    anywhere = of_all[:, 0]
    more = of_text.sum(axis=1) - anywhere  # (B, T + 1, D)

    cuts, before = more.sum(axis=2) / 2, -more.sum(axis=2)
    middles = np.zeros_like(anywhere)
    glyphs = np.zeros_like(scores.glyphs)
    in_text = np.zeros((B, N, more.shape[1]), np.float32)
    for j, width in enumerate(scores.lengths):
        half = width - width // 2
        cuts[:, :-width] += more[:, width:, j] / 2
        before[:, :-width] += more[:, width:, j]
        middles[:, :-half, j] = anywhere[:, half:, j]
        in_text[:, :, :-half] += of_text[:, :, half:, j]
    lines = np.arange(B)
    for n in range(N):
        glyphs[lines, :, texts[:, n]] += in_text[:, n]
    widths = np.zeros_like(scores.widths)
    np.add.at(widths, texts.ravel(), of_text.sum(axis=2).reshape(B * N, -1))
    return wanted - every, glyphs, middles, cuts, before, widths


def _looped(compiled: ModuleType, scores: Scores, texts: Array) -> tuple[Array, ...]:
    """Return the same, line by line."""
    shapes = scores.glyphs.shape, scores.summed.shape, *(2 * [scores.cuts.shape])
    glyphs, middles, cuts, before = (np.zeros(shape, np.float32) for shape in shapes)
    widths, log_p = np.zeros(scores.widths.shape, np.float32), np.zeros(len(texts))
    compiled.line_slopes(
        np.ascontiguousarray(scores.glyphs), np.ascontiguousarray(scores.cuts),
        scores.gaps_before, np.ascontiguousarray(scores.widths), scores.narrowest,
        np.asarray(scores.ends, np.int64), np.asarray(scores.counts, np.float64),
        np.asarray(texts, np.int64), scores.summed, glyphs, middles, cuts, before, widths, log_p,
    )  # fmt: skip
    return log_p, glyphs, middles, cuts, before, widths


@lru_cache(maxsize=1)
def kernels() -> ModuleType | None:
    """Return the compiled loops; None where Numba is not."""
    try:
        from linocut.lines.alignment import kernels as compiled
    except (ImportError, RuntimeError, OSError):  # no Numba, or nowhere to keep machine code
        return None
    return compiled
