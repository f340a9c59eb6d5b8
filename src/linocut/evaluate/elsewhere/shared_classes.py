"""Which classes of two sets are the same: those of one name, or of one number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.numerals import plain_names
from linocut.evaluate.class_places import places_among, some_of


def shared_classes(
    known: Sequence[str], names: Sequence[str]
) -> tuple[NDArray[np.intp], tuple[str, ...]]:
    """Return where each class of a set is among those known, −1 for none, and what was noticed.

    Where no name is the same, numbers in the numerals of another script count as the same.

    Parameters
    ----------
    known : sequence of K str
        The classes of a model.
    names : sequence of str
        The classes of the set.

    Returns
    -------
    places : intp array
        One for each name.
    notes : tuple of str
        Whole sentences.

    Raises
    ------
    LinocutError
        If there is no shared class.

    Examples
    --------
    >>> shared_classes(["0", "1"], ["1", "x"])[0]
    array([ 1, -1])
    >>> shared_classes(["೦", "೧"], ["0", "1"])[1]
    ('Classes are matched as numbers: 0 with ೦, 1 with ೧.',)
    """
    notes = []
    places = places_among(known, names)
    if (places < 0).all():
        places = places_among(plain_names(known) or known, plain_names(names) or names)
        pairs = [f"{name} with {known[k]}" for name, k in zip(names, places, strict=True) if k >= 0]
        if pairs:
            notes.append(f"Classes are matched as numbers: {some_of(pairs)}.")
    if (places < 0).all():
        raise LinocutError(
            f"no class in common — the model knows {some_of(known)}, the other set has "
            f"{some_of(names)}"
        )
    strange = [name for name, k in zip(names, places, strict=True) if k < 0]
    missing = [name for k, name in enumerate(known) if k not in places]
    if strange:
        notes.append(f"Left out, since the model does not know them: {some_of(strange)}.")
    if missing:
        notes.append(f"The other set lacks classes of the model: {some_of(missing)}.")
    return places, tuple(notes)
