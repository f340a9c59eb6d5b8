"""Changes to bytes that know nothing of what the bytes mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.random import Generator

Change = Callable[[bytes, Generator], bytes]

BLOCK = 64  # bytes at most that are moved, but for truncation
NUMBERS = (0, 1, 7, 8, 127, 255, 2**15, 2**16, 2**31 - 1, 2**31, 2**32, 2**53, 2**63, 2**64 - 1)


def flip_bits(data: bytes, random: Generator) -> bytes:
    """Flip up to eight bits."""
    changed = bytearray(data)
    for at in random.integers(len(data), size=random.integers(1, 9)) if data else ():
        changed[at] ^= 1 << int(random.integers(8))
    return bytes(changed)


def truncate(data: bytes, random: Generator) -> bytes:
    """Keep the beginning, of any length."""
    return data[: random.integers(len(data) + 1)]


def insert(data: bytes, random: Generator) -> bytes:
    """Insert random bytes."""
    at = random.integers(len(data) + 1)
    return data[:at] + random.bytes(int(random.integers(1, BLOCK))) + data[at:]


def delete(data: bytes, random: Generator) -> bytes:
    """Delete a block."""
    at = random.integers(len(data) + 1)
    return data[:at] + data[at + random.integers(1, BLOCK) :]


def repeat(data: bytes, random: Generator) -> bytes:
    """Repeat a block."""
    at = random.integers(len(data) + 1)
    block = data[at : at + random.integers(1, BLOCK)]
    return data[:at] + block * int(random.integers(2, 5)) + data[at:]


def swap_blocks(data: bytes, random: Generator) -> bytes:
    """Let two blocks change places."""
    size = int(random.integers(1, BLOCK))
    if len(data) < 2 * size:
        return data
    first, second = np.sort(random.integers(len(data) - size + 1, size=2))
    if second < first + size:
        return data
    a, b = data[first : first + size], data[second : second + size]
    return data[:first] + b + data[first + size : second] + a + data[second + size :]


def put_number(data: bytes, random: Generator) -> bytes:
    """Overwrite a place with a number that is often at a limit."""
    width = int(random.choice([1, 2, 4, 8]))
    if len(data) < width:
        return data
    number = int(random.choice(np.array(NUMBERS, dtype=object))) % (1 << 8 * width)
    at = int(random.integers(len(data) - width + 1)) // width * width
    order: Literal["little", "big"] = "little" if random.random() < 0.5 else "big"
    return data[:at] + number.to_bytes(width, order) + data[at + width :]


CHANGES: tuple[Change, ...] = (
    flip_bits, truncate, insert, delete, repeat, swap_blocks, put_number,
)  # fmt: skip


def changed(data: bytes, random: Generator) -> bytes:
    """Change bytes in one to three ways."""
    for _ in range(random.integers(1, 4)):
        data = CHANGES[random.integers(len(CHANGES))](data, random)
    return data


def spliced(data: bytes, other: bytes, random: Generator) -> bytes:
    """Return the beginning of one input and the end of another."""
    return data[: random.integers(len(data) + 1)] + other[random.integers(len(other) + 1) :]
