"""Compiled loops for `linocut.lines.alignment.slopes`: one line after the other, within the caches.

The arithmetic is that of `linocut.lines.alignment.sums`; arrays of all places and widths of all
lines are never written to memory. Needs Numba; `slopes` decides whether it is used.
"""
# The functions below are compiled: their arguments have no Python types.
# mypy: ignore-errors

from __future__ import annotations

import math

import numpy as np
from numba import njit

_LOW = -700.0  # nats below the best, from where on e^score is nothing
_TINY = 1e-300


@njit(nogil=True, cache=True, error_model="numpy")
def _forward(S, best, same, narrowest, alpha, heights):
    """Fill α, (N + 1, T + 1), over its last value, and the logarithms of that, (N + 1,)."""
    places, D = S.shape[1:]
    alpha[0] = 1.0
    heights[0] = 0.0
    for n in range(1, len(alpha)):
        at = 0 if same else n - 1
        reached = 0.0
        for t in range(places):
            for j in range(min(D, t - narrowest + 1)):
                reached += alpha[n - 1, t - narrowest - j] * S[at, t, j]
            alpha[n, t] = reached
        last = max(reached, _TINY)
        alpha[n] /= last
        heights[n] = heights[n - 1] + best[at] + math.log(last)


@njit(nogil=True, cache=True, error_model="numpy")
def _backward(S, best, same, narrowest, counts, alpha, heights, out):
    """Add the shares of readings to ``out``, alike S; return log Σ e^score."""
    places, D = S.shape[1:]
    N = len(alpha) - 1
    most = -np.inf
    for n in range(N + 1):
        most = max(most, heights[n] + counts[n])
    sums = 0.0
    for n in range(N + 1):
        sums += math.exp(heights[n] + counts[n] - most)
    log_Z = most + math.log(sums)
    unit = float(counts[N])
    beta = np.ones(places)
    starting = np.empty(places)
    for n in range(N, 0, -1):
        at = 0 if same else n - 1
        scale = math.exp(min(max(heights[n - 1] + best[at] + unit - log_Z, _LOW), -_LOW))
        starting[:] = 0.0
        for t in range(places):
            for j in range(min(D, t - narrowest + 1)):
                start = t - narrowest - j
                follows = S[at, t, j] * beta[t]
                out[at, t, j] += alpha[n - 1, start] * follows * scale
                starting[start] += follows
        for t in range(places - 2, -1, -1):
            starting[t] += starting[t + 1]
        reached = unit + best[at] + math.log(max(starting[0], _TINY))
        before = max(reached, float(counts[n - 1]))
        factor = math.exp(min(max(unit + best[at] - before, _LOW), -_LOW))
        none = math.exp(max(counts[n - 1] - before, _LOW))
        for t in range(places):
            beta[t] = starting[t] * factor + none
        unit = before
    return log_Z


@njit(nogil=True, cache=True, error_model="numpy")
def _exponentials(S, best, narrowest):
    """Divide by the largest, and take e^ of it; what has no room is 0."""
    for n in range(len(S)):
        most = -np.inf
        for t in range(S.shape[1]):
            for j in range(min(S.shape[2], t - narrowest + 1)):
                most = max(most, S[n, t, j])
        best[n] = most
        for t in range(S.shape[1]):
            for j in range(S.shape[2]):
                x = S[n, t, j] - most
                S[n, t, j] = math.exp(x) if x > _LOW and t - narrowest - j >= 0 else 0.0


@njit(nogil=True, cache=True, error_model="numpy")
def line_slopes(
    glyphs, cuts, gaps_before, widths, narrowest, ends, counts, texts, summed,
    by_glyph, middles, by_cut, by_place, by_width, log_p,
):  # fmt: skip
    """Fill the derivatives of what `slopes` needs, line by line.

    Parameters
    ----------
    glyphs, cuts, gaps_before, widths, narrowest, ends, counts, summed
        As of `Scores`.
    texts : int array, shape (B, N)
    by_glyph : (B, T + 1, K)
        Shares of the text's glyphs by the place of their middle, and
    middles : (B, T + 1, D)
        those of any glyphs, by middle and width.
    by_cut, by_place : (B, T + 1)
        Derivatives by cuts, and by the sum of gaps before each place.
    by_width : (K, D)
        Of the text's glyphs.
    log_p : (B,)
    """
    B, N = texts.shape
    places, D = glyphs.shape[1], widths.shape[1]
    M = len(counts) - 1
    S = np.empty((N, places, D))
    A = np.empty((1, places, D))
    of_text = np.empty((N, places, D))
    of_any = np.empty((1, places, D))
    best = np.empty(N)
    best_any = np.empty(1)
    alpha = np.empty((max(N, M) + 1, places))
    heights = np.empty(max(N, M) + 1)
    only = np.full(N + 1, -1e9)
    only[N] = counts[N]
    for b in range(B):
        G = gaps_before[b]
        for t in range(places):
            for j in range(D):
                w = narrowest + j
                if t < w or t > ends[b]:
                    A[0, t, j] = -1e9
                    for n in range(N):
                        S[n, t, j] = -1e9
                    continue
                c = t - (w - w // 2)
                rest = (cuts[b, t] + cuts[b, t - w]) / 2 - G[t] + G[t - w]
                A[0, t, j] = summed[b, c, j] + rest
                for n in range(N):
                    S[n, t, j] = glyphs[b, c, texts[b, n]] + widths[texts[b, n], j] + rest
        _exponentials(S, best, narrowest)
        _exponentials(A, best_any, narrowest)
        of_text[:] = 0.0
        of_any[:] = 0.0
        _forward(S, best, False, narrowest, alpha[: N + 1], heights[: N + 1])
        wanted = _backward(
            S, best, False, narrowest, only, alpha[: N + 1], heights[: N + 1], of_text
        )
        _forward(A, best_any, True, narrowest, alpha[: M + 1], heights[: M + 1])
        every = _backward(
            A, best_any, True, narrowest, counts, alpha[: M + 1], heights[: M + 1], of_any
        )
        log_p[b] = wanted - every
        for t in range(narrowest, ends[b] + 1):
            for j in range(min(D, t - narrowest + 1)):
                w = narrowest + j
                c = t - (w - w // 2)
                more = -of_any[0, t, j]
                middles[b, c, j] += of_any[0, t, j]
                for n in range(N):
                    share = of_text[n, t, j]
                    more += share
                    by_glyph[b, c, texts[b, n]] += share
                    by_width[texts[b, n], j] += share
                by_cut[b, t] += more / 2
                by_cut[b, t - w] += more / 2
                by_place[b, t] -= more
                by_place[b, t - w] += more
