"""Readings whose glyphs lie in a few likely segments alone, each of which is scored once more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.scores import NEVER, Scores
from linocut.lines.alignment.slopes import any_glyphs, kernels, only
from linocut.lines.alignment.sums import best_cuts, posteriors

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Segments:
    """Stretches of lines in which a glyph may lie.

    Attributes
    ----------
    lines, ends, widths : int arrays, shape (n,)
        Of which line each is, the place where it ends, and which of the D widths it has.
    """

    lines: Array
    ends: Array
    widths: Array

    @property
    def at(self) -> tuple[Array, Array, Array]:
        """Where their values stand in an array (B, T + 1, D)."""
        return self.lines, self.ends, self.widths

    @classmethod
    def likely(cls, scores: Scores, least: float, texts: Array | None = None) -> Segments:
        """Return those in which a glyph lies with a probability above ``least``.

        Parameters
        ----------
        scores : Scores
            Of B lines.
        least : float
        texts : int array, shape (B, N), optional
            Texts that the lines have: segments that are likely given these are returned, too.
        """
        _, found = posteriors(any_glyphs(scores), scores.narrowest, scores.counts)
        kept = found[:, 0] > least
        if texts is not None:
            _, of_text = posteriors(*_of_texts(scores, texts))
            kept |= of_text.max(axis=1) > least
        return cls(*np.nonzero(kept))

    def readable(self, scores: Scores, texts: Array | None = None) -> Segments:
        """Return these and, in lines of which they make no reading, those of the best one.

        Where much may be, no segment need be likely. Parameters are those of `likely`; readings
        that are made have the texts, if some are given.
        """
        kept = np.zeros(scores.of_ends.shape, bool)
        kept[self.at] = True
        segments, narrowest, counts = any_glyphs(scores), scores.narrowest, scores.counts
        if texts is not None:
            segments, narrowest, counts = _of_texts(scores, texts)
        made, *_ = best_cuts(np.where(kept[:, None], segments, NEVER), narrowest, counts)
        best, starts, ends = best_cuts(segments, narrowest, counts)
        wanted = (made < NEVER / 2) & (best > NEVER / 2)
        lines, n = np.nonzero(wanted[:, None] & (ends >= 0))
        at = ends[lines, n]
        kept[lines, at, at - starts[lines, n] - narrowest] = True
        return Segments(*np.nonzero(kept))


@dataclass(frozen=True, eq=False)
class Rescored(Scores):
    """Scores of the parts of readings that are made of some segments.

    Attributes
    ----------
    segments : Segments
        Glyphs lie nowhere else.
    second : float32 array, shape (n, K)
        What each symbol has in each segment, besides what it has there without.
    """

    segments: Segments
    second: Array

    def take(self, rows: Any) -> Self:
        """Return the scores of some of the lines."""
        kept = super().take(rows)
        lines, which = np.nonzero(np.asarray(rows)[:, None] == self.segments.lines)
        segments = Segments(lines, self.segments.ends[which], self.segments.widths[which])
        return replace(kept, segments=segments, second=self.second[which])

    def tempered(self, temperature: float) -> Self:
        """Return all scores divided by a temperature, but for those of counts."""
        made = super().tempered(temperature)
        return replace(made, second=self.second / np.float32(temperature))

    @cached_property
    def in_segments(self) -> Array:
        """What each symbol has in each segment, ends and all, (n, K)."""
        lines, ends, widths = self.segments.at
        own = self.glyphs[lines, self.middles[ends, widths]] + self.widths[:, widths].T
        return np.asarray(own + self.of_ends[self.segments.at][:, None] + self.second)

    def of_texts(self, texts: Array) -> Array:
        """Return what each glyph of a text has, ending at each place: (B, N, T + 1, D)."""
        lines, ends, widths = self.segments.at
        made = np.full((*texts.shape, *self.of_ends.shape[1:]), NEVER, np.float32)
        wanted = texts[lines]
        made[lines, :, ends, widths] = np.take_along_axis(self.in_segments, wanted, axis=1)
        return made

    @cached_property
    def of_any(self) -> Array:
        """What any glyph has, all symbols summed over, ending at each place: (B, T + 1, D)."""
        most = self.in_segments.max(axis=1)
        return self._spread(np.log(np.exp(self.in_segments - most[:, None]).sum(axis=1)) + most)

    @cached_property
    def of_best(self) -> Array:
        """What the best symbol has, ending at each place: (B, T + 1, D)."""
        return self._spread(self.in_segments.max(axis=1))

    def of_symbols(self, starts: Array, ends: Array) -> Array:
        """Return the scores of all symbols for glyphs at given places of one line, (n, K)."""
        found = super().of_symbols(starts, ends)
        lengths = self.lengths[self.segments.widths]
        same = (self.segments.ends == ends[:, None]) & (lengths == (ends - starts)[:, None])
        return np.asarray(found + same @ self.second)

    def _spread(self, values: Array) -> Array:
        made = np.full(self.of_ends.shape, NEVER, np.float32)
        made[self.segments.at] = values
        return made


def _of_texts(scores: Scores, texts: Array) -> tuple[Array, int, Array]:
    """Return what `posteriors` takes for readings of texts, of any number of glyphs."""
    N = texts.shape[1]
    return scores.of_texts(texts), scores.narrowest, only(np.zeros(N + 1, np.float32), N)


def second_slopes(scores: Rescored, texts: Array) -> tuple[Array, Array]:
    """Return the log probability of each line's text, and the derivatives of their sum.

    Parameters
    ----------
    scores : Rescored
        Of B lines, with segments in the order of lines and ends.
    texts : int array, shape (B, N)
        Symbols: as many in each line.

    Returns
    -------
    log_probability : float64 array, shape (B,)
    by_second : float32 array, shape (n, K)
        By the second scores.
    """
    compiled = kernels()
    if compiled is None:
        return _vectorised(scores, texts)
    lines, ends, widths = scores.segments.at
    log_p, by_second = np.zeros(len(texts)), np.zeros(scores.second.shape, np.float32)
    compiled.segment_slopes(
        scores.in_segments, np.searchsorted(lines, np.arange(len(texts) + 1)),
        ends - scores.lengths[widths], ends, scores.glyphs.shape[1],
        np.asarray(texts, np.int64), np.asarray(scores.counts, np.float64), by_second, log_p,
    )  # fmt: skip
    return log_p, by_second


def _vectorised(scores: Rescored, texts: Array) -> tuple[Array, Array]:
    """Return what `second_slopes` does, all lines side by side."""
    counts = only(scores.counts, texts.shape[1])
    wanted, of_text = posteriors(scores.of_texts(texts), scores.narrowest, counts)
    every, of_any = posteriors(any_glyphs(scores), scores.narrowest, scores.counts)
    lines, ends, widths = scores.segments.at
    shares = np.exp(scores.in_segments - scores.in_segments.max(axis=1, keepdims=True))
    shares *= -of_any[lines, 0, ends, widths][:, None] / shares.sum(axis=1, keepdims=True)
    for n, symbols in enumerate(texts.T):
        places = np.arange(len(lines)), symbols[lines]
        shares[places] += of_text[lines, n, ends, widths]
    return wanted - every, np.asarray(shares, np.float32)
