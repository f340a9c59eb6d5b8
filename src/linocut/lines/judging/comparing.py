"""A text that was read beside the true one, glyph by glyph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pair:
    """A glyph of the true text and what was read for it.

    Attributes
    ----------
    true, read : str or None
        None where nothing was read for a glyph, or a glyph was read where there is none.
    position : int
        Of the glyph in the true text, from 0; of a glyph too many, where it was put in.
    """

    true: str | None
    read: str | None
    position: int

    @property
    def right(self) -> bool:
        """Whether the glyph was read as what it is."""
        return self.true == self.read


def paired(true: Sequence[str], read: Sequence[str]) -> tuple[Pair, ...]:
    """Pair the glyphs of two texts with as few differences as possible.

    As many glyphs as possible stay as they are, beside the fewest that are read as another, missed
    or too many (Levenshtein 1966); of equally good pairings, the one that pairs from the left.

    Parameters
    ----------
    true, read : sequence of str
        The symbols of the two texts.

    Examples
    --------
    >>> [(pair.true, pair.read) for pair in paired("2b8", "2d8")]
    [('2', '2'), ('b', 'd'), ('8', '8')]
    >>> [(pair.true, pair.read) for pair in paired("mm7", "m7")]
    [('m', 'm'), ('m', None), ('7', '7')]
    """
    n, m = len(true), len(read)
    # left[i, j]: differences between what follows glyph i of the one and glyph j of the other.
    left = np.zeros((n + 1, m + 1), np.intp)
    left[:, m] = np.arange(n, -1, -1)
    left[n] = np.arange(m, -1, -1)
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            both = left[i + 1, j + 1] + (true[i] != read[j])
            left[i, j] = min(both, left[i + 1, j] + 1, left[i, j + 1] + 1)
    pairs: list[Pair] = []
    i = j = 0
    while i < n or j < m:
        if i < n and j < m and left[i, j] == left[i + 1, j + 1] + (true[i] != read[j]):
            pairs.append(Pair(true[i], read[j], i))
            i, j = i + 1, j + 1
        elif i < n and left[i, j] == left[i + 1, j] + 1:
            pairs.append(Pair(true[i], None, i))
            i += 1
        else:
            pairs.append(Pair(None, read[j], i))
            j += 1
    return tuple(pairs)
