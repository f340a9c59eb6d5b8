"""Compiled loops for `linocut.lines.alignment.rescored.second_slopes`: lines of a few segments.

The arithmetic is that of `linocut.lines.alignment.kernels`, over segments in place of all places
and widths. Needs Numba; `second_slopes` decides whether it is used.
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
def _exponentials(S, best):
    for n in range(len(S)):
        best[n] = S[n].max()
        for i in range(S.shape[1]):
            S[n, i] = math.exp(max(S[n, i] - best[n], _LOW))


@njit(nogil=True, cache=True, error_model="numpy")
def _shares(S, best, same, starts, ends, places, counts, out):
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
        for i in range(len(ends)):
            follows = S[at, i] * beta[ends[i]]
            out[at, i] += alpha[n - 1, starts[i]] * follows * scale
            starting[starts[i]] += follows
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
        _exponentials(S, best)
        _exponentials(A, best_any)
        of_text, of_any = np.zeros((N, m)), np.zeros((1, m))
        at_starts, at_ends = starts[first:last], ends[first:last]
        wanted = _shares(S, best, False, at_starts, at_ends, places, only, of_text)
        every = _shares(A, best_any, True, at_starts, at_ends, places, counts, of_any)
        log_p[b] = wanted - every
        for i in range(m):
            for k in range(K):
                share = math.exp(scores[first + i, k] - anywhere[i])
                by_score[first + i, k] = -of_any[0, i] * share
            for n in range(N):
                by_score[first + i, texts[b, n]] += of_text[n, i]
