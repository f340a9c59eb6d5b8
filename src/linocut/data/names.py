"""Names of files and folders, which are bytes, as text that can be written."""

from __future__ import annotations


def printed(name: str) -> str:
    r"""Return a file's name so that it can be written: bytes that are no UTF-8 become escapes.

    Examples
    --------
    >>> printed("caf\udce9"), printed("café")
    ('caf\\xe9', 'café')
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
