"""Cut a set of strings without a test part in two, images of one source kept together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linocut.lines.data.symbols import symbols_of
from linocut.lines.data.texts_in_names import BETWEEN

MOST_COPIES = 10  # on average; a text with more images is one that comes again and again


def source_groups(names: Sequence[str], texts: Sequence[str]) -> NDArray[np.int64]:
    """Return a number for each image, the same for images of one source.

    Files that are named after one text (``2b827.png``, ``2b827_1.png``) are copies of one image as
    likely as not; a copy in the test part would be known by heart.

    Examples
    --------
    >>> source_groups(["ab.png", "ab_1.png", "cd.png"], ["ab", "ab", "cd"]).tolist()
    [0, 0, 1]
    """
    keys = []
    for name, text in zip(names, texts, strict=True):
        stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        keys.append(text if text in (stem, *BETWEEN.split(stem)) else name)
    place = {key: k for k, key in enumerate(dict.fromkeys(keys))}
    groups = np.array([place[key] for key in keys], np.int64)
    return groups if len(keys) <= MOST_COPIES * len(place) else np.arange(len(keys))


def split_strings(
    names: Sequence[str], texts: Sequence[str], *, test_size: float, seed: int, split: str
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose the rows of the train and of the test part.

    Every symbol stays in the training part: an image that would take its last one there is kept.

    Parameters
    ----------
    names, texts : sequences of n str
        Of each image.
    test_size : float
        Share of the images for the test part, between 0 and 1.
    seed : int
        Of the draw.
    split : {"stratified", "ordered"}
        Draw at random, or keep the last images.

    Returns
    -------
    train, test : integer arrays
        Rows in ascending order, disjoint, together all rows; at least one in either, if there are
        two groups.

    Examples
    --------
    >>> train, test = split_strings(["a", "b", "c"], ["12", "1", "2"], test_size=0.3, seed=0,
    ...                             split="ordered")
    >>> train.tolist(), test.tolist()
    ([0, 1], [2])
    """
    groups = source_groups(names, texts)
    order = np.arange(groups.max(initial=-1) + 1)
    order = order[::-1] if split == "ordered" else np.random.default_rng(seed).permutation(order)
    symbols = [set(symbols_of(text)) for text in texts]
    left = Counter(symbol for each in symbols for symbol in each)
    rows_of: dict[int, list[int]] = {}
    for row, group in enumerate(groups.tolist()):
        rows_of.setdefault(group, []).append(row)
    wanted = max(1, round(test_size * len(texts)))
    test: list[int] = []
    for group in order.tolist():
        rows = rows_of[group]
        if len(test) >= wanted:
            break
        taken = Counter(symbol for row in rows for symbol in symbols[row])
        spares = all(left[symbol] > count for symbol, count in taken.items())
        if spares and len(test) + len(rows) < len(texts):
            test += rows
            left -= taken
    held = np.zeros(len(texts), bool)
    held[test] = True
    return np.flatnonzero(~held), np.flatnonzero(held)
