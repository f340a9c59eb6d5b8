"""Compiled loops for slopes by scores: one line after the other, within the caches.

The arithmetic is that of `linocut.lines.alignment.sums`; arrays of all places and widths of all
lines are never written to memory. `line_slopes` goes through all places and widths,
`segment_slopes` through a few segments of each line. Needs Numba;
`linocut.lines.alignment.slopes.kernels` says whether it is there.
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
def _log_sum(heights, counts):
    """Return the logarithm of what readings of all numbers of glyphs sum to."""
    most = -np.inf
    for n in range(len(heights)):
        most = max(most, heights[n] + counts[n])
    sums = 0.0
    for n in range(len(heights)):
        sums += math.exp(heights[n] + counts[n] - most)
    return most + math.log(sums)


@njit(nogil=True, cache=True, error_model="numpy")
def _follow(starting, unit, count, beta):
    """Fill β, what may follow by each place, from what starts at each; return its unit.

    ``unit`` is that of ``starting``, and ``count`` what it has that nothing follows.
    """
    places = len(beta)
    for t in range(places - 2, -1, -1):
        starting[t] += starting[t + 1]
    reached = unit + math.log(max(starting[0], _TINY))
    before = max(reached, count)
    factor = math.exp(min(max(unit - before, _LOW), -_LOW))
    none = math.exp(max(count - before, _LOW))
    for t in range(places):
        beta[t] = starting[t] * factor + none
    return before


@njit(nogil=True, cache=True, error_model="numpy")
def _backward(S, best, same, narrowest, counts, alpha, heights, out):
    """Add the shares of readings to ``out``, alike S; return log Σ e^score."""
    places, D = S.shape[1:]
    N = len(alpha) - 1
    log_Z = _log_sum(heights, counts)
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
        unit = _follow(starting, unit + best[at], float(counts[n - 1]), beta)
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


@njit(nogil=True, cache=True, error_model="numpy")
def _segment_exponentials(S, best):
    for n in range(len(S)):
        best[n] = S[n].max()
        for i in range(S.shape[1]):
            S[n, i] = math.exp(max(S[n, i] - best[n], _LOW))


@njit(nogil=True, cache=True, error_model="numpy")
def _segment_shares(S, best, same, starts, ends, places, counts, out):
    """Fill the shares of readings, alike S, by segments in the order of ends; return log Σ e^s."""
    N = len(counts) - 1
    alpha = np.empty((N + 1, places))
    heights = np.zeros(N + 1)
    alpha[0] = 1.0
    for n in range(1, N + 1):
        at = 0 if same else n - 1
        reached, i = 0.0, 0
        for t in range(places):
            while i < len(ends) and ends[i] == t:
                reached += alpha[n - 1, starts[i]] * S[at, i]
                i += 1
            alpha[n, t] = reached
        last = max(reached, _TINY)
        alpha[n] /= last
        heights[n] = heights[n - 1] + best[at] + math.log(last)
    log_Z = _log_sum(heights, counts)
    unit = float(counts[N])
    beta = np.ones(places)
    starting = np.empty(places)
    for n in range(N, 0, -1):
        at = 0 if same else n - 1
        scale = math.exp(min(max(heights[n - 1] + best[at] + unit - log_Z, _LOW), -_LOW))
        starting[:] = 0.0
        for i in range(len(ends)):
            follows = S[at, i] * beta[ends[i]]
            out[at, i] += alpha[n - 1, starts[i]] * follows * scale
            starting[starts[i]] += follows
        unit = _follow(starting, unit + best[at], float(counts[n - 1]), beta)
    return log_Z


@njit(nogil=True, cache=True, error_model="numpy")
def segment_slopes(scores, firsts, starts, ends, places, texts, counts, by_score, log_p):
    """Fill the log probabilities of texts (B,), and their sum's derivatives by scores (n, K).

    ``firsts`` (B + 1,) says where the segments of each line begin.
    """
    B, N = texts.shape
    K = scores.shape[1]
    only = np.full(N + 1, -1e9)
    only[N] = counts[N]
    for b in range(B):
        first, last = firsts[b], firsts[b + 1]
        m = last - first
        if m == 0:
            log_p[b] = -1e9
            continue
        S = np.empty((N, m))
        A = np.empty((1, m))
        best, best_any = np.empty(N), np.empty(1)
        for i in range(m):
            row = scores[first + i]
            most = row.max()
            total = 0.0
            for k in range(K):
                total += math.exp(row[k] - most)
            A[0, i] = most + math.log(total)
            for n in range(N):
                S[n, i] = row[texts[b, n]]
        anywhere = A[0].copy()
        _segment_exponentials(S, best)
        _segment_exponentials(A, best_any)
        of_text, of_any = np.zeros((N, m)), np.zeros((1, m))
        at_starts, at_ends = starts[first:last], ends[first:last]
        wanted = _segment_shares(S, best, False, at_starts, at_ends, places, only, of_text)
        every = _segment_shares(A, best_any, True, at_starts, at_ends, places, counts, of_any)
        log_p[b] = wanted - every
        for i in range(m):
            for k in range(K):
                share = math.exp(scores[first + i, k] - anywhere[i])
                by_score[first + i, k] = -of_any[0, i] * share
            for n in range(N):
                by_score[first + i, texts[b, n]] += of_text[n, i]
