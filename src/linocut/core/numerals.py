"""Numbers in the numerals of any script, in those that every font has."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def in_european_numerals(name: str) -> str | None:
    """Return a number that is written in another script's numerals as 0 to 9 write it.

    None where it is no such number.

    Examples
    --------
    >>> in_european_numerals("೧೦"), in_european_numerals("٤"), in_european_numerals("7")
    ('10', '4', None)
    """
    if not name or name.isascii() or not name.isdecimal():
        return None
    return "".join(str(unicodedata.decimal(letter)) for letter in name)


def plain_names(names: Sequence[str]) -> tuple[str, ...] | None:
    """Return names of which some are numbers in other numerals, those in 0 to 9.

    None where there is nothing to write in another way, or two names would become one.

    Examples
    --------
    >>> plain_names(["೦", "೧", "a"]), plain_names(["೧", "1"]), plain_names(["cat"])
    (('0', '1', 'a'), None, None)
    """
    written = tuple(in_european_numerals(name) or name for name in names)
    changed = written != tuple(names) and len(set(written)) == len(written)
    return written if changed else None
