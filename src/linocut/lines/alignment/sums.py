"""Sums and maxima over all cuts, and how probable each glyph's place is by the sum.

All cuts of a line are summed over in time that grows with its places times the widths of a glyph:
the sum of e^score over readings of n glyphs that end by place t is made of those of n − 1 glyphs
(Sarawagi and Cohen 2004, section 3.2). Lines are computed side by side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.scores import NEVER

Array = NDArray[Any]


def forward(segments: Array, narrowest: int) -> Array:
    """Return log Σ e^score over readings of n glyphs that end by place t, for each n and t.

    Parameters
    ----------
    segments : float32 array, shape (B, N, T + 1, D)
        What the n-th glyph has if it ends at t and is ``narrowest`` + j places wide.
    narrowest : int

    Returns
    -------
    float32 array, shape (B, N + 1, T + 1)
    """
    B, N, places, D = segments.shape
    out = np.full((B, N + 1, places), NEVER, np.float32)
    out[:, 0] = 0
    for t in range(narrowest, places):
        first = max(0, t - narrowest - D + 1)
        # The starts, as the widths grow.
        before = out[:, :-1, first : t - narrowest + 1][:, :, ::-1]
        ending = before + segments[:, :, t, : before.shape[2]]
        out[:, 1:, t] = _log_sum(ending, out[:, 1:, t - 1])
    return out


def backward(segments: Array, narrowest: int, counts: Array) -> Array:
    """Return log Σ e^score over what may follow n glyphs that end by place t, for each n and t.

    Parameters
    ----------
    segments, narrowest
        As of `forward`.
    counts : float32 array, shape (N + 1,)
        What it has that the n-th glyph was the last.

    Returns
    -------
    float32 array, shape (B, N + 1, T + 1)
    """
    B, N, places, D = segments.shape
    out = np.empty((B, N + 1, places), np.float32)
    out[:] = counts[:, None]
    for t in range(places - 1 - narrowest, -1, -1):
        j = np.arange(min(D, places - t - narrowest))
        ends = t + narrowest + j
        starting = out[:, 1:, ends] + segments[:, :, ends, j]
        out[:, :-1, t] = _log_sum(starting, out[:, :-1, t + 1])
    return out


def posteriors(segments: Array, narrowest: int, counts: Array) -> tuple[Array, Array]:
    """Return log Σ e^score over all readings, (B,), and how probable each glyph's place is.

    Parameters
    ----------
    segments, narrowest, counts
        As of `backward`.

    Returns
    -------
    logarithm : float64 array, shape (B,)
        Without the constant of the gaps.
    places : float32 array, shape (B, N, T + 1, D)
        The share of readings whose n-th glyph ends at place t and is so wide.
    """
    B, N, places, D = segments.shape
    before, after = forward(segments, narrowest), backward(segments, narrowest, counts)
    total = after[:, 0, 0]
    out = segments + (after[:, 1:] - total[:, None, None])[..., None]
    for j in range(D):
        width = narrowest + j
        out[:, :, width:, j] += before[:, :-1, : places - width]
        out[:, :, :width, j] = NEVER
    return total.astype(np.float64), np.exp(out, out=out)


def total(segments: Array, narrowest: int, counts: Array) -> Array:
    """Return log Σ e^score over all readings, (B,), without the constant of the gaps."""
    ended = forward(segments, narrowest)[:, :, -1].astype(np.float64) + counts
    most = ended.max(axis=1)
    return np.asarray(np.log(np.exp(ended - most[:, None]).sum(axis=1)) + most)


def best_cuts(segments: Array, narrowest: int, counts: Array) -> tuple[Array, Array, Array]:
    """Return the best reading's score (B,), and its glyphs' starts and ends, (B, N) each.

    Where the best reading has fewer than N glyphs, the rest start and end at −1.

    Parameters
    ----------
    segments, narrowest, counts
        As of `backward`.
    """
    B, N, places, D = segments.shape
    best = np.full((B, N + 1, places), NEVER, np.float32)
    best[:, 0] = 0
    width = np.zeros((B, N + 1, places), np.int32)  # of the glyph that ends there; 0 if none does
    for t in range(narrowest, places):
        first = max(0, t - narrowest - D + 1)
        before = best[:, :-1, first : t - narrowest + 1][:, :, ::-1]
        ending = before + segments[:, :, t, : before.shape[2]]
        j = ending.argmax(axis=2)
        here = np.take_along_axis(ending, j[..., None], axis=2)[..., 0]
        better = here > best[:, 1:, t - 1]
        best[:, 1:, t] = np.where(better, here, best[:, 1:, t - 1])
        width[:, 1:, t] = np.where(better, narrowest + j, 0)
    ended = best[:, :, -1] + counts
    left = ended.argmax(axis=1)
    starts, ends = np.full((B, N), -1), np.full((B, N), -1)
    for line, n in enumerate(left):
        t = places - 1
        while n:
            while not width[line, n, t]:
                t -= 1
            starts[line, n - 1], ends[line, n - 1] = t - width[line, n, t], t
            t -= width[line, n, t]
            n -= 1  # noqa: PLW2901
    return ended.max(axis=1), starts, ends


def _log_sum(many: Array, one: Array) -> Array:
    most = np.maximum(many.max(axis=-1), one)
    sums = np.exp(many - most[..., None]).sum(axis=-1) + np.exp(one - most)
    return np.asarray(np.log(sums) + most)
