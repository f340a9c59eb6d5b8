"""One certificate of separability: what it is about, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.explain.separability.exact import (
    Bytes,
    Integers,
    is_witness,
    largest_multiplier,
    smallest_margin,
)
from linocut.explain.separability.search import Answer, Separator, Undecided, Witness

SEPARABLE, INSEPARABLE, UNDECIDED = "separable", "not separable", "undecided"
REST = -1  # in place of a second class: all others

Problem = tuple[int, int]


@dataclass(frozen=True, eq=False, slots=True)
class Certificate:
    """What is known of one class against another, or against all others.

    Attributes
    ----------
    first, second : int
        Positions of the classes, the smaller one first; −1 is all other classes.
    answer : Separator, Witness or Undecided
        A proof of one or the other, or what was tried.
    seconds : float
        Time that it took to find, or to check where it comes from a verification.
    """

    first: int
    second: int
    answer: Answer
    seconds: float = 0.0

    @property
    def problem(self) -> Problem:
        """What it is about: both positions."""
        return self.first, self.second

    @property
    def verdict(self) -> str:
        """``"separable"``, ``"not separable"`` or ``"undecided"``."""
        if isinstance(self.answer, Separator):
            return SEPARABLE
        return INSEPARABLE if isinstance(self.answer, Witness) else UNDECIDED

    def fault(self, X: Bytes, y: NDArray[np.int64]) -> str:
        """Check the proof in exact arithmetic; say what is wrong with it, or nothing.

        Parameters
        ----------
        X : uint8 array, shape (n, d)
            Images as rows.
        y : int64 array, shape (n,)
            Position of each one's class.

        Returns
        -------
        str
            Empty where it holds. An undecided certificate claims nothing, and holds.
        """
        rows, signs = rows_of(y, self.problem)
        if isinstance(self.answer, Separator):
            return _fault_of_separator(self.answer, X[rows], signs)
        if isinstance(self.answer, Witness):
            return _fault_of_witness(self.answer, X, rows, signs)
        return ""

    def described(self) -> str:
        """Describe the proof by what is counted in it."""
        if isinstance(self.answer, Separator):
            # By Python, whose abs of the least int64 is right.
            largest = max(map(abs, self.answer.weights.tolist()), default=0)
            return f"integer weights up to {largest:,}"
        if isinstance(self.answer, Witness):
            digits = number_of_digits(max(self.answer.multipliers))
            return f"{len(self.answer.rows):,} images, {digits:,} digits"
        assert isinstance(self.answer, Undecided)
        return self.answer.tried


def problems_of(y: NDArray[np.int64]) -> list[Problem]:
    """Return all there is to decide: every pair of classes with images, then each with the rest.

    Two classes are each other's rest, so that their pair is all.

    Examples
    --------
    >>> problems_of(np.array([0, 3, 3]))
    [(0, 3)]
    >>> problems_of(np.array([0, 3, 4]))
    [(0, 3), (0, 4), (3, 4), (0, -1), (3, -1), (4, -1)]
    """
    present = np.unique(y).tolist()
    pairs = [(a, b) for at, a in enumerate(present) for b in present[at + 1 :]]
    return pairs + ([(a, REST) for a in present] if len(present) > 2 else [])


def rows_of(y: NDArray[np.int64], problem: Problem) -> tuple[NDArray[np.intp], Integers]:
    """Return the rows that a problem is about, and +1 for those of its first class, else −1."""
    first, second = problem
    rows = np.arange(len(y)) if second == REST else np.flatnonzero((y == first) | (y == second))
    return rows, np.where(y[rows] == first, 1, -1).astype(np.int64)


def number_of_digits(number: int) -> int:
    """Count the decimal digits of a whole number above zero, whatever its size.

    Not by writing it out, which Python refuses beyond 4,300 digits.

    Examples
    --------
    >>> number_of_digits(999), number_of_digits(1000), number_of_digits(10**9999)
    (3, 4, 10000)
    """
    estimated = int((number.bit_length() - 1) * np.log10(2))
    return estimated + (1 if number < 10 ** (estimated + 1) else 2)


def _fault_of_separator(answer: Separator, X: Bytes, signs: Integers) -> str:
    if answer.weights.shape != (X.shape[1],):
        return f"{answer.weights.size} weights for images of {X.shape[1]} pixels"
    try:
        margin = smallest_margin(X, signs, answer.weights, answer.intercept)
    except OverflowError as error:
        return str(error)
    if margin < 1:
        return "its weights do not separate"
    if margin != answer.margin:
        return f"its margin is {margin}, not {answer.margin}"
    return ""


def _fault_of_witness(answer: Witness, X: Bytes, rows: NDArray[np.intp], signs: Integers) -> str:
    at = answer.rows
    # In order, so that none counts twice; compared, since differences may overflow.
    if not len(at) or at.min() < 0 or at.max() >= len(rows) or np.any(at[1:] <= at[:-1]):
        return "its images are not some of those of these classes, each once and in order"
    if len(answer.multipliers) != len(at) or min(answer.multipliers) < 1:
        return "not every image of it has a multiplier above zero"
    bits, most = max(answer.multipliers).bit_length(), largest_multiplier(X.shape[1])
    if bits > most:
        return f"multipliers of {bits:,} bits, where {most:,} are always enough"
    if not is_witness(X[rows[at]], signs[at], answer.multipliers):
        return "its multipliers do not sum to zero"
    return ""
