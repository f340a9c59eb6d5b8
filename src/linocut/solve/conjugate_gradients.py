"""Conjugate gradients: solve H x = right by products with H, which is never written down.

Hestenes & Stiefel, "Methods of conjugate gradients for solving linear systems" (1952), with a
preconditioner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Apply = Callable[[Array], Any]


@dataclass(frozen=True, eq=False)
class Solution:
    """How far it came.

    Attributes
    ----------
    x : array
        Of the shape and the type of the right side.
    products : int
        With H.
    enough : bool
        Whether it ended because that was enough, or because there is no curvature left.
    """

    x: Array
    products: int
    enough: bool


def conjugate_gradients(
    multiply: Apply,
    precondition: Apply,
    right: Array,
    *,
    enough: Callable[[Array, float, float], bool],
    most: int,
) -> Solution:
    """Solve H x = right.

    Parameters
    ----------
    multiply : callable
        Returns H times an array of the shape of ``right``; H is positive semidefinite.
    precondition : callable
        Returns an approximate inverse of H times such an array.
    right : float array
        The right side; all is computed in its type.
    enough : callable
        Told what is left, r = right − H x, its square norm in the preconditioner's metric, and what
        that was at first; a true answer ends it.
    most : int
        Products at most.

    Examples
    --------
    >>> H = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> right = np.array([3.0, 4.0])
    >>> nothing_left = lambda r, size, first: size < 1e-20 * first
    >>> found = conjugate_gradients(H.dot, np.copy, right, enough=nothing_left, most=9)
    >>> found.x.round(9).tolist(), found.products
    ([1.0, 1.0], 2)
    """
    r, x = right.copy(), np.zeros_like(right)
    z = np.asarray(precondition(r), r.dtype)
    p, rz = z, float(np.vdot(r, z))
    first = rz
    for taken in range(most):
        if enough(r, rz, first):
            return Solution(x, taken, True)
        Hp = multiply(p)
        curved = float(np.vdot(p, Hp))
        if not (0 < curved < np.inf and np.isfinite(rz)):
            return Solution(x, taken + 1, True)
        x += rz / curved * p
        r -= rz / curved * Hp
        z = np.asarray(precondition(r), r.dtype)
        rz, before = float(np.vdot(r, z)), rz
        p = z + rz / before * p
    return Solution(x, most, enough(r, rz, first))
