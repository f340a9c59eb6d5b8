"""Proximal Newton steps with the whole Hessian, for small models.

The quadratic model of the loss plus the lasso is minimised exactly, by an active set: Newton's step
of the weights that are not zero, up to where the first of them would change its sign and becomes
zero; then those weights join whose slope the lasso does not hold. That reads no training rows, and
near the optimum each step doubles the digits, where quasi-Newton steps take hundreds once classes
compete for nearly parallel columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from linocut.solve.hessian import whole_hessian
from linocut.solve.objective import Objective, Point

Floats = NDArray[np.float64]

MOST_WEIGHTS = 400  # and intercepts: the Hessian is a matrix of that side
MOST_FLOPS = 1e9  # that it may cost
JITTER = 1e-11  # of the diagonal, along what changes nothing
HELD = 1 + 1e-10  # times λ1: a slope that the lasso holds, but for rounding
NOISE = 1e-13  # of the terms of a slope, that is rounding
ROUNDS = 3  # for each weight, at most


def newton_goal(
    objective: Objective, l1: float, point: Point, alive: NDArray[np.bool_]
) -> tuple[Floats, Floats] | None:
    """Return the minimum (W, b) of the quadratic model plus λ1 ‖W‖₁ around a point.

    Parameters
    ----------
    objective : Objective
        Without the lasso.
    l1 : float
        λ1, above zero.
    point : Point
        Where, shapes (K, d) and (K,).
    alive : bool array, shape (K, d)
        Weights that may differ from zero.

    Returns
    -------
    (W, b), float64 arrays of shapes (K, d) and (K,), or None
        None where the Hessian would be too large, or cannot be inverted.
    """
    if not _is_small(objective):
        return None
    K, d = point.W.shape
    kept = np.column_stack([alive, np.full(K, objective.fit_intercept)]).ravel()
    H = whole_hessian(objective, point)[np.ix_(kept, kept)]
    slope = np.column_stack([point.gradient_W, point.gradient_b]).ravel()[kept]
    theta = np.column_stack([point.W, point.b]).ravel()
    lasso = np.column_stack([np.full((K, d), l1), np.zeros(K)]).ravel()[kept]
    if not (np.isfinite(H).all() and np.isfinite(slope).all()):
        return None
    try:
        theta[kept] = model_minimum(H, slope, theta[kept], lasso)
    except LinAlgError:
        return None
    both = theta.reshape(K, d + 1)
    return both[:, :-1], both[:, -1]


def model_minimum(H: Floats, slope: Floats, start: Floats, lasso: Floats) -> Floats:
    """Return the x that minimises ⟨slope, x − start⟩ + ½⟨x − start, H (x − start)⟩ + Σ lasso |x|.

    Where it does not get there in a few rounds a weight, the last x, which is no worse than the
    start.

    Parameters
    ----------
    H : float64 array, shape (m, m)
        Positive semidefinite.
    slope, start : float64 arrays, shape (m,)
        The gradient at the start, and that.
    lasso : float64 array, shape (m,)
        λ1 for each entry, zero for those that have none.

    Examples
    --------
    >>> H = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> model_minimum(H, np.array([-3.0, -0.5]), np.zeros(2), np.ones(2)).round(9).tolist()
    [1.0, 0.0]
    """
    x, sign = start.copy(), np.sign(start)
    free = (x != 0) | (lasso == 0)
    A = H + np.diag(JITTER * H.diagonal() + np.finfo(np.float64).tiny)
    sizes = np.abs(H)
    for _ in range(ROUNDS * len(x)):
        at = np.flatnonzero(free)
        pull = (slope + H @ (x - start) + lasso * sign)[at]
        step = -cho_solve(cho_factor(A[np.ix_(at, at)]), pull)
        there = x[at] + step
        crossing = np.flatnonzero((lasso[at] > 0) & (sign[at] * there < 0))
        if len(crossing):
            lengths = -x[at][crossing] / step[crossing]
            first = crossing[lengths.argmin()]
            x[at] += lengths.min() * step
            x[at[first]], sign[at[first]], free[at[first]] = 0.0, 0.0, False
            continue
        x[at] = there
        pull = slope + H @ (x - start)
        held = HELD * lasso + NOISE * (sizes @ np.abs(x - start))
        over = np.where(free, 0.0, np.abs(pull) - held)
        if over.max(initial=0) <= 0:
            break
        joining = over > 0.5 * over.max()
        free |= joining
        sign[joining] = -np.sign(pull[joining])
    return x


def _is_small(objective: Objective) -> bool:
    """Tell whether the whole Hessian of an objective costs next to nothing."""
    n, d = objective.blocks.shape
    size = objective.n_classes * (d + 1)
    return size <= MOST_WEIGHTS and n * size**2 <= MOST_FLOPS
