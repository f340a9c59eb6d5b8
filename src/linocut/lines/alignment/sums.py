"""Sums and maxima over all cuts, and how probable each glyph's place is by the sum.

What readings of n glyphs that end by place t sum to is made of those of n − 1 glyphs (Sarawagi and
Cohen 2004, section 3.2): of the n-th glyph's places, each weighed by what may come before it. Gaps
have no score of their own here (see `linocut.lines.alignment.scores`), so that the step from
"ends at t" to "ends by t" is a running sum, and all places of all lines are computed at once,
glyph after glyph. Sums of e^score are kept as they are, not as logarithms, each glyph's divided by
the largest of its line.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import NDArray

from linocut.lines.alignment.scores import NEVER

Array = NDArray[Any]
TINY = 1e-300
LOW = -700.0  # nats below the best, from where on e^score is nothing


def posteriors(segments: Array, narrowest: int, counts: Array) -> tuple[Array, Array]:
    """Return log Σ e^score over all readings, (B,), and how probable each glyph's place is.

    Parameters
    ----------
    segments : float32 array, shape (B, N, T + 1, D), or (B, 1, T + 1, D) if all glyphs are alike
        What the n-th glyph has if it ends at t and is ``narrowest`` + j places wide.
    narrowest : int
    counts : float32 array, shape (N + 1,)
        What it has that there are n glyphs.

    Returns
    -------
    logarithm : float64 array, shape (B,)
    places : float32 array, of the shape of the segments
        The share of readings whose n-th glyph ends at place t and is so wide; if all are alike, how
        many glyphs do so on average.
    """
    N = len(counts) - 1
    S, best = _exponentials(segments)
    alpha, heights = _forward(S, best, narrowest, N)
    log_Z = _log_sum(heights + counts, axis=1)
    out = np.zeros(segments.shape, np.float32)
    # β: what may follow n glyphs that end by t; in units of e^unit.
    unit = np.full(len(S), float(counts[N]))
    beta = np.ones(alpha.shape[::2])
    for n in range(N, 0, -1):
        at = min(n, segments.shape[1]) - 1
        follows = S[:, at] * beta[:, :, None]
        scale = np.exp(np.clip(heights[:, n - 1] + best[:, at] + unit - log_Z, LOW, -LOW))
        places = _before(alpha[:, n - 1], narrowest, S.shape[3]) * follows
        places *= scale[:, None, None]
        out[:, at] += places
        starting = _by_start(follows, narrowest)
        beta = np.cumsum(starting[:, ::-1], axis=1)[:, ::-1]
        reached = unit + best[:, at] + np.log(np.maximum(beta[:, 0], TINY))
        unit_before = np.maximum(reached, counts[n - 1])
        beta *= np.exp(np.clip(unit + best[:, at] - unit_before, LOW, -LOW))[:, None]
        beta += np.exp(np.maximum(counts[n - 1] - unit_before, LOW))[:, None]
        unit = unit_before
    return log_Z, out


def total(segments: Array, narrowest: int, counts: Array) -> Array:
    """Return log Σ e^score over all readings, (B,); parameters as of `posteriors`."""
    S, best = _exponentials(segments)
    _, heights = _forward(S, best, narrowest, len(counts) - 1)
    return _log_sum(heights + counts, axis=1)


def best_cuts(segments: Array, narrowest: int, counts: Array) -> tuple[Array, Array, Array]:
    """Return the best reading's score (B,), and its glyphs' starts and ends, (B, N) each.

    Where the best reading has fewer than N glyphs, the rest start and end at −1. Parameters are
    those of `posteriors`.
    """
    B, _, places, D = segments.shape
    N = len(counts) - 1
    best = np.zeros((B, N + 1, places), np.float32)
    choices = []
    lines, at = np.arange(B), np.arange(places)
    for n in range(1, N + 1):
        each = segments[:, min(n, segments.shape[1]) - 1]
        ending = _before(best[:, n - 1], narrowest, D, float(NEVER)) + each
        choices.append(ending.argmax(axis=2))
        here = np.take_along_axis(ending, choices[-1][..., None], axis=2)[..., 0]
        best[:, n] = np.maximum.accumulate(here, axis=1)
        # Where the best that ends by t does end.
        fresh = np.where(here >= best[:, n], at, 0)
        choices[-1] = np.stack([np.maximum.accumulate(fresh, axis=1), choices[-1]])
    ended = best[:, :, -1] + counts
    left = ended.argmax(axis=1)
    starts, ends = np.full((B, N), -1), np.full((B, N), -1)
    t = np.full(B, places - 1)
    for n in range(N, 0, -1):
        still = left >= n
        stop = choices[n - 1][0][lines, t]
        start = stop - narrowest - choices[n - 1][1][lines, stop]
        ends[still, n - 1], starts[still, n - 1] = stop[still], start[still]
        t = np.where(still, np.maximum(start, 0), t)
    return ended.max(axis=1), starts, ends


def _forward(S: Array, best: Array, narrowest: int, N: int) -> tuple[Array, Array]:
    """Return α, (B, N + 1, T + 1), over its last value, and the logarithm of that, (B, N + 1).

    α is the sum over readings of n glyphs that end by place t.
    """
    B, _, places, D = S.shape
    alpha = np.ones((B, N + 1, places))
    heights = np.zeros((B, N + 1))
    for n in range(1, N + 1):
        at = min(n, S.shape[1]) - 1
        ending = np.einsum("btj,btj->bt", _before(alpha[:, n - 1], narrowest, D), S[:, at])
        reached = np.cumsum(ending, axis=1)
        last = np.maximum(reached[:, -1], TINY)
        alpha[:, n] = reached / last[:, None]
        heights[:, n] = heights[:, n - 1] + best[:, at] + np.log(last)
    return alpha, heights


def _exponentials(segments: Array) -> tuple[Array, Array]:
    """Return e^score over its largest value of each line and glyph, and that score, (B, N)."""
    best = segments.max(axis=(2, 3)).astype(np.float64)
    S = segments - best[:, :, None, None]
    return np.exp(np.maximum(S, LOW, out=S), out=S), best


def _before(values: Array, narrowest: int, D: int, nothing: float = 0.0) -> Array:
    """Return the values (B, T + 1) at the starts of glyphs that end at t, (B, T + 1, D)."""
    room = narrowest + D - 1
    padded = np.pad(values, ((0, 0), (room, 0)), constant_values=nothing)
    return sliding_window_view(padded[:, : padded.shape[1] - narrowest], D, axis=1)[:, :, ::-1]


def _by_start(ending: Array, narrowest: int) -> Array:
    """Return Σ over widths of what glyphs that start at t have, (B, T + 1), from (B, T + 1, D)."""
    B, places, D = ending.shape
    padded = np.zeros((B, places + narrowest + D, D))
    padded[:, :places] = ending
    line, place, width = padded.strides
    # A glyph that starts at t and is j wider than the narrowest ends at t + narrowest + j.
    view = as_strided(
        padded[:, narrowest:], (B, places, D), (line, place, place + width), writeable=False
    )
    return np.asarray(view.sum(axis=2))


def _log_sum(Z: Array, axis: int) -> Array:
    most = Z.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(Z - most).sum(axis=axis)) + most.squeeze(axis))
