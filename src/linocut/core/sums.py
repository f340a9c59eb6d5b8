"""Sums in an order that nobody can change: not the number of threads, nor where the parts are made.

Floating-point addition depends on its order. Here parts are added along a tree that their number
alone determines: four neighbours make a sum, four neighbouring sums make one of the next level, and
so on. Whoever holds a whole branch may add it up where it lies, and the total has the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

FAN = 4  # neighbours that are added to one sum of the next level


def tree_sum(parts: Iterable[T]) -> T:
    """Return the sum of parts, in float64.

    Parameters
    ----------
    parts : iterable of float, int, array, or tuple of those
        All of one form. Arrays are summed in float64 whatever their type; the first is copied.

    Raises
    ------
    ValueError
        If there is no part.

    Examples
    --------
    >>> tree_sum([(1, np.float32([1.0, 2.0])), (2, np.float32([0.5, 0.5]))])
    (3, array([1.5, 2.5]))
    """
    levels: list[list[Any]] = []  # at each level the sum that is being filled, and of how many
    for part in parts:
        _put(levels, 0, part)
    total: Any = None
    for branch, count in levels:  # what is left at one level is the last of the next
        if count and total is not None:
            total = _added(branch, total)
        elif count:
            total = branch
    if total is None:
        raise ValueError("a sum of no parts has no form")
    return total  # type: ignore[no-any-return]  # of the form of the parts


def _put(levels: list[list[Any]], level: int, part: Any) -> None:
    """Add a part at a level; a sum of four goes up one."""
    if level == len(levels):
        levels.append([None, 0])
    branch, count = levels[level]
    branch = _wide(part, copy=level == 0) if count == 0 else _added(branch, part)
    if count + 1 < FAN:
        levels[level] = [branch, count + 1]
        return
    levels[level] = [None, 0]
    _put(levels, level + 1, branch)


def _wide(part: Any, *, copy: bool) -> Any:
    """Return the part as sums are kept: arrays in float64, and our own."""
    if isinstance(part, tuple):
        return tuple(_wide(each, copy=copy) for each in part)
    if isinstance(part, np.ndarray):
        return np.array(part, np.float64) if copy else part
    return _number(part)


def _added(total: Any, part: Any) -> Any:
    """Add a part to a sum that is our own, in place where it is an array."""
    if isinstance(total, tuple):
        return tuple(_added(a, b) for a, b in zip(total, part, strict=True))
    if isinstance(total, np.ndarray):
        total += part
        return total
    return total + _number(part)


def _number(part: Any) -> Any:
    """Return a float32 as the float that it is, or sums would be in float32, too."""
    return float(part) if isinstance(part, np.floating) else part
