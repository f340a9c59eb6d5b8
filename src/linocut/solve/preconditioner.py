"""A stand-in for the Hessian that can be inverted: one weighted Gram matrix a class.

For class k the Hessian of the loss by that class's weights is Σ_i w_i p_ik (1 − p_ik) x_i x_iᵀ.
These K blocks alone are a poor stand-in for the whole, since the softmax does not change when all
classes shift together, and a block diagonal punishes that shift. Between two projections onto
steps whose sum over classes is zero the blocks are all that is needed: on MNIST, at the optimum,
six conjugate gradient steps then gain four digits, where without them seventy-five are taken.

The blocks need not be exact. They are summed over a sample of rows, drawn in proportion to
p (1 − p), and a floor stands in for what a sample cannot know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_solve, cholesky

from linocut.core.blocks import Matrix, map_in_order
from linocut.solve.objective import Objective, Point
from linocut.solve.products import products, scores, squares

Floats = NDArray[np.float64]
Array = NDArray[Any]

MEMORY = 256 << 20  # bytes that the factors of all classes may take
GENEROUS = 12  # rows a class, times d/n: the Gram matrices then cost three passes
CANDIDATES = 20  # rows looked at for each row drawn
FLOOR = 0.4  # of the mean curvature, where a class has as many rows as features
RARE = 1e-3  # of the mean variance
FEW_FLOPS = 1e9  # what is not worth counting


@dataclass(frozen=True, eq=False)
class Preconditioner:
    """An approximate inverse of the Hessian by θ = (W | b), shape (K, d + 1).

    Attributes
    ----------
    factors : tuple of arrays, shape (m, m)
        Lower Cholesky factors: one a class, a single one, or none where only scales are used.
    columns : int array, shape (m,)
        The columns of θ that the factors stand for; the others have scales only.
    scales : float64 array, shape (K, d + 1)
        Square roots of the diagonals, by which the factored matrices were divided.
    centre : float64 array, shape (d,)
        Mean row, about which the matrices were made; zero without an intercept.
    zero_sum : bool
        Whether steps sum to zero over classes.
    fit_intercept : bool
        Whether the last column moves.
    passes : float
        What its making cost, in passes over all rows of the objective.
    """

    factors: tuple[Array, ...]
    columns: NDArray[np.intp]
    scales: Floats
    centre: Floats
    zero_sum: bool
    fit_intercept: bool
    passes: float

    def __call__(self, gradient: Floats) -> Floats:
        """Return the approximate inverse times a gradient (K, d + 1)."""
        G = gradient.copy()
        G[:, :-1] -= np.outer(G[:, -1], self.centre)
        if self.zero_sum:
            G -= G.mean(axis=0)
        step = G / self.scales
        if len(self.factors) == 1:
            step[:, self.columns] = _solve((self.factors[0], step[:, self.columns].T)).T
        elif self.factors:
            pairs = list(zip(self.factors, step[:, self.columns], strict=True))
            step[:, self.columns] = list(map_in_order(_solve, pairs))
        step /= self.scales
        if self.zero_sum:
            step -= step.mean(axis=0)
        if not self.fit_intercept:
            step[:, -1] = 0
        step[:, -1] -= step[:, :-1] @ self.centre
        return step


def _solve(pair: tuple[Array, Array]) -> Floats:
    factor, right = pair
    right = right.astype(factor.dtype)
    return cho_solve((factor, True), right, check_finite=False).astype(np.float64)


@dataclass(eq=False)
class PreconditionerMaker:
    """Makes preconditioners of one objective, or of parts of it, from what its rows are like.

    Attributes
    ----------
    objective : Objective
        Whose Hessian is meant.
    mean, variance : float64 arrays, shape (d,)
        Of the columns; an estimate from some rows will do.
    rng : Generator
        Draws the rows.
    """

    objective: Objective
    mean: Floats
    variance: Floats
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.n, self.d = self.objective.blocks.shape
        self.K = self.objective.n_classes
        self.one_pass = 4.0 * self.n * self.d * self.K
        self.centre = self.mean if self.objective.fit_intercept else np.zeros(self.d)
        # A column's floor is relative to its own variance and to the mean one alike, so that
        # columns of very different units keep theirs.
        self.spread = np.sqrt(self.variance * self.variance.mean())
        # Of a pixel that hardly any image uses, a sample knows little: its scale must do.
        self.used = np.flatnonzero(self.variance > RARE * self.variance.mean())

    def at(self, point: Point, share: float = 1.0) -> Preconditioner:
        """Make it at a point, from the usual number of rows or a share of them.

        A factor a class is made where that costs a few passes, one for all classes where that
        does, and otherwise only their diagonals.
        """
        n, d, K = self.n, len(self.used), self.K
        factor_flops, bytes_each = d**3 / 3, d**2 * self.objective.blocks.dtype.itemsize
        allowed = max(FEW_FLOPS, 8 * self.one_pass)
        wanted = share * np.clip(GENEROUS * n / d, 256, 20 * d + 256)
        if bytes_each * K <= MEMORY and factor_flops * K <= allowed:
            everything = n * d**2 * K <= FEW_FLOPS
            return self.by_class(point, n if everything else min(int(wanted), n))
        if bytes_each <= MEMORY and factor_flops <= allowed:
            everything = n * d**2 <= max(FEW_FLOPS, 3 * self.one_pass)
            return self.shared(point, n if everything else min(int(wanted) * K, n, 20 * d))
        return self.diagonal(point)

    def by_class(self, point: Point, m: int) -> Preconditioner:
        rows, C, passes = self.curvatures(point, CANDIDATES * m)
        drawn = [self.draw(C[k], m) for k in range(self.K)]

        def factor(k: int) -> tuple[Array, Floats]:
            chosen, weights = drawn[k]
            return self.factor(rows[chosen], weights / C.shape[1], C[k].mean(), self.floor(m))

        made = list(map_in_order(factor, range(self.K)))
        flops = sum(len(chosen) for chosen, _ in drawn) * len(self.used)**2 + self.K * len(self.used)**3 / 3
        return self.done(
            tuple(L for L, _ in made),
            np.array([scale for _, scale in made]),
            passes + flops / self.one_pass,
        )

    def shared(self, point: Point, m: int) -> Preconditioner:
        rows, C, passes = self.curvatures(point, max(m, CANDIDATES * m // self.K))
        c = C.mean(axis=0)
        chosen, weights = self.draw(c, m)
        L, scale = self.factor(rows[chosen], weights / len(c), c.mean(), self.floor(m))
        of_class = np.sqrt(np.maximum(C.mean(axis=1, dtype=np.float64) / c.mean(), 1e-3))
        flops = len(chosen) * len(self.used)**2 + len(self.used)**3 / 3
        return self.done((L,), np.outer(of_class, scale), passes + flops / self.one_pass)

    def diagonal(self, point: Point) -> Preconditioner:
        rows, C, passes = self.curvatures(point, self.n // 8 + 20_000)

        def part(some: slice, X: Matrix) -> tuple[Floats, Floats]:
            return squares(C[:, some], X), products(C[:, some], X)

        second, first = np.zeros((self.K, self.d)), np.zeros((self.K, self.d))
        for part_second, part_first in self.objective.blocks.take(rows).map(part):
            second += part_second
            first += part_first
        total = C.sum(axis=1, dtype=np.float64)[:, None]
        centred = second - 2 * self.centre * first + self.centre**2 * total
        mean = total / C.shape[1]
        diagonal = np.maximum(centred, 0) / C.shape[1] + FLOOR * mean * self.spread
        diagonal = self.softened(diagonal) + self.objective.penalty
        whole = np.column_stack([diagonal, self.softened(mean) + 1e-12])
        return self.done((), np.sqrt(whole), 2 * passes)

    def done(self, factors: tuple[Array, ...], scales: Floats, passes: float) -> Preconditioner:
        objective = self.objective
        zero_sum = objective.loss.shift_invariant
        columns = np.append(self.used, self.d)
        return Preconditioner(
            factors, columns, scales, self.centre, zero_sum, objective.fit_intercept, passes
        )

    def floor(self, m: int) -> float:
        """Return the share of the mean curvature below which m rows are not believed."""
        return 0.01 if m >= self.n else min(0.5, FLOOR * len(self.used) / m)

    def softened(self, A: Array) -> Array:
        """Make room for what couples classes: exact where all probabilities are equal."""
        return A * (self.K / (self.K - 1)) if self.objective.loss.shift_invariant else A

    def curvatures(self, point: Point, candidates: int) -> tuple[NDArray[np.intp], Array, float]:
        """Return some rows, the weighted curvatures of their losses (K, rows), and the cost."""
        objective = self.objective
        rows = np.arange(self.n)
        if candidates < self.n:
            rows = np.flatnonzero(self.rng.random(self.n) < candidates / self.n)
        weights = None if objective.weights is None else objective.weights[rows]
        dtype = objective.blocks.dtype
        W, b = point.W.astype(dtype), point.b.astype(dtype)

        def part(some: slice, X: Matrix) -> Array:
            C = objective.loss.curvatures(scores(X, W, b))
            return C if weights is None else C * weights[some].astype(C.dtype)

        C = np.concatenate(list(objective.blocks.take(rows).map(part)), axis=1)
        if weights is not None:
            C /= weights.mean()
        return rows, C, 0.5 * len(rows) / self.n

    def draw(self, c: Array, m: int) -> tuple[NDArray[np.intp], Array]:
        """Draw about m rows in proportion to c; return them and the weights that make up for it."""
        if m >= len(c):
            return np.arange(len(c)), c
        chance = np.minimum(1, c * (m / max(float(c.sum()), 1e-30)))
        chosen = np.flatnonzero(self.rng.random(len(c)) < chance)
        return chosen, c[chosen] / chance[chosen]

    def factor(
        self, rows: NDArray[np.intp], weights: Array, mean: float, floor: float
    ) -> tuple[Array, Floats]:
        """Return the Cholesky factor of the scaled matrix, and the scale (d + 1,)."""
        d, objective = self.d, self.objective
        X = objective.blocks.dense(rows)
        X -= self.centre.astype(X.dtype)
        w = weights.astype(X.dtype)
        diagonal = np.append(np.square(X).T @ w, w.sum()).astype(np.float64)
        Z = np.column_stack([X[:, self.used], np.ones(len(X), X.dtype)])
        Z *= np.sqrt(w)[:, None]
        A = self.softened(Z.T @ Z)
        diagonal[:d] += floor * mean * self.spread
        diagonal = self.softened(diagonal)
        diagonal[:d] += objective.penalty
        diagonal[d] = max(diagonal[d], 1e-12) if objective.fit_intercept else 1.0
        scale = np.sqrt(diagonal)
        inverse = (1 / scale[np.append(self.used, d)]).astype(A.dtype)
        A *= np.outer(inverse, inverse)
        for jitter in (1e3, 1e5, 1e7):  # rounding must not make it indefinite
            A[np.diag_indices(len(A))] = 1 + jitter * np.finfo(A.dtype).eps
            try:
                return cholesky(A, lower=True, check_finite=False), scale
            except LinAlgError:
                continue
        return np.eye(len(A), dtype=A.dtype), scale
