"""What a parameter in a model file may be, so that none can make a step take all memory or time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linocut.core import LinocutError
from linocut.modelfile.plain import is_whole, shown

LARGEST = 10**9  # of any whole number that has no rule of its own


@dataclass(frozen=True)
class Rule:
    """Which values are allowed.

    Attributes
    ----------
    wanted : str
        In words.
    fits : callable
        Says whether a value is one.

    Examples
    --------
    >>> whole(1, 6).check("J", 1000)
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: J=1000 — a whole number from 1 to 6
    """

    wanted: str
    fits: Callable[[Any], bool]

    def check(self, name: str, value: Any) -> None:
        """Raise a `LinocutError` if a value is not allowed."""
        if not self.fits(value):
            raise LinocutError(f"{name}={shown(value)} — {self.wanted}")

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            f"{self.wanted}, or {other.wanted}",
            lambda value: self.fits(value) or other.fits(value),
        )


def whole(low: int, high: int) -> Rule:
    """Allow whole numbers from low to high."""
    return Rule(
        f"a whole number from {low:,} to {high:,}",
        lambda value: is_whole(value) and low <= value <= high,
    )


def number(low: float = -math.inf, high: float = math.inf, *, infinite: bool = False) -> Rule:
    """Allow finite numbers from low to high, and infinity only if told."""

    def fits(value: Any) -> bool:
        if is_whole(value):
            return bool(abs(value) < 2**53 and low <= value <= high)
        if not isinstance(value, float):
            return False
        return bool(low <= value <= high and (math.isfinite(value) or (infinite and value > 0)))

    upper = f" to {high:g}" if math.isfinite(high) else " up"
    bounded = f"a number from {low:g}{upper}" if math.isfinite(low) else "a finite number"
    return Rule(bounded, fits)


def one_of(*values: str) -> Rule:
    """Allow a few texts."""
    wanted = ", ".join(map(repr, values))
    return Rule(wanted, lambda value: isinstance(value, str) and value in values)


def pair_of(rule: Rule) -> Rule:
    """Allow tuples of two."""
    return Rule(
        f"two values, each {rule.wanted}",
        lambda value: isinstance(value, tuple) and len(value) == 2 and all(map(rule.fits, value)),
    )


def list_of(rule: Rule, most: int) -> Rule:
    """Allow lists and tuples of up to so many."""
    return Rule(
        f"up to {most} values, each {rule.wanted}",
        lambda value: isinstance(value, list | tuple) and len(value) <= most
        and all(map(rule.fits, value)),
    )  # fmt: skip


FLAG = Rule("true or false", lambda value: isinstance(value, bool))
NOTHING = Rule("none", lambda value: value is None)
TEXT = Rule("a text", lambda value: isinstance(value, str))

COLOUR_SHAPE = Rule(
    "height, width and 3",
    lambda value: (
        isinstance(value, tuple)
        and len(value) == 3
        and value[2] == 3
        and all(map(whole(1, 4096).fits, value))
    ),
)

# Parameters that mean the same wherever they stand.
EVERYWHERE = {
    "image_shape": NOTHING | pair_of(whole(1, 4096)) | COLOUR_SHAPE,
    "random_state": NOTHING | whole(0, 2**32 - 1),
    "n_jobs": NOTHING | whole(-1, 1024),
    "C": number(0, infinite=True),
    "class_weight": NOTHING
    | one_of("balanced")
    | Rule(
        "a weight of each class",
        lambda value: isinstance(value, dict) and all(map(number(0).fits, value.values())),
    ),
}


def like(default: Any) -> Rule:
    """Allow what is of the type of a parameter's default, if it is of a simple one.

    Examples
    --------
    >>> like(0.5).fits(1), like(0.5).fits("1"), like(3).fits(10**10)
    (True, False, False)
    """
    if isinstance(default, bool):
        return FLAG
    if is_whole(default):
        return whole(-LARGEST, LARGEST)
    if isinstance(default, float):
        return number()
    return NOTHING if default is None else one_of(str(default))
