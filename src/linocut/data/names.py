"""Names of files and folders, which are bytes, as text that can be written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

SHOWN = 12  # names in one line
ENDS_LINES = frozenset({"Cc", "Zl", "Zp"})  # categories of characters that would, or might


def writable(name: str) -> str:
    r"""Return a file's name with escapes for bytes that are no UTF-8, and all else as it is.

    Examples
    --------
    >>> writable("caf\udce9"), writable("a\nb")
    ('caf\\xe9', 'a\nb')
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def printed(name: str) -> str:
    r"""Return a file's name so that it can be written in a line.

    Bytes that are no UTF-8 become escapes, and so do line breaks and other controls.

    Examples
    --------
    >>> printed("caf\udce9"), printed("café"), printed("a\nb")
    ('caf\\xe9', 'café', 'a\\nb')
    """
    text = writable(name)
    if text.isprintable():
        return text
    return "".join(
        letter.encode("unicode_escape").decode()
        if unicodedata.category(letter) in ENDS_LINES
        else letter
        for letter in text
    )


def listed(names: Sequence[str]) -> str:
    """Return the first of some names in a line.

    Examples
    --------
    >>> listed("cat dog eel".split()), listed([*"abcdefghijklm"])
    ('cat, dog, eel', 'a, b, c, d, e, f, g, h, i, j, k, l, …')
    """
    return ", ".join(map(printed, names[:SHOWN])) + (", …" if len(names) > SHOWN else "")
