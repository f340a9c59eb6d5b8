"""Parameters in the address of a request: read, refused where they make no sense, documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linocut.serve.refusals import Refusal

Query = Mapping[str, str]

WHOLE = re.compile(r"\d{1,9}", re.ASCII)
SHOWN = 50  # characters of what was given


@dataclass(frozen=True)
class Text:
    """A parameter that is any text, or is not given.

    Attributes
    ----------
    name, description : str
    longest : int
        Characters.
    """

    name: str
    description: str
    longest: int = 200

    def of(self, query: Query) -> str | None:
        """Return what was given."""
        given = query.get(self.name)
        if given is not None and len(given) > self.longest:
            raise Refusal(
                422, f"{self.name}: {given[:SHOWN]!r}… — at most {self.longest} characters"
            )
        return given

    @property
    def schema(self) -> dict[str, Any]:
        """What JSON Schema says of it."""
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True)
class Whole:
    """A parameter that is a whole number.

    Attributes
    ----------
    name, description : str
    low, high : int
        The least and the greatest that makes sense.
    default : int
        What it is where it is not given.
    """

    name: str
    description: str
    low: int
    high: int
    default: int

    def of(self, query: Query) -> int:
        """Return what was given, or the default."""
        given = query.get(self.name)
        if given is None:
            return self.default
        if not WHOLE.fullmatch(given) or not self.low <= int(given) <= self.high:
            raise Refusal(
                422,
                f"{self.name}: {given[:SHOWN]!r} — a whole number from {self.low} to {self.high}",
            )
        return int(given)

    @property
    def schema(self) -> dict[str, Any]:
        """What JSON Schema says of it."""
        bounds = {"minimum": self.low, "maximum": self.high}
        return {"type": "integer", **bounds, "default": self.default}


Parameter = Text | Whole

MODEL = Text("model", "Name of the model; the first if not given.")
TOP = Whole("top", "Classes to name for each image.", low=1, high=1000, default=3)
LABEL = Text("label", "The class in question; the predicted one if not given.")
VERSUS = Text("versus", "Its rival; the next best if not given.")

OF_PREDICT: tuple[Parameter, ...] = (MODEL, TOP)
OF_EXPLAIN: tuple[Parameter, ...] = (MODEL, LABEL, VERSUS)


def check_names(query: Query, known: tuple[Parameter, ...]) -> None:
    """Refuse a parameter that is not known: misspelt, it would be left out without a word."""
    for name in query:
        if all(name != each.name for each in known):
            there = ", ".join(each.name for each in known)
            raise Refusal(422, f"{name[:SHOWN]!r} is no parameter here — there are {there}")
