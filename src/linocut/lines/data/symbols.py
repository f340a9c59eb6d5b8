"""What a text consists of: one symbol for each glyph that is drawn."""

from __future__ import annotations

import unicodedata

JOINER = "\u200d"  # zero-width: what stands on both sides of it is drawn as one


def normalised_text(text: str) -> str:
    r"""Return a text in one form of Unicode (NFC), blanks as single spaces, none at its ends.

    Examples
    --------
    >>> normalised_text("  e\u0301 7\t") == "é 7"
    True
    """
    return unicodedata.normalize("NFC", " ".join(text.split()))


def symbols_of(text: str) -> tuple[str, ...]:
    r"""Return the symbols of a text in order, repeated ones as often as they stand there.

    A symbol is a character together with the marks that combine with it, since they are drawn as
    one glyph. Upper and lower case are different symbols; a space is one, too.

    Examples
    --------
    >>> symbols_of("2Bb2")
    ('2', 'B', 'b', '2')
    >>> [len(symbol) for symbol in symbols_of("ಕಿ1")]  # a Kannada letter with its vowel sign
    [2, 1]
    """
    found: list[str] = []
    for letter in normalised_text(text):
        joins = unicodedata.category(letter)[0] == "M" or letter == JOINER
        if found and (joins or found[-1].endswith(JOINER)):
            found[-1] += letter
        else:
            found.append(letter)
    return tuple(found)
