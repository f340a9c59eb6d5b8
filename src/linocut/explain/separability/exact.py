"""Exact integer arithmetic: what makes a certificate a proof.

Floating point only ever *suggests* here. A separating vector is proved by integer margins, and a
witness against one by a sum of integers that is exactly zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil, isqrt, log2

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

EXACT = 1 << 53  # integers below this are exact as float64, and so are their sums
PRIME_BITS = 30  # of the moduli: times a byte, summed over 8,000 rows, this stays exact
TRIES = 3  # primes that are tried before a matrix counts as singular
SPARE_BITS = 64  # of multipliers: solved for right sides below 2⁵⁰, or times one of 20 bits
AT_ONCE = 4096  # rows made float at once


def smallest_margin(X: Bytes, signs: Integers, weights: Integers, intercept: int) -> int:
    """Return the exact minimum of sign · (weights · x + intercept) over all rows.

    Parameters
    ----------
    X : uint8 array, shape (n, d)
        Rows.
    signs : int64 array, shape (n,)
        +1 or −1.
    weights : int64 array, shape (d,)
        Σ |weight| · 255 + |intercept| must be below 2⁵³: then every sum is exact in float64.

    Raises
    ------
    OverflowError
        If the weights are too large for that.
    """
    if sum(map(abs, weights.tolist())) * 255 + abs(int(intercept)) >= EXACT:
        raise OverflowError("weights too large for exact sums")
    w = weights.astype(np.float64)
    least = EXACT
    for start in range(0, len(X), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        margins = signs[some] * (X[some].astype(np.float64) @ w + intercept)
        least = min(least, int(margins.min()))
    return least


def is_witness(X: Bytes, signs: Integers, multipliers: Sequence[int]) -> bool:
    """Tell whether Σ multiplier · sign · (x, 1) is exactly zero, for multipliers ≥ 0 not all zero.

    Then no weights give every row a positive margin: the margins, weighted so, sum to zero
    (Gordan's theorem). Multipliers may have thousands of digits: the sum is computed modulo primes
    whose product exceeds twice what it can be, so zero modulo all of them is zero.

    Parameters
    ----------
    X : uint8 array, shape (m, d)
        The rows of the witness, at most 8,000.
    signs : int64 array, shape (m,)
        +1 or −1.
    multipliers : sequence of m int
        Any size.
    """
    if len(X) > 8000 or len(multipliers) != len(X):
        return False
    if any(value < 0 for value in multipliers) or not any(multipliers):
        return False
    rows = np.ones((len(X), X.shape[1] + 1))
    rows[:, :-1] = X
    rows *= signs[:, None]
    bound = 2 * 255 * sum(multipliers) + 1
    product = 1
    moduli = []
    for prime in primes():
        moduli.append(prime)
        product *= prime
        if product > bound:
            break
    for start in range(0, len(moduli), 64):
        some = moduli[start : start + 64]
        residues = np.array([[value % p for p in some] for value in multipliers], np.float64)
        sums = rows.T @ residues
        if np.any(np.fmod(sums, np.array(some, np.float64))):
            return False
    return True


def largest_multiplier(d: int) -> int:
    """Return how many bits the multipliers of a witness have at most, for rows of d bytes.

    Where rows contradict each other, at most d + 1 multipliers are solved for, and by Cramer's rule
    they are determinants, which Hadamard bounds; the others are of `search`'s own making.

    Examples
    --------
    >>> largest_multiplier(784)
    10119
    """
    r = d + 1
    return ceil(r * (8 + log2(r) / 2)) + SPARE_BITS


def primes(bits: int = PRIME_BITS) -> Iterator[int]:
    """Yield the primes below 2^bits, from the largest down.

    Examples
    --------
    >>> import itertools
    >>> list(itertools.islice(primes(5), 3))
    [31, 29, 23]
    """
    candidate = (1 << bits) - 1
    while candidate > 1:
        if _is_prime(candidate):
            yield candidate
        candidate -= 1


def _is_prime(n: int) -> bool:
    """Miller and Rabin's test; with these bases it is a proof below 3.4 · 10¹⁴."""
    bases = (2, 3, 5, 7, 11, 13, 17)
    if n < 2:
        return False
    for p in bases:
        if n % p == 0:
            return n == p
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        x = pow(base, odd, n)
        if x in {1, n - 1}:
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def solve_exactly(A: Integers, b: Integers) -> tuple[list[int], int] | None:
    """Solve A x = b over the rationals: return numerators and one common denominator.

    Dixon, "Exact solution of linear equations using p-adic expansions" (1982): with the inverse
    modulo a prime, each step finds one more digit of the solution to the base of that prime, and
    enough digits are enough to tell the fraction.

    Parameters
    ----------
    A : int64 array, shape (r, r)
        Entries at most 255 in absolute value, r at most 2,000.
    b : int64 array, shape (r,)
        Below 2⁵⁰ in absolute value.

    Returns
    -------
    (list of r int, int) or None
        Numerators and denominator, the latter above zero; None where A is singular modulo the
        primes tried.

    Examples
    --------
    >>> solve_exactly(np.array([[2, 1], [1, 3]]), np.array([3, 5]))
    ([4, 7], 5)
    """
    A_ = A.astype(np.float64)
    for p in islice(primes(20), TRIES):
        inverse = _inverse_modulo(A_, p)
        if inverse is not None:
            break
    else:
        return None
    r = len(A)
    # Hadamard: |det| ≤ Π ‖row‖; numerators have one column replaced by b.
    norms = np.sqrt((A_ * A_).sum(axis=1))
    bits = float(np.log2(np.maximum(norms, 1)).sum())
    bits_b = bits + float(np.log2(max(float(np.linalg.norm(b.astype(np.float64))), 1.0)))
    steps = int((bits + bits_b + 4) / np.log2(p)) + 2
    digits = np.empty((steps, r))
    residual = b.astype(np.float64)
    tries = {steps}
    step = 64
    while step < steps:  # the bound is generous: look whether fewer digits do
        tries.add(step)
        step = int(step * 1.4) + 1
    for k in range(steps):
        digit = np.fmod(inverse @ np.mod(residual, p), p)
        digits[k] = digit
        residual = (residual - A_ @ digit) / p
        if k + 1 in tries:
            fractions = _fractions(digits[: k + 1], p)
            if fractions is not None and _solves(A, b, *fractions):
                return fractions
    return None


def _solves(A: Integers, b: Integers, numerators: list[int], denominator: int) -> bool:
    """Check A x = b modulo enough primes to be sure."""
    largest = int(np.abs(b).max(initial=0))
    bound = 2 * (255 * sum(map(abs, numerators)) + largest * denominator) + 1
    product, A_ = 1, A.astype(np.float64)
    for prime in primes():
        x = np.array([value % prime for value in numerators], np.float64)
        # Entries of A may be negative: the remainder has either sign, and zero is zero.
        left = np.fmod(A_ @ x, prime)
        right = np.array([int(value) * denominator % prime for value in b.tolist()], np.float64)
        if np.any(np.fmod(left - right, prime)):
            return False
        product *= prime
        if product > bound:
            return True
    return False


def _inverse_modulo(A: Floats, p: int) -> Floats | None:
    """Invert a matrix modulo a prime below 2²⁰ by Gauss and Jordan; None if it is singular.

    In float64: entries stay below p² < 2⁵³ before each reduction.
    """
    M = np.mod(A, p)
    n = len(M)
    swaps = []
    for k in range(n):
        candidates = np.flatnonzero(M[k:, k])
        if not len(candidates):
            return None
        pivot = k + int(candidates[0])
        if pivot != k:
            M[[k, pivot]] = M[[pivot, k]]
        swaps.append(pivot)
        inverse = pow(int(M[k, k]), -1, p)
        M[k, k] = 1
        M[k] = np.mod(M[k] * inverse, p)
        column = M[:, k].copy()
        column[k] = 0
        M[:, k] = np.where(np.arange(n) == k, M[:, k], 0)
        rows = np.flatnonzero(column)
        part = M[rows] - np.outer(column[rows], M[k])
        part -= np.floor(part * (1 / p)) * p  # np.mod, five times as fast
        M[rows] = part
    for k in reversed(range(n)):
        if swaps[k] != k:
            M[:, [k, swaps[k]]] = M[:, [swaps[k], k]]
    return np.mod(M, p)


def _fractions(digits: Floats, p: int) -> tuple[list[int], int] | None:
    """Return the vector of fractions, with one denominator, that has these p-adic digits."""
    numbers = _joined(digits, p)
    modulus = p ** len(digits)
    denominator = 1
    limit = isqrt(modulus // 2)
    for _ in range(2):  # the second round uses what the first one found
        for x in numbers:
            value = x * denominator % modulus
            if min(value, modulus - value) <= limit // max(1, denominator):
                continue
            fraction = _fraction(value, modulus, limit)
            if fraction is None:
                return None
            denominator *= fraction[1]
            if denominator > limit:
                return None
    numerators = []
    for x in numbers:
        value = x * denominator % modulus
        numerators.append(value - modulus if 2 * value > modulus else value)
    return numerators, denominator


def _fraction(x: int, modulus: int, limit: int) -> tuple[int, int] | None:
    """Return the fraction a/b ≡ x with |a|, b ≤ limit, by Euclid's algorithm (Wang 1981)."""
    a, b, u, v = modulus, x, 0, 1
    while b > limit:
        q = a // b
        a, b = b, a - q * b
        u, v = v, u - q * v
    if v == 0 or abs(v) > limit:
        return None
    return (b, v) if v > 0 else (-b, -v)


def _joined(digits: Floats, p: int) -> list[int]:
    """Return Σ_k digit_k p^k of each column, joining halves so that most products are small."""
    columns = [list(map(int, column)) for column in digits.T]
    base = p
    while len(columns[0]) > 1:
        columns = [
            [
                low + base * high
                for low, high in zip(
                    column[::2], [*column[1::2], *([0] if len(column) % 2 else [])], strict=True
                )
            ]
            for column in columns
        ]
        base *= base
    return [column[0] for column in columns]
