"""Readings of lines: the most probable texts, where their glyphs lie, how probable they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.scores import Scores
from linocut.lines.alignment.slopes import any_glyphs, only
from linocut.lines.alignment.sums import best_cuts, total

Array = NDArray[Any]

TRIED = 4  # symbols tried for each glyph
CERTAIN = 0.5  # a text more probable than that is the most probable one


@dataclass(frozen=True)
class Glyph:
    """One glyph of a reading.

    Attributes
    ----------
    symbol : str
    score : float
        Of the symbol there: window and width, and the second look if one is taken, over the mean
        of all symbols' scores.
    runner_up : str
        The symbol with the next best score at the same place.
    runner_up_score : float
    start, stop : int
        The columns between which it lies, pixels of the image.
    """

    symbol: str
    score: float
    runner_up: str
    runner_up_score: float
    start: int
    stop: int


@dataclass(frozen=True)
class Reading:
    """A text that was read in an image.

    Attributes
    ----------
    text : str
    probability : float
        Of the whole text, with all cuts summed over.
    glyphs : tuple of Glyph
        Where its symbols most probably lie.
    """

    text: str
    probability: float
    glyphs: tuple[Glyph, ...] = ()

    @property
    def cuts(self) -> tuple[tuple[int, int], ...]:
        """Where each glyph starts and stops, columns of the image."""
        return tuple((glyph.start, glyph.stop) for glyph in self.glyphs)

    def __str__(self) -> str:
        return f"{self.text} ({self.probability:.1%})"


@dataclass(frozen=True, eq=False)
class Aligned:
    """A text in numbers and where its glyphs lie.

    Attributes
    ----------
    symbols, starts, ends : int arrays, shape (N,)
        In places.
    probability : float
    """

    symbols: Array
    starts: Array
    ends: Array
    probability: float


def most_probable(scores: Scores) -> list[Aligned]:
    """Return the most probable text of each line.

    That of the best single alignment, or one that differs from it in one glyph, if that is more
    probable with all cuts summed over.
    """
    _, starts, ends = best_cuts(any_best(scores), scores.narrowest, scores.counts)
    everything = total(any_glyphs(scores), scores.narrowest, scores.counts)
    found = []
    for line in range(len(starts)):
        one = scores.take([line])
        n = int(np.count_nonzero(ends[line] >= 0))
        first = one.of_symbols(starts[line, :n], ends[line, :n]).argmax(axis=1)
        p = _exact(one, first[None], everything[line])[0]
        if p < CERTAIN and n:
            texts = _variants(one, starts[line, :n], ends[line, :n], changes=1)
            exact = _exact(one, texts, everything[line])
            first, p = texts[exact.argmax()], exact.max()
        found.append(_aligned(one, first, float(p)))
    return found


def best_texts(scores: Scores, k: int, seed: int = 0) -> list[Aligned]:
    """Return the k most probable texts of one line, most probable first.

    They are sought among those of the best alignment with up to two glyphs changed, and those of
    alignments drawn at random by their probability at a raised temperature; the probability of
    each is exact.
    """
    random = np.random.default_rng(seed)
    everything = total(any_glyphs(scores), scores.narrowest, scores.counts)[0]
    _, starts, ends = best_cuts(any_best(scores), scores.narrowest, scores.counts)
    n = int(np.count_nonzero(ends[0] >= 0))
    texts = {tuple(map(int, text)) for text in _variants(scores, starts[0, :n], ends[0, :n], 2)}
    for temperature in (1.5, 3.0):
        texts |= _drawn(scores.tempered(temperature), 40, random)
    by_count: dict[int, list[tuple[int, ...]]] = {}
    for text in sorted(texts):
        by_count.setdefault(len(text), []).append(text)
    found = []
    for some in by_count.values():
        p = _exact(scores, np.array(some, np.intp).reshape(len(some), -1), everything)
        found += list(zip(p.tolist(), some, strict=True))
    found.sort(key=lambda each: (-each[0], each[1]))
    return [_aligned(scores, np.array(text, np.intp), p) for p, text in found[:k]]


def aligned(scores: Scores, text: Array) -> Aligned:
    """Return where the glyphs of a known text most probably lie in one line."""
    everything = total(any_glyphs(scores), scores.narrowest, scores.counts)[0]
    p = _exact(scores, text[None], everything)[0] if len(text) < len(scores.counts) else 0.0
    return _aligned(scores, text, float(p))


def any_best(scores: Scores) -> Array:
    """Return what any glyph has with its best symbol, (B, 1, T + 1, D)."""
    return scores.of_best[:, None]


def _aligned(scores: Scores, text: Array, p: float) -> Aligned:
    if not len(text):
        return Aligned(text, text, text, p)
    counts = np.zeros(len(text) + 1, np.float32)
    _, starts, ends = best_cuts(
        scores.of_texts(text[None]), scores.narrowest, only(counts, len(text))
    )
    return Aligned(text, starts[0], ends[0], p)


def _exact(scores: Scores, texts: Array, everything: float) -> Array:
    """Return the probabilities of texts (V, N) of one line, shape (V,)."""
    if texts.shape[1] == 0:
        return np.exp(np.full(len(texts), float(scores.counts[0])) - everything)
    counts = only(scores.counts, texts.shape[1])
    same = scores.take(np.zeros(len(texts), int))
    return np.exp(total(same.of_texts(texts), scores.narrowest, counts) - everything)


def _variants(scores: Scores, starts: Array, ends: Array, changes: int) -> Array:
    """Return the best text for given cuts, and those with up to so many glyphs changed."""
    ranked = np.argsort(-scores.of_symbols(starts, ends), axis=1)[:, : TRIED + 1]
    texts = {tuple(ranked[:, 0])}
    for _ in range(changes):
        texts |= {
            (*text[:at], other, *text[at + 1 :])
            for text in texts
            for at in range(len(text))
            for other in ranked[at, 1:]
        }
    return np.array(sorted(texts), np.intp).reshape(len(texts), -1)


def _drawn(scores: Scores, count: int, random: np.random.Generator) -> set[tuple[int, ...]]:
    """Return the texts of readings drawn by their probability: noise on scores, then the best.

    Adding independent Gumbel noise to the scores of each part and taking the best reading draws
    nearly by the probability (Papandreou and Yuille 2011), and all draws are computed side by side.
    """
    same = scores.take(np.zeros(count, int))
    noisy = replace(
        same,
        glyphs=same.glyphs + random.gumbel(size=same.glyphs.shape).astype(np.float32),
        cuts=same.cuts + random.gumbel(size=same.cuts.shape).astype(np.float32),
    )
    _, starts, ends = best_cuts(any_best(noisy), noisy.narrowest, noisy.counts)
    texts = set()
    for line in range(count):
        n = int(np.count_nonzero(ends[line] >= 0))
        each = noisy.take([line]).of_symbols(starts[line, :n], ends[line, :n])
        texts.add(tuple(map(int, each.argmax(axis=1))))
    return texts
