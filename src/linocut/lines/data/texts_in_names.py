"""Texts in the names of files: ``2b827.png``, ``2b827_1.png``, ``IMG_0012_2b827.png``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from linocut.lines.data.found import Found, TextFile
from linocut.lines.data.places import Place
from linocut.lines.data.symbols import normalised_text

BETWEEN = re.compile(r"[-_ ()\[\]]+")  # no dot, which a meter shows
COPY = re.compile(r"\d{1,3}")  # what tells images of one text apart
ID = re.compile(r"\d{8,}|[0-9a-f]{16,}", re.IGNORECASE)  # a time or a hash
FULL = 2 / 3  # share of the numbers in a range from which they only count the images
LEAST_DIFFERENT = 0.2  # different texts an image


def texts_in_names(place: Place) -> Found | None:
    """Take the text of each image from its name; None where names hold none that is certain.

    Parameters
    ----------
    place : Place
        Images, all in one folder.
    """
    texts = texts_of_names([image.stem for image in place.images]) if place.flat else None
    if texts is None:
        return None
    found = Found("in the files' names")
    found.files = [TextFile(image, text) for image, text in zip(place.images, texts, strict=True)]
    return found


def texts_of_names(stems: Sequence[str]) -> list[str] | None:
    """Return the piece of each name that is its text.

    The pieces of names stand between ``_``, ``-``, blanks and brackets. No text is a piece that
    all names have, one that counts the images, the number of a copy behind the others, and, beside
    something else, a time or a hash. The text is the one piece that is left; where none is, or
    another might be, names do not tell.

    Examples
    --------
    >>> texts_of_names(["2b827", "2b827_1", "nx3mm"])
    ['2b827', '2b827', 'nx3mm']
    >>> texts_of_names(["IMG_001_2b827", "IMG_002_nx3mm", "IMG_003_nx3mm"])
    ['2b827', 'nx3mm', 'nx3mm']
    >>> texts_of_names(["1543210987_2b827", "1543219999_nx3mm"])
    ['2b827', 'nx3mm']
    >>> texts_of_names(["0001", "0002", "0003"]) is None, texts_of_names(["12-5", "7-9"]) is None
    (True, True)
    """
    rows = [[piece for piece in BETWEEN.split(normalised_text(stem)) if piece] for stem in stems]
    if not rows or not all(rows):
        return None
    widths = {len(row) for row in rows}
    if widths == {1, 2} and _are_copies([row[1] for row in rows if len(row) == 2]):
        rows = [row[:1] for row in rows]
    elif len(widths) > 1:
        return None
    columns = [list(column) for column in zip(*rows, strict=True)]
    left = [
        column
        for k, column in enumerate(columns)
        if len(set(column)) > 1 and not _counts(column) and not (k and _are_copies(column))
    ]
    if len(left) > 1:
        left = [column for column in left if not _are_ids(column)]
    return left[0] if len(left) == 1 and _may_be_text(left[0]) else None


def _are_ids(column: list[str]) -> bool:
    """Tell whether a column holds a time or a hash: long, and of each image another."""
    return len(set(column)) == len(column) and all(map(ID.fullmatch, column))


def _may_be_text(column: list[str]) -> bool:
    several = sum(map(len, column)) > len(column)
    return several and len(set(column)) >= LEAST_DIFFERENT * len(column)


def _are_copies(column: list[str]) -> bool:
    """Tell whether short numbers are those of copies: none comes more often than one before it."""
    if not all(map(COPY.fullmatch, column)):
        return False
    counts = Counter(map(int, column))
    often = [counts[number] for number in sorted(counts)]
    return min(counts) <= 2 and all(before >= after for before, after in pairwise(often))


def _counts(column: list[str]) -> bool:
    """Tell whether a column counts the images: numbers of which few in their range are missing."""
    if not all(re.fullmatch(r"\d{1,15}", piece) for piece in column):
        return False
    numbers = set(map(int, column))
    reach = max(numbers) - min(numbers) + 1
    return len(numbers) == len(column) and len(numbers) >= FULL * reach
