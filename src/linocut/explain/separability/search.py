"""The search: floating point suggests separating weights, or rows that cannot be separated.

1. Logistic regression with an ever weaker penalty, each from the last: most separable problems are
   separated by the first few.
2. A linear program on the rows that are hardest for it, seeking the largest margin t with weights
   between −1 and 1. Above zero, its weights are tried on all rows and those that fail join the
   program; zero, the duals say which rows, in which proportions, cannot be separated.

Whatever comes of it is rounded to integers and proved by `exact`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.optimize import linprog
from scipy.sparse import csr_array

from linocut.core.blocks import ArrayBlocks
from linocut.explain.separability.exact import (
    EXACT,
    Bytes,
    Floats,
    Integers,
    is_witness,
    smallest_margin,
    solve_exactly,
)
from linocut.solve import Objective, OneScore, minimise

PENALTIES = tuple(10.0**-k for k in range(2, 9))  # of the mean loss, for pixels from 0 to 1
LOOSE = 0.3  # relative distance to each optimum that is enough to go on from
FIRST_ROWS = 3  # rows of the first linear program, times the number of pixels
MORE_ROWS = 600  # that join it, at most, each time
ROUNDS = 12
ZERO = 1e-9  # a margin that is none
TIGHT = 1e-10  # feasibility of the programs: multipliers must have the right sign exactly
DIGITS = 20  # bits of multipliers that are not solved for


@dataclass(frozen=True, eq=False)
class Separator:
    """Integer weights that separate."""

    weights: Integers  # (d,)
    intercept: int
    margin: int  # the smallest of all rows, at least 1


@dataclass(frozen=True, eq=False)
class Witness:
    """Rows and multipliers that prove that nothing separates."""

    rows: NDArray[np.int64]
    multipliers: tuple[int, ...]


@dataclass(frozen=True)
class Undecided:
    """What was tried in vain."""

    tried: str


Answer = Separator | Witness | Undecided


def separate(X: Bytes, signs: Integers) -> Answer:
    """Prove that the rows with sign +1 can be separated from those with −1, or that they cannot.

    Parameters
    ----------
    X : uint8 array, shape (n, d)
        Rows.
    signs : int64 array, shape (n,)
        +1 or −1, both present.

    Returns
    -------
    Separator, Witness or Undecided
        The first two are proved in exact arithmetic.
    """
    contradiction = _same_row_twice(X, signs)
    if contradiction is not None:
        return contradiction
    used = np.flatnonzero(X.any(axis=0))
    if not len(used):
        return Undecided("all rows are blank")
    answer = _search(np.ascontiguousarray(X[:, used]), signs)
    if isinstance(answer, Separator):
        weights = np.zeros(X.shape[1], np.int64)
        weights[used] = answer.weights
        return Separator(weights, answer.intercept, answer.margin)
    return answer


def _search(X: Bytes, signs: Integers) -> Answer:
    difficulty = np.ones(len(X))
    for w, b in _ever_weaker(X, signs):
        margins = _margins(X, signs, w, b)
        separator = as_integers(X, signs, w, b) if margins.min() > 0 else None
        if separator is not None:
            return separator
        difficulty = -margins
    return _by_programs(X, signs, difficulty)


def _margins(X: Bytes, signs: Integers, w: Floats, b: float) -> Floats:
    """Return sign · (w·x + b) of every row."""
    blocks = ArrayBlocks(X, np.dtype(np.float64))
    return signs * (np.concatenate(list(blocks.map(lambda X, y, _: np.asarray(X @ w)))) + b)


def _ever_weaker(X: Bytes, signs: Integers) -> Iterator[tuple[Floats, float]]:
    """Yield weights on bytes and intercepts of logistic regressions with ever weaker penalties."""
    n = len(X)
    y = (signs > 0).astype(np.int64)
    share = np.where(y == 1, 0.5 / max(1, y.sum()), 0.5 / max(1, n - y.sum())) * n
    blocks = ArrayBlocks(X, np.dtype(np.float32), y, share)
    start = None
    for penalty in PENALTIES:
        objective = Objective(blocks, OneScore(), penalty * 255**2, 1)
        fit = minimise(objective, start=start, tol=LOOSE, max_iter=60).unless_interrupted()
        start = fit.point.W, fit.point.b
        yield fit.point.W[0], float(fit.point.b[0])


def _by_programs(X: Bytes, signs: Integers, difficulty: Floats) -> Answer:
    d = X.shape[1]
    chosen = np.sort(np.argsort(-difficulty, kind="stable")[: max(200, FIRST_ROWS * d)])
    for _ in range(ROUNDS):
        t, w, b, duals = _largest_margin(X[chosen], signs[chosen])
        if t <= ZERO:
            witness = _as_witness(X, signs, chosen, duals)
            return witness or Undecided(
                f"a linear program on {len(chosen)} rows found no margin, but its multipliers "
                "could not be made exact"
            )
        margins = _margins(X, signs, w, b)
        if margins.min() > 0:
            separator = as_integers(X, signs, w, b)
            if separator is not None:
                return separator
            return Undecided(f"weights with a margin of {margins.min():.1e}, too small to round")
        wrong = np.setdiff1d(np.flatnonzero(margins < t / 2), chosen)
        worst = wrong[np.argsort(margins[wrong], kind="stable")[:MORE_ROWS]]
        if not len(worst):
            return Undecided("the linear program and its check do not agree")
        chosen = np.sort(np.concatenate([chosen, worst]))
    return Undecided(f"{ROUNDS} linear programs on up to {len(chosen)} rows")


def _largest_margin(X: Bytes, signs: Integers) -> tuple[float, Floats, float, Floats]:
    """Return the largest margin t, weights on bytes and intercept with it, and multipliers (m,)."""
    m, d = X.shape
    unit = X / 255.0
    # sign (w·x + b) ≥ t:  −sign x·w − sign b + t ≤ 0
    A = csr_array(np.column_stack([-signs[:, None] * unit, -signs[:, None], np.ones(m)]))
    cost = np.zeros(d + 2)
    cost[-1] = -1
    bounds = [(-1, 1)] * d + [(-d, d), (None, 1)]
    tight = {"primal_feasibility_tolerance": TIGHT, "dual_feasibility_tolerance": TIGHT}
    solution = linprog(cost, A_ub=A, b_ub=np.zeros(m), bounds=bounds, method="highs", options=tight)
    if solution.status != 0:
        return np.inf, np.zeros(d), 0.0, np.zeros(m)
    w, b, t = solution.x[:d] / 255.0, float(solution.x[d]), float(solution.x[d + 1])
    return t, w, b, np.maximum(-solution.ineqlin.marginals, 0)


def as_integers(X: Bytes, signs: Integers, w: Floats, b: float) -> Separator | None:
    """Round weights to integers that separate, with as few digits as do; prove it."""
    size = float(np.abs(w).sum() * 255 + abs(b))
    if size == 0:
        return None
    for bits in (12, 16, 20, 26, 32, 38, 44, 50):
        scale = 2.0**bits / size
        weights = np.rint(w * scale).astype(np.int64)
        intercept = round(b * scale)
        if int(np.abs(weights).sum()) * 255 + abs(intercept) >= EXACT:
            return None
        margin = smallest_margin(X, signs, weights, intercept)
        if margin >= 1:
            return Separator(weights, intercept, margin)
    return None


def _as_witness(
    X: Bytes, signs: Integers, chosen: NDArray[np.intp], duals: Floats
) -> Witness | None:
    """Make the multipliers of a linear program exact.

    As many of the rows as their matrix has rank, those with the largest multipliers first, are
    solved for, the others keep rounded ones: near the program's solution all stay positive.
    """
    support = np.flatnonzero(duals > 1e-12 * duals.max(initial=0))
    if not len(support):
        return None
    rows, alpha = chosen[support], duals[support] / duals[support].max()
    M = np.vstack([X[rows].T.astype(np.int64) * signs[rows], signs[rows]])
    M = M[M.any(axis=1)]
    scaled = M * alpha
    norms = np.linalg.norm(scaled, axis=1)
    scaled = scaled / np.where(norms > 0, norms, 1)[:, None]
    R, columns = qr(scaled, mode="r", pivoting=True)
    diagonal = np.abs(np.diag(R))
    rank = int(np.count_nonzero(diagonal > 1e-9 * diagonal[0]))
    for basic in (min(rank, len(rows) - 1), min(rank, len(rows) - 1) - 1):
        if basic < 1:
            continue
        witness = _solved(X, signs, rows, alpha, M, columns, basic)
        if witness is not None:
            return witness
    return None


def _solved(
    X: Bytes,
    signs: Integers,
    rows: NDArray[np.intp],
    alpha: Floats,
    M: Integers,
    columns: Sequence[int],
    basic: int,
) -> Witness | None:
    inner, outer = np.asarray(columns[:basic]), np.asarray(columns[basic:])
    _, equations = qr(M[:, inner].T.astype(np.float64), mode="r", pivoting=True)
    A = M[np.ix_(np.sort(equations[:basic]), inner)]
    fixed = np.rint(alpha[outer] * 2**DIGITS).astype(np.int64)
    if not fixed.any():
        fixed[0] = 1
    b = -(M[np.sort(equations[:basic])][:, outer] @ fixed)
    if np.abs(b).max(initial=0) >= 1 << 50:
        return None
    solved = solve_exactly(A, b)
    if solved is None:
        return None
    numerators, denominator = solved
    values = dict(zip(inner.tolist(), numerators, strict=True))
    values |= {int(j): int(v) * denominator for j, v in zip(outer, fixed, strict=True)}
    kept = [j for j in sorted(values) if values[j] != 0]
    if any(values[j] < 0 for j in kept):
        return None
    multipliers = _reduced([values[j] for j in kept])
    proving = rows[kept]
    if not is_witness(X[proving], signs[proving], multipliers):
        return None
    return Witness(proving.astype(np.int64), tuple(multipliers))


def _reduced(values: list[int]) -> list[int]:
    common = gcd(*values)
    return [value // common for value in values] if common > 1 else values


def _same_row_twice(X: Bytes, signs: Integers) -> Witness | None:
    """Find two equal rows of opposite signs: the shortest witness there is."""
    seen: dict[tuple[int, bytes], int] = {}
    for i, row in enumerate(X):
        key = row.tobytes()
        other = seen.get((-int(signs[i]), key))
        if other is not None:
            return Witness(np.array([other, i], np.int64), (1, 1))
        seen.setdefault((int(signs[i]), key), i)
    return None
