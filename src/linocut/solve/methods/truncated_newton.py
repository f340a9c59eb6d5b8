"""Newton's method for rows that fit into the caches: each step by a few conjugate gradients.

    H s = −g,   as exactly as the step is worth

(Dembo & Steihaug, "Truncated-Newton algorithms for large-scale unconstrained optimization", 1983).
A product with the Hessian of so few rows takes microseconds, less than it takes to look at a
sample of them; what counts is how little is done beside the products:

1.  Rows are held as one dense array; steps are computed in the blocks' float type, points in
    float64.
2.  The intercept is made exact at every point, from the scores alone: the certificate wants
    residuals of sum zero.
3.  The diagonal of the Hessian is preconditioner enough for most problems that have a ridge.
    Where it is not, a Cholesky factor is made of the whole Hessian, if that is small, or what
    `PreconditionerMaker` makes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from linocut.solve.certificates.dual import DualBound
from linocut.solve.certificates.rounding import rounding
from linocut.solve.conjugate_gradients import conjugate_gradients
from linocut.solve.hessian import whole_hessian
from linocut.solve.loop import Effort, Method
from linocut.solve.objective import Objective, Point, targets
from linocut.solve.preconditioning.preconditioner import PreconditionerMaker
from linocut.solve.record import Iteration

Floats = NDArray[np.float64]
Apply = Callable[[Any], Any]

EPS = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
LARGEST = 1_250_000  # entries of the rows
LARGEST_EASY = 2_000_000  # where the problem is easy
EASY = 1.2e5  # curvature along a row of usual length, as a multiple of the penalty
LOOKED_AT = 64  # rows by which that is judged
MOST_ROWS = 10_000
LARGEST_FACTOR = 400  # unknowns up to which a factor of the whole Hessian costs next to nothing
PATIENT = 25  # products in one step, at least, before a better preconditioner is made
MOST_PRODUCTS = 300  # in one step
EXACTNESS = 0.1  # of the first step: the share of the gradient that is left
DECREASE = 1e-4  # share of the promised decrease that a step must reach
HALVINGS = 30
JITTERS = 1e-12, 1e-9, 1e-6, 1e-3
POLISHES = 4  # Newton steps of the intercept at a point, at most
EXACT = 1e-4  # times the tolerance: what may be left of the intercept's gradient


@dataclass(frozen=True, eq=False)
class Here:
    """Where the method stands.

    Attributes
    ----------
    theta : float64 array, shape (K, d + 1)
        Weights and, last, intercepts.
    point : Point
        The same, with objective and gradient.
    scores : float64 array, shape (K, n)
        Of the rows there.
    length : float
        Of the step that led there, as a multiple of the proposed one; 0 if none did.
    """

    theta: Floats
    point: Point
    scores: Floats
    length: float = 0.0

    @property
    def gradient(self) -> Floats:
        """By theta."""
        return np.column_stack([self.point.gradient_W, self.point.gradient_b])


class TruncatedNewton(Method[Here, Iteration]):
    """Minimises a smooth objective of few rows.

    Parameters
    ----------
    objective : Objective
        Mean loss with an L2 penalty above zero.
    start : (W, b), float64 arrays of shapes (K, d) and (K,), or None
        Where to begin; None for where a step from zero leads.
    tol : float
        Largest relative distance to the optimum that is to be proved.
    rng : Generator
        Draws the rows that stand for all, should that be needed.
    """

    patience = 3
    X: Floats  # (n, d)
    fast: NDArray[Any]  # the same in the float type in which steps are computed
    w: Floats  # (n,), of sum 1
    fast_w: NDArray[Any]
    bound: DualBound

    def __init__(
        self,
        objective: Objective,
        start: tuple[Floats, Floats] | None,
        tol: float,
        rng: np.random.Generator,
    ) -> None:
        self.effort = Effort()
        self.objective, self.rng = objective, rng
        self.cold, self.exact = start is None, max(EPS, EXACT * tol)
        shape = objective.n_classes, objective.blocks.shape[1] + 1
        self.theta = np.zeros(shape) if start is None else np.column_stack(start)
        self.better: Apply | None = None  # than the diagonal
        self.before: float | None = None  # norm of the gradient at the point before
        # A better preconditioner is made once its making would have paid for itself.
        n, m, K = objective.blocks.shape[0], shape[1], objective.n_classes
        self.small = K * m <= LARGEST_FACTOR
        making = K**2 * n * m**2 + (K * m) ** 3 / 3 if self.small else m**3 / 3 + n * m**2
        self.patient = int(np.clip(making / (4 * K * n * m), PATIENT, MOST_PRODUCTS))

    @staticmethod
    def suits(objective: Objective) -> bool:
        """Tell whether the method is made for an objective.

        With more entries L-BFGS needs half the arithmetic, unless the rows are wide or the penalty
        is large beside them, as it is for unit vectors.
        """
        n, d = objective.blocks.shape
        if objective.penalty == 0 or n > MOST_ROWS or n * d > LARGEST_EASY:
            return False
        return n * d <= LARGEST or d > n or _steepness(objective) <= EASY

    def init(self) -> Here:
        """See `Method`; without a start, where the first step leads.

        With next to no C even zero weights are near the optimum, but they tell no classes apart.
        """
        self._hold_rows()
        here = self._settled(self.theta)
        ahead = self.step(here) if self.cold else None
        return ahead or here

    def salvage(self) -> Here:
        """See `Method`: the start."""
        if not hasattr(self, "bound"):
            self._hold_rows()
        return self._look(self.theta)

    def step(self, now: Here) -> Here | None:
        """See `Method`; before it gives up, in float64 with a better preconditioner."""
        if not now.gradient.any():
            return None
        with np.errstate(over="ignore", invalid="ignore"):  # float32 may not hold the step
            ahead = self._ahead(now, self._direction(now))
            if ahead is None and (self.better is None or self.fast is not self.X):
                self.fast, self.fast_w = self.X, self.w
                self.better = self._factored(now.point)
                ahead = self._ahead(now, self._direction(now))
        return ahead

    def _ahead(self, now: Here, direction: Floats) -> Here | None:
        """Return a better point along a direction, if there is one."""
        slope = float(np.vdot(now.gradient, direction))
        if not -np.inf < slope < 0 or not np.isfinite(direction).all():
            return None
        t = 1.0
        for _ in range(HALVINGS):
            ahead = self._settled(now.theta + t * direction, t)
            if ahead.point.value <= now.point.value + DECREASE * t * slope:
                return ahead
            # Near the optimum values agree to all their digits while gradients still tell the way.
            noise = rounding(self.bound.objective, now.point, self.bound.magnitude)
            if -t * slope <= noise:
                nearer = np.linalg.norm(ahead.gradient) < np.linalg.norm(now.gradient)
                return ahead if nearer else None
            t *= 0.5
        return None

    def certify(self, now: Here) -> Iteration:
        """See `Method`."""
        point = now.point
        largest = max(np.abs(point.gradient_W).max(initial=0), np.abs(point.gradient_b).max())
        gap = float(self.bound.relative_gap(point))
        effort = self.effort
        return Iteration(
            effort.passes, effort.seconds, point.value, float(largest), gap, now.length
        )

    def noise(self, value: float) -> float:
        """See `Method`."""
        return EPS * abs(value)

    def weights(self, now: Here) -> tuple[Floats, Floats]:
        """See `Method`."""
        return now.point.W, now.point.b

    def _hold_rows(self) -> None:
        """Gather the rows, and what is to be known of them."""
        objective = self.objective
        n = objective.blocks.shape[0]
        rows = objective.blocks.brought(np.arange(n))
        assert rows.y is not None
        self.y = rows.y
        self.fast = rows.dense(np.arange(n))
        self.X = self.fast.astype(np.float64, copy=False)
        w = np.full(n, 1 / n) if rows.weights is None else rows.weights / objective.total
        self.w, self.fast_w = w, w.astype(self.fast.dtype)
        self.squares = self.fast_w @ np.square(self.fast)
        self.bound = self._bound()
        self.effort.passes += 1.0

    def _bound(self) -> DualBound:
        objective = self.objective
        Y = targets(self.y, objective.n_classes) * self.w
        sums = np.vstack([Y, self.w]) @ self.X
        return DualBound(
            objective.in_float64() or objective,
            Y.sum(axis=1),
            sums[:-1],
            sums[-1],
            np.sqrt(self.squares.astype(np.float64)),
        )

    def read(self, W: Floats, b: Floats) -> Floats:
        """Return the scores of all rows, shape (K, n)."""
        self.effort.passes += 0.5
        return np.asarray(W @ self.X.T + b[:, None])

    def _look(self, theta: Floats) -> Here:
        """Return the point of θ as it is."""
        W, b = theta[:, :-1].copy(), theta[:, -1].copy()
        Z = self.read(W, b)
        return self._point(W, b, Z, *self._residuals(Z), 0.0)

    def _settled(self, theta: Floats, length: float = 0.0) -> Here:
        """Return the point of θ, its intercept made exact for its weights."""
        objective = self.objective
        if objective.loss.shift_invariant:  # what all classes share is penalised for nothing
            theta = theta - theta.mean(axis=0)
        W, b = theta[:, :-1].copy(), theta[:, -1].copy()
        Z = self.read(W, b)
        R, loss = self._residuals(Z)
        for _ in range(POLISHES if objective.fit_intercept else 0):
            g = R.sum(axis=1)
            if np.abs(g).max() <= self.exact:
                break
            step = self._intercept_step(Z, g)
            moved = Z - step[:, None]
            R_moved, loss_moved = self._residuals(moved)
            if not loss_moved <= loss + 4 * EPS * abs(loss):
                break
            b, Z, R, loss = b - step, moved, R_moved, loss_moved
        return self._point(W, b, Z, R, loss, length)

    def _residuals(self, Z: Floats) -> tuple[Floats, float]:
        R = Z.copy()
        loss = self.objective.loss.residuals(R, self.y, self.w)
        return R, loss

    def _point(
        self, W: Floats, b: Floats, Z: Floats, R: Floats, loss: float, length: float
    ) -> Here:
        objective = self.objective
        self.effort.passes += 0.5
        G = R @ self.X + objective.penalty * W
        g = R.sum(axis=1) if objective.fit_intercept else np.zeros(len(b))
        value = loss + 0.5 * objective.penalty * float(np.vdot(W, W))
        return Here(np.column_stack([W, b]), Point(W, b, value, loss, G, g), Z, length)

    def _intercept_step(self, Z: Floats, g: Floats) -> Floats:
        loss = self.objective.loss
        if not loss.shift_invariant:
            return np.asarray(g / np.maximum(loss.curvatures(Z.copy()) @ self.w, TINY))
        H = loss.hessian(Z.copy(), self.w)
        size = float(np.trace(H)) / len(H)
        if not size > 0:
            return np.zeros(len(g))
        H.flat[:: len(H) + 1] += 1e-12 * size
        # A shift of all classes changes nothing, and g has no part in it.
        return np.asarray(np.linalg.solve(H + size, g))

    def _direction(self, now: Here) -> Floats:
        """Solve H s = −g, the more exactly the nearer the optimum."""
        gradient = now.gradient
        norm = float(np.linalg.norm(gradient))
        left = min(EXACTNESS, norm / self.before) if self.before else EXACTNESS
        self.before = norm
        multiply, diagonal = self._hessian(now)
        at_hand: Apply = self.better or (lambda r: r / diagonal)
        found, solved = self._solve(multiply, at_hand, gradient, left, self.patient)
        if not solved:
            self.better = self._factored(now.point)
            found, _ = self._solve(multiply, self.better, gradient, left, MOST_PRODUCTS)
        return found

    def _hessian(self, now: Here) -> tuple[Apply, Any]:
        """Return products with the Hessian, and its diagonal, both in the blocks' float type."""
        objective, X, w = self.objective, self.fast, self.fast_w
        P = objective.loss.probabilities(now.scores.astype(X.dtype))
        curvature, wP = P * (1 - P) * w, P * w
        coupled, intercept = objective.loss.shift_invariant, objective.fit_intercept
        ridge = X.dtype.type(objective.penalty)

        def multiply(V: Any) -> Any:
            W = V[:, :-1]
            dZ = W @ X.T
            dZ += V[:, -1:]
            S = (wP if coupled else curvature) * dZ
            if coupled:
                S -= P * S.sum(axis=0)
            HV = np.empty_like(V)
            HV[:, :-1] = S @ X
            HV[:, :-1] += ridge * W
            HV[:, -1] = S.sum(axis=1) if intercept else V[:, -1]
            return HV

        of_class = curvature.sum(axis=1)
        diagonal = np.empty_like(now.theta, X.dtype)
        diagonal[:, :-1] = np.outer(of_class, self.squares) + ridge
        diagonal[:, -1] = of_class if intercept else 1
        return multiply, np.maximum(diagonal, np.finfo(X.dtype).tiny)

    def _solve(
        self,
        multiply: Apply,
        precondition: Apply,
        gradient: Floats,
        left: float,
        most: int,
    ) -> tuple[Floats, bool]:
        """Solve by conjugate gradients; tell whether that was done within so many products."""
        right = -gradient.astype(self.fast.dtype)
        # In the preconditioner's metric the step is judged, in plain length the certificate. What
        # is left of the intercept's part comes back, times the mean row, when it is made exact.
        row = float(np.vdot(self.bound.mean, self.bound.mean))

        def length(r: Any) -> float:
            return float(np.vdot(r[:, :-1], r[:, :-1]) + row * np.vdot(r[:, -1], r[:, -1]))

        wanted = left**2 * length(right)

        def enough(r: Any, size: float, first: float) -> bool:
            return size <= left**2 * first and length(r) <= wanted

        found = conjugate_gradients(multiply, precondition, right, enough=enough, most=most)
        self.effort.passes += found.products
        return found.x.astype(np.float64), found.enough

    def _factored(self, point: Point) -> Apply:
        """Return a good approximate inverse of the Hessian."""
        objective = self.objective
        K, m = objective.n_classes, self.X.shape[1] + 1
        if not self.small:
            mean = self.bound.mean
            variance = np.maximum(np.square(self.bound.magnitude) - mean**2, 0)
            maker = PreconditionerMaker(objective, mean, variance, self.rng)
            made = maker.at(point)
            self.effort.passes += made.passes
            return made
        H = whole_hessian(self.bound.objective, point)
        self.effort.passes += 1.0
        if objective.loss.shift_invariant and objective.fit_intercept:
            at = np.arange(m - 1, K * m, m)
            H[np.ix_(at, at)] += np.trace(H[np.ix_(at, at)]) / K
        factor = _cholesky(H)
        return lambda r: cho_solve(factor, r.ravel(), check_finite=False).reshape(r.shape)


def _steepness(objective: Objective) -> float:
    """Estimate the largest curvature along a row, as a multiple of the penalty."""
    n = objective.blocks.shape[0]
    rows = objective.blocks.dense(np.linspace(0, n - 1, min(n, LOOKED_AT)).astype(np.intp))
    square = float(np.square(rows, dtype=np.float64).sum(axis=1).mean())
    return objective.loss.largest_curvature * square / objective.penalty


def _cholesky(H: Floats) -> Any:
    """Factor a Hessian, with as little added to its diagonal as rounding asks for."""
    diagonal = np.maximum(H.diagonal(), EPS * H.diagonal().max())
    for share in JITTERS:
        try:
            return cho_factor(H + np.diag(share * diagonal), lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            continue
    return cho_factor(np.diag(diagonal), lower=True, check_finite=False)
