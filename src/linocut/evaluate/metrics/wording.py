"""Lists of classes as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 5  # names that a sentence has room for


def listed(names: Sequence[str], most: int = MOST) -> str:
    """Join names, counting those that there is no room for.

    Examples
    --------
    >>> listed(["cat"]), listed(["cat", "dog", "eel"]), listed([*"abcdefgh"])
    ('cat', 'cat, dog and eel', 'a, b, c, d, e and 3 more')
    """
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def plural(n: int, one: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "image"), plural(2000, "image")
    ('1 image', '2,000 images')
    """
    return f"{n:,} {one if n == 1 else one + 's'}"


def undefined(precision: Sequence[str], recall: Sequence[str], f1: Sequence[str]) -> list[str]:
    """Say why figures of some classes are not defined, one sentence a figure.

    Parameters
    ----------
    precision, recall, f1 : sequences of str
        The classes that have none.

    Examples
    --------
    >>> undefined(["7"], [], [])
    ['No image was classified as 7, so its precision is not defined.']
    """
    told = []
    for names, why, figure in (
        (precision, "was classified as", "precision"),
        (recall, "is of class", "recall"),
        (f1, "is of or was classified as", "F1"),
    ):
        if names:
            its = "its" if len(names) == 1 else "their"
            # "As 7 or 8": each of them lacks it.
            which = " or ".join(listed(names).rsplit(" and ", 1))
            told.append(f"No image {why} {which}, so {its} {figure} is not defined.")
    return told
