"""Where the classes of one list stand in another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

SHOWN = 12  # names in a message


def places_among(known: Iterable[str], names: Iterable[str]) -> NDArray[np.intp]:
    """Return the position of each name among those known; −1 for none.

    Examples
    --------
    >>> places_among(["cat", "dog"], ["dog", "eel"]).tolist()
    [1, -1]
    """
    place = {str(name): k for k, name in enumerate(known)}
    return np.array([place.get(str(name), -1) for name in names], np.intp)


def some_of(names: Sequence[str], most: int = SHOWN) -> str:
    """Write names into a message, of many the first ones.

    Examples
    --------
    >>> some_of(["cat", "dog"]), some_of([*"abcdefghijklmn"])
    ('cat, dog', 'a, b, c, d, e, f, g, h, i, j, k, l, …')
    """
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
