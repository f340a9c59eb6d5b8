"""The whole Hessian as one matrix, for small models: K(K + 1)/2 weighted Gram matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blas import one_blas_thread
from linocut.core.blocks import Blocks, Matrix
from linocut.core.errors import LinocutError
from linocut.core.threads import map_in_order
from linocut.solve.losses import Loss
from linocut.solve.objective import Objective, Point
from linocut.solve.products import scores

Floats = NDArray[np.float64]

LARGEST = 1 << 30  # bytes that the matrix may take
AT_ONCE = 1024  # rows made dense at once, in each thread


def whole_hessian(objective: Objective, point: Point) -> Floats:
    """Return the second derivatives of the objective by θ = (W | b), row after row.

    Products are computed in the blocks' float type and summed over rows in float64.

    Parameters
    ----------
    objective : Objective
        Of K scores and d features.
    point : Point
        Where.

    Returns
    -------
    float64 array, shape (K (d + 1), K (d + 1))
        Singular along what changes nothing (a shift of all intercepts, for softmax). Without an
        intercept its rows and columns are those of the identity.

    Raises
    ------
    LinocutError
        If it would take more than a gigabyte.
    """
    K, d = objective.n_classes, objective.blocks.shape[1]
    m = d + 1
    if 8 * (K * m) ** 2 > LARGEST:
        raise LinocutError(
            f"{K} classes and {d} features — their Hessian takes {8e-9 * (K * m) ** 2:.1f} GB, "
            "more than the one allowed; take fewer features, by PCA for instance"
        )
    H = np.zeros((K, m, K, m))
    P = probabilities_of(objective, point)
    # Positions stand for rows here: they are brought to this process, and only small sets are.
    rows = objective.blocks.brought(np.arange(len(objective.blocks)))
    w = np.ones(len(rows)) if rows.weights is None else rows.weights

    def fill(pair: tuple[int, int]) -> None:
        k, j = pair
        shared = P[k] * (1 - P[k] if j == k else P[j]) * w / objective.total
        part = _gram(rows, np.sqrt(shared))
        H[k, :, j, :] = part if j == k else -part
        if j != k:
            H[j, :, k, :] = -part

    coupled = objective.loss.shift_invariant  # the classes of one-vs-rest know nothing of others
    with one_blas_thread():
        pairs = [(k, j) for k in range(K) for j in range(k, K if coupled else k + 1)]
        for _ in map_in_order(fill, pairs):
            pass
    inside = np.arange(d)
    for k in range(K):
        H[k, inside, k, inside] += objective.penalty
        if not objective.fit_intercept:
            H[k, d], H[:, :, k, d] = 0, 0
            H[k, d, k, d] = 1
    return H.reshape(K * m, K * m)


def probabilities_of(objective: Objective, point: Point) -> Floats:
    """Return the probabilities of all rows at a point, shape (K, n)."""
    dtype = objective.blocks.dtype
    W_, b_ = point.W.astype(dtype), point.b.astype(dtype)
    return np.concatenate(
        list(objective.blocks.map(_Probabilities(W_, b_, objective.loss))), axis=1
    )


@dataclass(frozen=True, eq=False)
class _Probabilities:
    W: NDArray[np.floating[Any]]
    b: NDArray[np.floating[Any]]
    loss: Loss

    def __call__(self, X: Matrix, y: Any, w: Any) -> Any:
        return self.loss.probabilities(scores(X, self.W, self.b).astype(np.float64))


def _gram(blocks: Blocks, roots: Floats) -> Floats:
    """Return Σ_i roots_i² (x_i, 1)(x_i, 1)ᵀ."""
    n, d = blocks.shape
    total = np.zeros((d + 1, d + 1))
    for start in range(0, n, AT_ONCE):
        rows = np.arange(start, min(start + AT_ONCE, n))
        Z = np.ones((len(rows), d + 1), blocks.dtype)
        Z[:, :-1] = blocks.dense(rows)
        Z *= roots[rows].astype(Z.dtype)[:, None]
        total += Z.T @ Z
    return total
