"""What a reading of a line is worth: the scores of its glyphs, of their widths, of cuts and gaps.

A line has places 0 to T, a few pixels apart. A glyph of width ℓ ends at place t, starts at t − ℓ
and is scored at the place in the middle; there is a cut at either end of it; what no glyph covers
is gap. With scores u of symbols, v of cuts, g of gaps and d of widths, a reading of N glyphs has

    π_N + Σ over glyphs [u_y(middle) + d_y(ℓ) + ½ v(start) + ½ v(end)] + Σ over gaps g

(a semi-Markov conditional random field: Sarawagi and Cohen 2004). What gaps would have had where a
glyph lies is taken off the glyph, so that all gaps together are one constant of the line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NEVER = np.float32(-1e9)  # the score of what cannot be; finite, so that differences of two are


def middles(starts: Array, ends: Array) -> Array:
    """Return the places at which glyphs are scored: half-way, to the left of it if need be."""
    return np.asarray(starts + (ends - starts) // 2)


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of the parts of readings, for B lines of up to T places.

    Attributes
    ----------
    glyphs : float32 array, shape (B, T + 1, K)
        Of each symbol at each place.
    cuts : float32 array, shape (B, T + 1)
        Of a cut at each place.
    gaps : float32 array, shape (B, T)
        Of a gap from each place to the next.
    widths : float32 array, shape (K, D)
        Of each symbol's width; the first of the D widths is ``narrowest`` places.
    narrowest : int
        From 1 up.
    ends : int array, shape (B,)
        The last place of each line, at most T.
    counts : float32 array, shape (N + 1,)
        Of how many glyphs a line has.
    """

    glyphs: Array
    cuts: Array
    gaps: Array
    widths: Array
    narrowest: int
    ends: Array
    counts: Array

    def take(self, rows: Any) -> Self:
        """Return the scores of some of the lines."""
        return replace(
            self, glyphs=self.glyphs[rows], cuts=self.cuts[rows], gaps=self.gaps[rows],
            ends=self.ends[rows],
        )  # fmt: skip

    def tempered(self, temperature: float) -> Self:
        """Return all scores divided by a temperature, but for those of counts."""
        if temperature == 1:
            return self
        T = np.float32(temperature)
        return replace(
            self, glyphs=self.glyphs / T, cuts=self.cuts / T, gaps=self.gaps / T,
            widths=self.widths / T,
        )  # fmt: skip

    @cached_property
    def lengths(self) -> Array:
        """The widths, places, shape (D,)."""
        return np.asarray(self.narrowest + np.arange(self.widths.shape[1]))

    @cached_property
    def starts(self) -> Array:
        """Where a glyph starts that ends at t, (T + 1, D); below zero where there is no room."""
        return np.arange(self.glyphs.shape[1])[:, None] - self.lengths

    @cached_property
    def middles(self) -> Array:
        """Where a glyph is scored that ends at t, (T + 1, D), never below zero."""
        ends = np.arange(self.glyphs.shape[1])[:, None]
        return np.asarray(np.maximum(middles(self.starts, ends), 0))

    @cached_property
    def gaps_before(self) -> Array:
        """The gaps from the start of the line to each place, (B, T + 1)."""
        sums = np.cumsum(self.gaps, axis=1, dtype=np.float64)
        return np.pad(sums, ((0, 0), (1, 0))).astype(np.float32)

    @cached_property
    def of_ends(self) -> Array:
        """What a glyph's ends have, less the gaps that it covers, (B, T + 1, D)."""
        starts = np.maximum(self.starts, 0)
        half, G = self.cuts / 2, self.gaps_before
        made = (half - G)[:, :, None] + (half + G)[:, starts]
        made[:, self.starts < 0] = NEVER
        made[np.arange(made.shape[1]) > self.ends[:, None]] = NEVER
        return made

    def of_texts(self, texts: Array) -> Array:
        """Return what each glyph of a text has, ending at each place: (B, N, T + 1, D).

        Parameters
        ----------
        texts : int array, shape (B, N)
            Symbols.
        """
        glyphs = np.take_along_axis(self.glyphs, texts[:, None, :], axis=2).transpose(0, 2, 1)
        made = glyphs[:, :, self.middles]
        made += self.widths[texts][:, :, None, :]
        made += self.of_ends[:, None]
        return np.asarray(made)

    @cached_property
    def summed(self) -> Array:
        """The logarithm of Σ over symbols e^(u + d), (B, T + 1, D), by place of the middle."""
        most = self.glyphs.max(axis=2, keepdims=True)
        widest = self.widths.max()
        sums = np.exp(self.glyphs - most) @ np.exp(self.widths - widest)
        return np.asarray(np.log(np.maximum(sums, np.float32(1e-37))) + most + widest)

    @cached_property
    def of_any(self) -> Array:
        """What any glyph has, all symbols summed over, ending at each place: (B, T + 1, D)."""
        return np.asarray(self.summed[:, self.middles, np.arange(len(self.lengths))] + self.of_ends)

    @cached_property
    def of_best(self) -> Array:
        """What the best symbol has, ending at each place: (B, T + 1, D)."""
        best = np.stack([(self.glyphs + d).max(axis=2) for d in self.widths.T], axis=2)
        return np.asarray(best[:, self.middles, np.arange(len(self.lengths))] + self.of_ends)

    def of_symbols(self, starts: Array, ends: Array) -> Array:
        """Return the scores of all symbols for glyphs at given places of one line, (n, K).

        Of windows and widths; what cuts and gaps have is the same for all.
        """
        which = ends - starts - self.narrowest
        return np.asarray(self.glyphs[0, self.middles[ends, which]] + self.widths.T[which])
