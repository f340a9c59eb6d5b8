"""Which texts do not fit their images, and which images do not show one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linocut.lines.data.found import Problem
from linocut.lines.data.symbols import symbols_of

NARROWEST = 3  # columns of pixels of a glyph, and of the gap before the next
LOOKED_AT = 200  # images in which two lines are looked for
MOSTLY = 0.5  # share of them from which a set has two lines an image
# A band of ink that is a line of glyphs: not an accent, a dot or an underline.
BAND, FEWEST_ROWS, SHARE = 1 / 6, 5, 0.2


def misfit(text: str, width: int) -> tuple[str, str] | None:
    """Say what is wrong with a text for an image so many pixels wide; None if nothing is.

    Examples
    --------
    >>> misfit("12345", 60) is None, misfit("", 60)
    (True, ('has an empty text', ''))
    >>> misfit("12345", 14)[1]
    "'12345' in 14 columns of pixels"
    """
    symbols = symbols_of(text)
    if not symbols:
        return "has an empty text", ""
    if width < NARROWEST * len(symbols):
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        return (
            "has a text longer than its image can hold",
            f"{shown!r} in {width} columns of pixels",
        )
    return None


def seen_once(texts: Sequence[str], names: Sequence[str]) -> list[Problem]:
    """Find the images with a symbol that no other image has; nothing can be learned from one."""
    symbols = [set(symbols_of(text)) for text in texts]
    counts = Counter(symbol for each in symbols for symbol in each)
    alone = [sorted(symbol for symbol in each if counts[symbol] == 1) for each in symbols]
    return [
        Problem("has a symbol that no other image has", name, f"{', '.join(found)} in {text!r}")
        for found, name, text in zip(alone, names, texts, strict=True)
        if found
    ]


def two_lines(images: Sequence[NDArray[np.uint8]]) -> float:
    """Return the share of images in which two lines of glyphs lie one above the other.

    Only clear cases count: two bands of ink with rows of bare paper between them.

    Parameters
    ----------
    images : sequence of uint8 arrays, shape (h, w_i)
        Light ink.

    Examples
    --------
    >>> page = np.zeros((30, 40), np.uint8)
    >>> page[3:12, 5:35] = page[18:27, 5:35] = 255
    >>> two_lines([page, page[:15]])
    0.5
    """
    if not images:
        return 0.0
    some = images[:: max(1, len(images) // LOOKED_AT)]
    return sum(map(_shows_two_lines, some)) / len(some)


def _shows_two_lines(image: NDArray[np.uint8]) -> bool:
    low, high = int(image.min()), int(image.max())
    inked = image > (low + high) / 2
    by_row = inked.sum(axis=1)
    rows = np.flatnonzero(by_row)
    if high == low or len(rows) == 0:
        return False
    bands = np.split(rows, np.flatnonzero(np.diff(rows) > 2) + 1)
    lines = [
        band
        for band in bands
        if len(band) >= max(FEWEST_ROWS, BAND * len(image))
        and by_row[band].sum() >= SHARE * by_row.sum()
    ]
    return len(lines) >= 2
