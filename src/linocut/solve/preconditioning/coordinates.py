"""Coordinates in which the objective is round: a change of variables from the Gram matrix.

With A the covariance of the rows and c a typical second derivative of the loss, c·A + λI stands
for the Hessian of every class. Its Cholesky factor L gives the coordinates V = W L, and centring
the rows decouples the intercept: b' = b + W μ. The optimum is untouched; the way there is short,
and the same for pixels from 0 to 1 and from 0 to 255.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular

from linocut.core.blocks import Blocks, Matrix
from linocut.solve.moments import column_moments
from linocut.solve.objective import Objective, Point

Floats = NDArray[np.float64]

LARGEST_GRAM = 4096  # features; above, only the diagonal is used: the factor takes d²·8 bytes
FLOOR = 0.1  # smallest curvature assumed, in units of the geometric mean described below
GRAM_ROWS = 12_000  # rows that stand for all; a Gram matrix of all costs d/(4K) passes


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The map between weights (W, b) and coordinates θ of shape (K, d + 1).

    Attributes
    ----------
    scale : float64 array, shape (d,)
        Square root of the diagonal of c·A + λI.
    factor : float64 array, shape (d, d), or None
        Lower Cholesky factor of the matrix after division by that scale; None for the diagonal.
    centre : float64 array, shape (d,)
        μ; zero where there is no intercept to take it up.
    intercept_scale : float
        b' is this times its coordinate.
    """

    scale: Floats
    factor: Floats | None
    centre: Floats
    intercept_scale: float

    def weights(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return W (K, d) and b (K,) at θ."""
        V = theta[:, :-1]
        if self.factor is not None:
            V = solve_triangular(self.factor, V.T, lower=True, trans="T", check_finite=False).T
        W = V / self.scale
        return W, theta[:, -1] * self.intercept_scale - W @ self.centre

    def theta(self, W: Floats, b: Floats) -> Floats:
        """Return θ at (W, b)."""
        V = W * self.scale
        if self.factor is not None:
            V = V @ self.factor
        return np.column_stack([V, (b + W @ self.centre) / self.intercept_scale])

    def gradient(self, point: Point) -> Floats:
        """Return the gradient by θ, shape (K, d + 1)."""
        G = point.gradient_W - np.outer(point.gradient_b, self.centre)
        G = G / self.scale
        if self.factor is not None:
            G = solve_triangular(self.factor, G.T, lower=True, check_finite=False).T
        return np.column_stack([G, point.gradient_b * self.intercept_scale])

    @classmethod
    def of(cls, objective: Objective) -> Coordinates:
        """Make the coordinates: a pass for the column moments, part of one for the Gram matrix."""
        blocks = objective.blocks
        d = blocks.shape[1]
        c = typical_curvature(objective.n_classes)
        mean, variance = column_moments(blocks, centred=objective.fit_intercept)
        scale = np.sqrt(c * variance + objective.penalty)
        centre = mean if objective.fit_intercept else np.zeros(d)
        factor = None
        if d <= LARGEST_GRAM:
            factor = cholesky(
                _scaled_gram(objective, blocks, centre, scale, variance),
                lower=True,
                check_finite=False,
            )
        return cls(scale, factor, centre, 1 / np.sqrt(c))


def typical_curvature(n_classes: int) -> float:
    """Return half of p(1 − p) at p = 1/K: between a fit's start and its end."""
    return 0.5 * (1 - 1 / n_classes) / n_classes


def _scaled_gram(
    objective: Objective, blocks: Blocks, centre: Floats, scale: Floats, variance: Floats
) -> Floats:
    c = typical_curvature(objective.n_classes)
    n, d = blocks.shape
    if n > GRAM_ROWS:
        blocks = blocks.take(np.linspace(0, n - 1, GRAM_ROWS).astype(np.intp))
    A: Floats = blocks.sum(ScaledGram(centre, scale))
    A *= c / blocks.total if blocks.total > 0 else 0.0
    A[np.diag_indices(d)] += objective.penalty / scale**2
    # Directions in which the rows hardly vary are known badly from a sample, and the loss bends
    # less there than c says: without a floor the first hundred steps are spent on rare pixels.
    # The floor of a column is relative to its own variance and to the mean one alike, so that
    # columns of very different units keep theirs.
    A[np.diag_indices(d)] += FLOOR * c * np.sqrt(variance * variance.mean()) / scale**2
    # Rounding of the Gram matrix must not make it indefinite.
    A[np.diag_indices(d)] += 1e3 * np.finfo(blocks.dtype).eps
    return A


@dataclass(frozen=True, eq=False)
class ScaledGram:
    """The task: Σ w z zᵀ of rows that are centred and scaled."""

    centre: Floats
    scale: Floats

    def __call__(self, X: Matrix, y: Any, w: Any) -> Any:
        """See `Task`."""
        X = X.toarray() if sparse.issparse(X) else X
        Z = (X - self.centre.astype(X.dtype)) / self.scale.astype(X.dtype)
        if w is not None:
            Z *= np.sqrt(w)[:, None].astype(X.dtype)
        return np.asarray(Z.T @ Z)
