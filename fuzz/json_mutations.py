"""Changes to JSON that is still JSON afterwards."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from numpy.random import Generator

Place = tuple[Any, Any]  # a list or dictionary, and where in it

NAUGHTY: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 7, 63, 64, 65, 255, 4096, 10**5, 2**31, 2**53, 2**63, 10**30,
    10**400, 0.0, -0.0, 0.5, 1.5, -2.5, 1e-320, 1e9, 1e308, -1e308, "", "0", "1", "inf", "nan", "_",
    "a" * 5000, "\ud800", "\x00", "é", "__class__", "pickle", [], {}, [0], [1, 1], [[]],
    {"tuple": []}, {"tuple": [1, 2]}, {"tuple": [8, 8]}, {"tuple": [10**9, 10**9]},
    {"number": "inf"}, {"number": "-inf"}, {"number": "nan"}, {"map": []}, {"map": [[[], 1]]},
)  # fmt: skip


def places_of(value: Any) -> list[Place]:
    """Return all places in a JSON value that hold something."""
    found: list[Place] = []
    left = [value]
    while left:
        each = left.pop()
        keys = each.keys() if isinstance(each, dict) else range(len(each))
        for key in keys:
            found.append((each, key))
            if isinstance(each[key], dict | list):
                left.append(each[key])
    return found


def naughty(random: Generator) -> Any:
    """Return a value that a reader may not expect."""
    if random.random() < 0.03:
        nested: Any = []
        for _ in range(random.integers(5, 400)):
            nested = [nested]
        return nested
    return deepcopy(NAUGHTY[random.integers(len(NAUGHTY))])


def edited(value: Any, others: list[Any], random: Generator) -> Any:
    """Return a changed copy of a JSON object; parts of others may come into it."""
    made = deepcopy(value)
    for _ in range(random.integers(1, 4)):
        places = places_of(made)
        if not places:
            return made
        holder, key = places[random.integers(len(places))]
        _edit(holder, key, places, others, random)
    return made


def _edit(holder: Any, key: Any, places: list[Place], others: list[Any], random: Generator) -> None:
    way = random.integers(8)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[str(naughty(random))[:50]] = holder[key]
    elif way == 1:
        holder.insert(key, deepcopy(holder[key]))
    elif way == 2:
        there, other = places[random.integers(len(places))]
        holder[key] = deepcopy(there[other])
    elif way == 3:
        foreign = places_of(others[random.integers(len(others))]) or places
        alike = [place for place in foreign if place[1] == key] or foreign
        there, other = alike[random.integers(len(alike))]
        holder[key] = deepcopy(there[other])
    elif way in {4, 5} and isinstance(holder[key], int | float):
        holder[key] = _nudged(holder[key], random)
    else:
        holder[key] = naughty(random)


def _nudged(number: Any, random: Generator) -> Any:
    """Return a number that is slightly wrong, or far too large."""
    way = random.integers(6)
    if way < 2:
        return int(number) + (1 if way else -1) if abs(number) < 2**60 else 0
    return (number * 2, -number, float(number) if abs(number) < 2**60 else 0.0, number * 1000)[
        way - 2
    ]
