"""Names of files and folders, which are bytes, as text that can be written."""

from __future__ import annotations

import unicodedata

ENDS_LINES = frozenset({"Cc", "Zl", "Zp"})  # categories of characters that would, or might


def printed(name: str) -> str:
    r"""Return a file's name so that it can be written in a line.

    Bytes that are no UTF-8 become escapes, and so do line breaks and other controls.

    Examples
    --------
    >>> printed("caf\udce9"), printed("café"), printed("a\nb")
    ('caf\\xe9', 'café', 'a\\nb')
    """
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(
        letter.encode("unicode_escape").decode()
        if unicodedata.category(letter) in ENDS_LINES
        else letter
        for letter in text
    )
