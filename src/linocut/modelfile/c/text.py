"""Numbers, strings and comments as C reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError

WIDTH = 100  # characters a line
PLAIN = frozenset(range(0x20, 0x7F)) - set(b'"?\\')  # bytes that a string literal may hold


def number(value: Any) -> str:
    """Return a float constant that reads back as the same float32, as short as that allows.

    Examples
    --------
    >>> number(0.1), number(3), number(-1e-30)
    ('0.1f', '3.0f', '-1e-30f')
    """
    return f"{np.float32(value)!s}f"


def string(text: str) -> str:
    r"""Return a string literal of UTF-8 bytes; all but plain characters are octal escapes.

    Octal escapes end after three digits, whatever follows. Question marks are escaped, too, since
    two of them may begin a trigraph.

    Examples
    --------
    >>> print(string('a "b" ??/'))
    "a \042b\042 \077\077/"
    >>> print(string("೦1"))
    "\340\263\2461"
    """
    # A name of a folder may hold bytes that are no text, which Python keeps as lone surrogates.
    data = text.encode("utf-8", "backslashreplace")
    return '"' + "".join(chr(byte) if byte in PLAIN else f"\\{byte:03o}" for byte in data) + '"'


def comment(text: str) -> str:
    """Return text that may stand in a comment: it neither ends nor begins one.

    Examples
    --------
    >>> comment("*/ int x; /* ??/")
    '* / int x; / * ? ?/'
    """
    line = " ".join(text.split())
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)
    line = line.replace("\\", "\N{REVERSE SOLIDUS OPERATOR}")  # it would join two lines
    return re.sub(r"(?<=\*)(?=/)|(?<=/)(?=\*)|(?<=\?)(?=\?)", " ", line)


def comment_block(paragraphs: Sequence[str]) -> str:
    """Return paragraphs as one comment of several lines."""
    lines: list[str] = []
    for paragraph in paragraphs:
        lines += [""] if lines else []
        lines += wrap(comment(paragraph), WIDTH - 3, break_long_words=False)
    return "\n".join(["/*", *(f" * {line}".rstrip() for line in lines), " */"]) + "\n"


def table(name: str, sizes: Sequence[str], values: NDArray[Any]) -> str:
    """Return the definition of a constant array of one or two dimensions.

    Parameters
    ----------
    name : str
        Of the array.
    sizes : sequence of str
        What stands between its brackets.
    values : float32 or int8 array
        One or two dimensions.

    Examples
    --------
    >>> print(table("bias", ["3"], np.array([1, 2, 0.5], np.float32)), end="")
    static const float bias[3] = {
        1.0f, 2.0f, 0.5f
    };
    """
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise LinocutError(f"{name} holds numbers that are not finite — fit the model anew")
    kind = "int8_t" if values.dtype == np.int8 else "float"
    if values.ndim == 1:
        body = _wrapped(_row(values))
    else:
        body = ",\n".join(_wrapped(f"{{{_row(row)}}}") for row in values)
    brackets = "".join(f"[{size}]" for size in sizes)
    return f"static const {kind} {name}{brackets} = {{\n{body}\n}};\n"


def _row(values: NDArray[Any]) -> str:
    each = map(str, values) if values.dtype == np.int8 else map(number, values)
    return ", ".join(each)


def _wrapped(text: str) -> str:
    indent = " " * 4
    return "\n".join(wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent))
