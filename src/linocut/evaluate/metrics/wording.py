"""Classes by their names: lists of them in a sentence, and one found among them."""

from __future__ import annotations

from collections.abc import Sequence

from linocut.core import LinocutError

MOST = 5  # names that a sentence has room for


def listed(names: Sequence[str], last: str = "and") -> str:
    """Join names, counting those that there is no room for.

    Parameters
    ----------
    names : sequence of str
        One at least.
    last : str
        Word before the last of several.

    Examples
    --------
    >>> listed(["cat"]), listed(["cat", "dog", "eel"]), listed([*"abcdefgh"])
    ('cat', 'cat, dog and eel', 'a, b, c, d, e and 3 more')
    >>> listed(["black and white", "red"], "or")
    'black and white or red'
    """
    if len(names) > MOST + 1:
        names = [*names[:MOST], f"{len(names) - MOST:,} more"]
    *others, final = names
    return f"{', '.join(others)} {last} {final}" if others else final


def position_of(label: str, names: Sequence[str]) -> int:
    """Find a class by its name.

    Raises
    ------
    LinocutError
        If it is none of these.

    Examples
    --------
    >>> position_of("dog", ["cat", "dog"])
    1
    """
    if str(label) not in names:
        raise LinocutError(f"{str(label)!r} is no class of these — they are {listed(names)}")
    return names.index(str(label))


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
            told.append(f"No image {why} {listed(names, 'or')}, so {its} {figure} is not defined.")
    return told
