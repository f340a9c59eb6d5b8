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

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_solve, cholesky, get_blas_funcs

from linocut.core.blocks import Blocks, LocalBlocks, Matrix
from linocut.core.sums import tree_sum
from linocut.core.threads import map_in_order
from linocut.solve.losses import Loss
from linocut.solve.objective import Objective, Point
from linocut.solve.products import products, scores, squares

Floats = NDArray[np.float64]
Array = NDArray[Any]

MEMORY = 256 << 20  # bytes that the factors of all classes may take
KEPT_BYTES = 32 << 20  # bytes of curvatures that are kept rather than computed twice
GENEROUS = 12  # rows a class, times d/n: the Gram matrices then cost three passes
MOST_ROWS = 64  # rows a class, as a multiple of the features
SURE = 20.0  # trust in a large sample
ABUNDANT = 100  # rows with more than the hundredth part of the mean curvature are all taken
SAMPLE = 16_000  # rows by which mean curvatures are judged
FLOOR = 0.4  # of the mean curvature, where a class has as many rows as features
CHUNK = 2048  # rows made dense at once
RARE = 1e-3  # of the mean variance
NONE = -1.0  # no column is rare
LEAST = 1e-2  # mean curvature of a class that is believed, as a share of the objective
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
            L = self.factors[0]
            right = step[:, self.columns].T.astype(L.dtype)
            step[:, self.columns] = cho_solve((L, True), right, check_finite=False).T
        elif self.factors:
            step[:, self.columns] = [
                _solve(L, right)
                for L, right in zip(self.factors, step[:, self.columns], strict=True)
            ]
        step /= self.scales
        if self.zero_sum:
            step -= step.mean(axis=0)
        if not self.fit_intercept:
            step[:, -1] = 0
        step[:, -1] -= step[:, :-1] @ self.centre
        return step


def _solve(L: Array, right: Array) -> Array:
    """Solve L Lᵀ x = right; for one right side five times as fast as SciPy's ``cho_solve``."""
    trsv = get_blas_funcs("trsv", (L,))
    return np.asarray(trsv(L, trsv(L, right.astype(L.dtype), lower=1), lower=1, trans=1))


def _roots(diagonal: Floats) -> Floats:
    """Return the square roots; without a penalty a column of zeros has no curvature at all.

    The intercept's, the last column, are in another unit than those of the features.
    """
    of_features, of_intercept = diagonal[..., :-1].max(initial=0), diagonal[..., -1:].max()
    floor = np.full(diagonal.shape[-1], 1e-12 * (of_features or of_intercept))
    floor[-1] = 1e-12 * of_intercept
    return np.asarray(np.sqrt(np.maximum(diagonal, floor)))


@dataclass(frozen=True, eq=False)
class Curvatures:
    """A task: the weighted curvatures of a block's losses, shape (K, b)."""

    W: Array
    b: Array
    loss: Loss
    scale: float  # of the weights

    def __call__(self, X: Matrix, y: Any, w: Any) -> Array:
        """See `Task`."""
        C = self.loss.curvatures(scores(X, self.W, self.b))
        if w is not None:
            C *= (w * self.scale).astype(C.dtype)
        return C


@dataclass(frozen=True, eq=False)
class CurvatureSums:
    """A task: the sum of the curvatures of each class, shape (K,)."""

    curvatures: Curvatures

    def __call__(self, X: Matrix, y: Any, w: Any) -> Floats:
        """See `Task`."""
        return _sums(self.curvatures(X, y, w))


@dataclass(frozen=True, eq=False)
class CurvedSums:
    """A task: Σ c x² (K, d), Σ c x (K, d) and Σ c (K,), c the curvatures."""

    curvatures: Curvatures

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[Any, Any, Floats]:
        """See `Task`."""
        C = self.curvatures(X, y, w)
        return squares(C, X), products(C, X), _sums(C)


def _sums(C: Array) -> Floats:
    return np.asarray(C.sum(axis=1, dtype=np.float64))


@dataclass(frozen=True, eq=False)
class Draw:
    """Rows drawn for classes, and the weights that make up for the chance they had."""

    classes: NDArray[np.intp]
    rows: NDArray[np.intp]
    weights: Array


@dataclass(frozen=True, eq=False)
class Drawing:
    """Draws rows of a block in proportion to their curvature.

    Attributes
    ----------
    seed : int
        Of the draw; each block is seeded by it and by its place, so that they may be drawn in any
        order.
    share : float64 array, shape (K,) or (1,), or None
        What a curvature is multiplied by to give the chance; None takes all rows.
    alike : bool
        Whether the draw is for all classes as one.
    weight : float
        Of each row, were all taken.
    """

    seed: int
    share: Floats | None
    alike: bool
    weight: float

    def __call__(self, C: Array, start: int) -> Draw:
        """See the class."""
        if self.alike:
            C = C.mean(axis=0, keepdims=True)
        chance = np.ones_like(C)
        if self.share is not None:
            chance = np.minimum(1, C * self.share.astype(C.dtype)[:, None])
        random = np.random.default_rng([self.seed, start]).random(C.shape, np.float32)
        k, i = np.nonzero(random < chance)
        return Draw(k, start + i, C[k, i] / chance[k, i] * self.weight)


@dataclass(frozen=True, eq=False)
class DrawnFrom:
    """A task: the rows that are drawn of a block which starts at a row."""

    curvatures: Curvatures
    drawing: Drawing

    def __call__(self, X: Matrix, y: Any, w: Any, start: int) -> Draw:
        """See `Task`."""
        return self.drawing(self.curvatures(X, y, w), start)


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
    trust : float
        What the floor that stands in for what a sample cannot know is divided by.
    rare : float
        Columns with less than this share of the mean variance have scales only.
    """

    objective: Objective
    mean: Floats
    variance: Floats
    rng: np.random.Generator
    trust: float = 1.0
    rare: float = RARE

    def __post_init__(self) -> None:
        self.n, self.d = self.objective.blocks.shape
        self.K = self.objective.n_classes
        self.one_pass = 4.0 * self.n * self.d * self.K
        self.centre = self.mean if self.objective.fit_intercept else np.zeros(self.d)
        # A column's floor is relative to its own variance and to the mean one alike, so that
        # columns of very different units keep theirs.
        self.spread = np.sqrt(self.variance * self.variance.mean())
        # Of a pixel that hardly any image uses, a sample knows little: its scale must do.
        self.used = np.flatnonzero(self.variance > self.rare * self.variance.mean())

    def at(self, point: Point, share: float = 1.0) -> Preconditioner:
        """Make it at a point, from the usual number of rows or a share of them.

        A factor a class is made where that costs a few passes, one for all classes where that
        does, and otherwise only their diagonals.
        """
        n, d, K = self.n, max(1, len(self.used)), self.K  # none is used if all are constant
        factor_flops, bytes_each = d**3 / 3, d**2 * self.objective.blocks.dtype.itemsize
        allowed = max(FEW_FLOPS, 8 * self.one_pass)
        wanted = share * np.clip(GENEROUS * n / d, 256, MOST_ROWS * d + 256)
        alike = not point.W.any()  # without weights all classes have the same curvatures
        if bytes_each * K <= MEMORY and factor_flops * K <= allowed and not alike:
            everything = n * d**2 * K <= FEW_FLOPS
            return self.by_class(point, n if everything else min(int(wanted), n))
        if bytes_each <= MEMORY and factor_flops <= allowed:
            everything = n * d**2 <= max(FEW_FLOPS, 3 * self.one_pass)
            return self.shared(point, n if everything else min(int(wanted) * K, n, 20 * d))
        return self.diagonal(point)

    def surer(self) -> PreconditionerMaker:
        """Return one for where samples are large: of all columns, with next to no floor.

        Of a column that hardly any row uses they know as much as the penalty leaves to be known.
        """
        return replace(self, trust=SURE, rare=NONE)

    def nearly_exact(self, point: Point) -> Preconditioner | None:
        """Make a factor a class from all rows but those that hardly curve the loss of any class.

        None if rows would have to come from elsewhere, or the factors would take too much memory.
        """
        itemsize = self.objective.blocks.dtype.itemsize
        held = self.K * self.d**2 * itemsize
        if held > MEMORY or not isinstance(self.objective.blocks, LocalBlocks):
            return None
        return replace(self, rare=NONE).by_class(point, ABUNDANT * self.n)

    def by_class(self, point: Point, m: int) -> Preconditioner:
        """Make a factor a class from about m rows each, or from all if there are m.

        More than there are draw all whose curvature is above so small a part of the mean.
        """
        draw, mean = self.draw(point, m)
        some, rows = self.at_hand(draw.rows)

        def factor(k: int) -> tuple[Array, Floats]:
            mine = draw.classes == k
            return self.factor(some, rows[mine], draw.weights[mine], mean[k], m)

        made = list(map_in_order(factor, range(self.K)))
        scales = np.array([scale for _, scale in made])
        return self.done(tuple(L for L, _ in made), scales, self.cost(len(draw.rows), self.K))

    def shared(self, point: Point, m: int) -> Preconditioner:
        """Make one factor from about m rows, and a scale a class."""
        draw, mean = self.draw(point, m, alike=True)
        L, scale = self.factor(*self.at_hand(draw.rows), draw.weights, mean.mean(), m)
        of_class = np.sqrt(np.maximum(mean / mean.mean(), 1e-3))
        return self.done((L,), np.outer(of_class, scale), self.cost(len(draw.rows), 1))

    def diagonal(self, point: Point) -> Preconditioner:
        """Make scales only, from all rows."""
        second, first, total = self.objective.blocks.sum(CurvedSums(self.curvatures(point)))
        centred = second - 2 * self.centre * first + self.centre**2 * total[:, None]
        mean = self.believed(point, total)[:, None]
        diagonal = np.maximum(centred, 0) / self.n + FLOOR * mean * self.spread
        diagonal = self.softened(diagonal) + self.objective.penalty
        return self.done((), _roots(np.column_stack([diagonal, self.softened(mean)])), 1.5)

    def done(self, factors: tuple[Array, ...], scales: Floats, passes: float) -> Preconditioner:
        """Put the parts together."""
        objective = self.objective
        zero_sum = objective.loss.shift_invariant
        columns = np.append(self.used, self.d)
        return Preconditioner(
            factors, columns, scales, self.centre, zero_sum, objective.fit_intercept, passes
        )

    def floor(self, m: int) -> float:
        """Return the share of the mean curvature below which m rows are not believed."""
        usual = 0.01 if m >= self.n else min(0.5, FLOOR * len(self.used) / m)
        return usual / self.trust

    def softened(self, A: Array) -> Array:
        """Make room for what couples classes: exact where all probabilities are equal."""
        return A * (self.K / (self.K - 1)) if self.objective.loss.shift_invariant else A

    def cost(self, rows: int, factors: int) -> float:
        """Return the arithmetic of sampling, Gram matrices and factors, in passes."""
        used = len(self.used)
        flops = rows * used**2 + factors * used**3 / 3
        return 0.5 * (1 + min(1, SAMPLE / self.n)) + flops / self.one_pass

    def curvatures(self, point: Point) -> Curvatures:
        """Return what computes the curvatures of a block's losses."""
        objective, dtype = self.objective, self.objective.blocks.dtype
        W, b = point.W.astype(dtype), point.b.astype(dtype)
        return Curvatures(W, b, objective.loss, self.n / objective.total)

    def draw(self, point: Point, m: int, *, alike: bool = False) -> tuple[Draw, Floats]:
        """Draw about m rows a class, or for all classes as one, in proportion to their curvature.

        Returns the rows, and the mean curvature of the loss by each class's score: of all rows
        where the curvatures of all can be kept meanwhile, else judged by some.
        """
        seed = int(self.rng.integers(1 << 32))
        curvatures, blocks = self.curvatures(point), self.objective.blocks
        starts = [block.start for block in blocks.bounds()]
        kept = list(blocks.map(curvatures)) if 4 * self.n * self.K <= KEPT_BYTES else None
        mean = self.mean_curvatures(point, kept)
        share = m / (self.n * (mean.mean(keepdims=True) if alike else mean))
        drawing = Drawing(seed, share if m != self.n else None, alike, 1 / self.n)
        if kept is None:
            parts = list(blocks.map(DrawnFrom(curvatures, drawing), starts))
        else:
            pairs = list(zip(kept, starts, strict=True))
            parts = list(map_in_order(lambda pair: drawing(*pair), pairs))
        columns = (np.concatenate(column) for column in zip(*map(astuple, parts), strict=True))
        return Draw(*columns), mean

    def mean_curvatures(self, point: Point, kept: Sequence[Array] | None = None) -> Floats:
        """Return the mean curvature of the loss by each class's score, shape (K,)."""
        n = self.n
        if kept is not None:
            total = tree_sum(_sums(C) for C in kept)
        else:
            few = self.objective.take(np.flatnonzero(self.rng.random(n) < SAMPLE / n))
            n, part = len(few.blocks), replace(self, objective=few)
            total = few.blocks.sum(CurvatureSums(part.curvatures(point)))
        return self.believed(point, total * (self.n / n))

    def believed(self, point: Point, total: Floats) -> Floats:
        """Return mean curvatures (K,) from their sums, none too small for where the steps lead.

        Where a step has gone far beyond the optimum, all losses are next to nothing, and so are
        their curvatures: the intercept would be sent off to where nothing comes back from. Near
        the optimum, curvatures are about as large as losses, and these as the penalty.
        """
        return np.maximum(total / self.n, max(LEAST * point.value / self.K, 1e-30))

    def at_hand(self, rows: NDArray[np.intp]) -> tuple[Blocks, NDArray[np.intp]]:
        """Return some rows, which may come from elsewhere, each once, and where each is there."""
        blocks = self.objective.blocks
        if isinstance(blocks, LocalBlocks):
            return blocks, rows
        once, places = np.unique(rows, return_inverse=True)
        return blocks.brought(once), places

    def factor(
        self,
        blocks: Blocks,
        rows: NDArray[np.intp],
        weights: Array,
        mean: float,
        wanted: int,
    ) -> tuple[Array, Floats]:
        """Return the Cholesky factor of the scaled matrix, and the scale (d + 1,)."""
        floor = self.floor(wanted)
        d, objective = self.d, self.objective
        dtype = objective.blocks.dtype
        columns = np.append(self.used, d)
        centre = self.centre[self.used].astype(dtype)
        A = np.zeros((len(columns),) * 2, dtype)
        for start in range(0, len(rows), CHUNK):
            some = slice(start, start + CHUNK)
            Z = np.ones((len(rows[some]), len(columns)), dtype)
            np.subtract(blocks.dense(rows[some], self.used), centre, out=Z[:, :-1])
            Z *= np.sqrt(weights[some].astype(dtype))[:, None]
            A += Z.T @ Z
        diagonal = mean * np.append(self.variance, 1.0)  # good enough where nothing is known
        diagonal[columns] = A.diagonal()
        A = self.softened(A)
        diagonal[d] = max(diagonal[d], mean)
        diagonal[:d] += floor * mean * self.spread
        diagonal = self.softened(diagonal)
        diagonal[:d] += objective.penalty
        if not objective.fit_intercept:
            diagonal[d] = 1.0
        # The product of two inverse scales must be finite in the blocks' type.
        scale = np.maximum(_roots(diagonal), float(np.sqrt(np.finfo(dtype).tiny)))
        inverse = (1 / scale[columns]).astype(dtype)
        A *= np.outer(inverse, inverse)
        for jitter in (1e3, 1e5, 1e7):  # rounding must not make it indefinite
            A[np.diag_indices(len(A))] = 1 + jitter * np.finfo(dtype).eps
            try:
                return cholesky(A, lower=True, check_finite=False), scale
            except LinAlgError:
                continue
        return np.eye(len(A), dtype=A.dtype), scale
