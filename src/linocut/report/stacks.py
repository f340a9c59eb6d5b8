"""Weights and means as compressed images of numbers, rounded where all of them would not fit."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.report.document import Stack
from linocut.report.packing import deflated_bytes, pack

Floats = NDArray[np.float64]

BASE64 = 4 / 3  # characters for each byte
STEPS = {"int8": 127, "int16": 32767}
SAME = 1e-6  # of the largest number: what single precision leaves


@dataclass
class Stacks:
    """The stacks of one page, as many as a budget holds; no numbers are held twice.

    Attributes
    ----------
    budget : int
        Characters of the page for all stacks.
    exact : bool
        Whether numbers are kept as float32: where all would fit. Else they are rounded.
    held : list of Stack
        What has been added so far; a place in it is how the rest of the page refers to a stack.

    Examples
    --------
    >>> stacks = Stacks.for_numbers(100, budget=1_000)
    >>> stacks.exact, stacks.add(np.ones((2, 5, 5)), limit=1.0), len(stacks.held)
    (True, 0, 1)
    """

    budget: int
    exact: bool
    held: list[Stack] = field(default_factory=list)
    _given: list[Floats] = field(default_factory=list)

    @classmethod
    def for_numbers(cls, numbers: int, budget: int) -> Stacks:
        """Return no stacks yet, to which about so many numbers will be added in all."""
        return cls(budget, BASE64 * 4 * numbers <= budget)

    def add(self, values: Floats, limit: float) -> int | None:
        """Keep values for the eye: rounded to 127ths of a limit and ending there, unless exact.

        Returns
        -------
        int or None
            The place of the stack; None where it does not fit any more.
        """
        values = _maps(values)
        place = self._place_of(values, ("float32", "int16"))
        if place is not None:
            return place
        made = as_float32(values) if self.exact else rounded(values, limit, "int8")
        return self._add(values, made)

    def add_finely(self, values: Floats) -> int | None:
        """Keep values to calculate with: rounded to 32767ths of the largest of their class."""
        values = _maps(values)
        place = self._place_of(values, ("float32", "int16"))
        if place is not None:
            return place
        if self.exact:
            return self._add(values, as_float32(values))
        largest = np.abs(values).max(axis=(1, 2))
        return self._add(values, rounded(values, largest, "int16"))

    def add_all_finely(self, arrays: list[Floats]) -> list[int] | None:
        """Keep several arrays as `add_finely` does, or none of them where not all fit."""
        before = len(self.held)
        places = [self.add_finely(values) for values in arrays]
        kept = [place for place in places if place is not None]
        if len(kept) == len(arrays):
            return kept
        del self.held[before:], self._given[before:]
        return None

    def _place_of(self, values: Floats, kinds: tuple[str, ...]) -> int | None:
        for place, (stack, given) in enumerate(zip(self.held, self._given, strict=True)):
            if stack.dtype in kinds and _same(values, given):
                return place
        return None

    def _add(self, values: Floats, stack: Stack) -> int | None:
        if sum(len(each.data) for each in (*self.held, stack)) > self.budget:
            return None
        self.held.append(stack)
        self._given.append(values)
        return len(self.held) - 1


def _maps(values: Floats) -> Floats:
    """Return values (K, h, w, 3) of images in colour as (K, h, 3 · w), others as they are."""
    return values if values.ndim == 3 else values.reshape(*values.shape[:2], -1)


def _same(one: Floats, other: Floats) -> bool:
    if one.shape != other.shape:
        return False
    return bool(np.abs(one - other).max(initial=0) <= SAME * np.abs(one).max(initial=0))


def as_float32(values: Floats) -> Stack:
    """Keep every number as a float32.

    Examples
    --------
    >>> stack = as_float32(np.array([[[0.5, -2.0]]]))
    >>> stack.dtype, numbers(stack).tolist()
    ('float32', [[[0.5, -2.0]]])
    """
    return _stack(values.astype("<f4"), None)


def rounded(values: Floats, limit: float | Floats, dtype: str) -> Stack:
    """Keep each number as a whole multiple of a step; what lies beyond the limit ends there.

    Parameters
    ----------
    values : float64 array, shape (K, h, w) or (K, h, w, 3)
        The numbers.
    limit : float, or float64 array of shape (K,)
        The largest absolute value that can be kept, for all classes or for each.
    dtype : {"int8", "int16"}
        127 or 32767 steps on either side of zero.

    Examples
    --------
    >>> stack = rounded(np.array([[[0.5, -2.0, 1.0]]]), 1.0, "int8")
    >>> numbers(stack).round(2).tolist()
    [[[0.5, -1.0, 1.0]]]
    """
    values = _maps(values)
    most = STEPS[dtype]
    limits = np.broadcast_to(np.asarray(limit, dtype=np.float64), len(values))
    # What is divided here by a step in float64 is multiplied by it in float32 on the page.
    least = most * np.finfo(np.float32).tiny  # below it a step would be zero
    steps = (np.where(limits > least, limits, 1) / most).astype(np.float32)
    whole = np.rint(values / steps[:, None, None].astype(np.float64))
    return _stack(np.clip(whole, -most, most).astype(np.dtype(dtype).newbyteorder("<")), steps)


def numbers(stack: Stack) -> NDArray[np.float32]:
    """Return what the page reads from a stack, shape (K, h, w)."""
    kind = np.dtype(stack.dtype).newbyteorder("<")
    raw = np.frombuffer(zlib.decompress(base64.b64decode(stack.data)), np.uint8)
    held = raw.reshape(kind.itemsize, -1).T.copy().view(kind).reshape(stack.shape)
    if stack.steps is None:
        return held.astype(np.float32)
    steps = np.frombuffer(base64.b64decode(stack.steps.data), "<f4")
    return np.asarray(held * steps[:, None, None], np.float32)


def _stack(held: NDArray[Any], steps: NDArray[np.float32] | None) -> Stack:
    K, height, width = held.shape
    packed = None if steps is None else pack(steps)
    return Stack(held.dtype.name, (K, height, width), deflated_bytes(held), packed)
