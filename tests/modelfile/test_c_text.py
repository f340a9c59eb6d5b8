"""Strings and comments of exported C: data, whatever is in them."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linocut.modelfile.c.text import comment, number, string

ANYTHING = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from('*/?\\"<=\n')))


def read_as_c(literal: str) -> bytes:
    """The bytes of a string literal that knows no escapes but octal ones."""
    assert literal.isascii()
    assert re.fullmatch(r'"([^"\\?\n]|\\[0-3][0-7]{2})*"', literal)
    return re.sub(
        rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), literal[1:-1].encode("ascii")
    )


@given(ANYTHING)
def test_a_string_literal_is_read_as_the_bytes_of_the_text(text):
    assert read_as_c(string(text)) == text.encode("utf-8", "backslashreplace")


@given(ANYTHING)
def test_a_comment_neither_ends_nor_begins_one_nor_joins_lines(text):
    made = f"/* {comment(text)} */"
    assert made.index("*/") == len(made) - 2
    assert made.rindex("/*") == 0
    assert "??" not in made
    assert "\\" not in made
    assert made.isprintable()
    made.encode()


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_the_same_float32(value):
    text = number(value)
    assert re.fullmatch(r"-?(\d+\.\d+|\d+(\.\d+)?e[-+]\d+)f", text)
    assert np.float32(text[:-1]).tobytes() == np.float32(value).tobytes()
