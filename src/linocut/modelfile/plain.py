"""Parameters as JSON and back, and JSON from outside read field by field."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from linocut.core import LinocutError

DEEPEST = 6  # lists within lists
LONGEST = 2000  # characters of a text
UNNAMED = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}  # numbers that JSON has no name for


def encoded(value: Any) -> Any:
    """Return a parameter as JSON keeps it: exactly, tuples and infinity included.

    Raises
    ------
    LinocutError
        If it is no plain value.

    Examples
    --------
    >>> encoded((8, np.float64("inf")))
    {'tuple': [8, {'number': 'inf'}]}
    >>> decoded(encoded((8, np.float64("inf"))))
    (8, inf)
    """
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"number": str(value)}
    if isinstance(value, tuple):
        return {"tuple": [encoded(each) for each in value]}
    if isinstance(value, list | np.ndarray):
        return [encoded(each) for each in value]
    if isinstance(value, dict):
        return {"map": [[encoded(key), encoded(each)] for key, each in value.items()]}
    raise LinocutError(
        f"{type(value).__name__} — a model file keeps numbers, texts, true, false, none, and lists "
        "of these"
    )


def decoded(value: Any, deep: int = 0) -> Any:
    """Return what `encoded` was given.

    Raises
    ------
    LinocutError
        If it is nothing that `encoded` makes.
    """
    if deep > DEEPEST:
        raise LinocutError(f"lists within lists, more than {DEEPEST} deep")
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return checked_text(value)
    if isinstance(value, list):
        return [decoded(each, deep + 1) for each in value]
    if isinstance(value, dict) and len(value) == 1:
        ((kind, inner),) = value.items()
        if kind == "number" and isinstance(inner, str) and inner in UNNAMED:
            return UNNAMED[inner]
        if kind == "tuple" and isinstance(inner, list):
            return tuple(decoded(each, deep + 1) for each in inner)
        if kind == "map" and isinstance(inner, list):
            pairs = [decoded(each, deep + 1) for each in inner]
            if all(isinstance(each, list) and len(each) == 2 for each in pairs) and all(
                isinstance(key, bool | int | float | str) for key, _ in pairs
            ):
                return dict(pairs)
    raise LinocutError(f"{shown(value)} is no value that a model file keeps")


def checked_text(value: Any) -> str:
    """Return a text that can be printed.

    Raises
    ------
    LinocutError
        If it is none, or very long.
    """
    if not isinstance(value, str):
        raise LinocutError(f"{shown(value)} — a text")
    if len(value) > LONGEST:
        raise LinocutError(f"a text of {len(value)} characters — at most {LONGEST}")
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise LinocutError(f"{shown(value)} — a text of Unicode characters")
    return value


def is_whole(value: Any) -> bool:
    """Say whether it is an integer; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def shown(value: Any) -> str:
    """Return a value as part of a message, no matter how long it is."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


@contextmanager
def named(where: str) -> Iterator[None]:
    """Say in the message of a `LinocutError` where it came from."""
    try:
        yield
    except LinocutError as error:
        raise LinocutError(f"{where}: {error}") from error


class Fields:
    """A JSON object whose fields are taken one by one; any that is wrong or left is an error.

    Parameters
    ----------
    value : dict
        As the JSON had it.
    where : str
        What it is, for messages; empty where who calls says it.

    Examples
    --------
    >>> fields = Fields({"side": 28, "ink": "dark"}, "intake")
    >>> fields.whole("side", 1, 10)
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: intake: side is 28 — a whole number from 1 to 10
    >>> fields.end()
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: intake: 'ink' is no field of it
    """

    def __init__(self, value: Any, where: str = "") -> None:
        self.where = f"{where}: " if where else ""
        if not isinstance(value, dict):
            raise LinocutError(f"{self.where}{shown(value)} — an object with fields")
        self.left = dict(value)

    def take(self, name: str) -> Any:
        """Return any field."""
        if name not in self.left:
            raise LinocutError(f"{self.where}its field {name!r} is missing")
        return self.left.pop(name)

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.take(name)
        with named(f"{self.where}{name}"):
            return checked_text(value)

    def whole(self, name: str, low: int, high: int) -> int:
        """Return a whole number between two others, ends included."""
        value = self.take(name)
        if not (is_whole(value) and low <= value <= high):
            raise self.wrong(name, value, f"a whole number from {low} to {high}")
        return int(value)

    def number(self, name: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a finite number between two others, ends included."""
        value = self.take(name)
        # A whole number may be too large for a float.
        real = isinstance(value, float) or (is_whole(value) and abs(value) < 2**53)
        if not (real and math.isfinite(value) and low <= value <= high):
            raise self.wrong(name, value, "a finite number")
        return float(value)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise self.wrong(name, value, "true or false")
        return value

    def items(self, name: str) -> list[Any]:
        """Return a list."""
        value = self.take(name)
        if not isinstance(value, list):
            raise self.wrong(name, value, "a list")
        return value

    def object(self, name: str, where: str | None = None) -> Fields:
        """Return an object."""
        return Fields(self.take(name), where or name)

    def value(self, name: str) -> Any:
        """Return what `encoded` made."""
        value = self.take(name)
        with named(f"{self.where}{name}"):
            return decoded(value)

    def end(self) -> None:
        """Make sure that no field is left."""
        if self.left:
            raise LinocutError(f"{self.where}{shown(min(self.left))} is no field of it")

    def wrong(self, name: str, value: Any, wanted: str) -> LinocutError:
        """Return the error of a field with a wrong value."""
        return LinocutError(f"{self.where}{name} is {shown(value)} — {wanted}")
