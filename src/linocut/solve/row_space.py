"""Few rows of many columns: the fit is made in the space of the rows, n coordinates instead of d.

With an L2 penalty the optimal weights are sums of rows (Kimeldorf & Wahba, "A correspondence
between Bayesian estimation on stochastic processes and smoothing by splines", 1970). In an
orthonormal basis Q (d, r) of the rows, W = V Qᵀ, the scores are X Wᵀ = (X Q) Vᵀ and ‖W‖ = ‖V‖: the
same problem with rows X Q (n, r). With the Gram matrix X Xᵀ = U S Uᵀ

    X Q = U √S,   Q = Xᵀ U / √S.

Directions that the Gram matrix loses in its rounding are left out. Whether they matter is told by
the certificate: what is found is put to that of the whole problem.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import eigh

from linocut.core.blas import threads_for_decomposing
from linocut.core.blocks import ArrayBlocks
from linocut.solve.certificates.dual import DualBound
from linocut.solve.objective import Objective, Point
from linocut.solve.record import FitRecord, Iteration, Snapshot

Floats = NDArray[np.float64]

WORTH_IT = 1_000_000  # products in a pass; what is smaller is done at once anyway
# Passes that making the basis may cost: each is bound by memory, which the basis is not, and in the
# basis, the main axes of the rows, fits to images take a small part of the steps.
WORTH_PASSES = 250
EIGEN_FLOPS = 10  # n³ times this, for the eigenvectors
MOST_BYTES = 256 << 20  # of the rows in float64


@dataclass(frozen=True, eq=False)
class RowSpace:
    """An objective, and the same one in coordinates of its rows.

    Attributes
    ----------
    whole : Objective
        Of n rows of d columns, in float64.
    inner : Objective
        Of n rows of r ≤ n coordinates, in float64.
    X : float64 array, shape (n, d)
        The rows.
    basis : float64 array, shape (n, r)
        U/√S: the rows' sums that make the basis, Q = Xᵀ ``basis``.
    seconds, passes : float
        What this took.
    """

    whole: Objective
    inner: Objective
    X: Floats
    basis: Floats
    seconds: float
    passes: float

    @classmethod
    def of(cls, objective: Objective) -> RowSpace | None:
        """Return it where it saves work: few rows of many columns, for many classes."""
        if not _is_worth_it(objective):
            return None
        began = time.perf_counter()
        n, d = objective.blocks.shape
        rows = objective.blocks.brought(np.arange(n))
        X = rows.astype(np.float64).dense(np.arange(n))
        with threads_for_decomposing(n):
            S, U = eigh(X @ X.T, overwrite_a=True, check_finite=False)
        kept = n * np.finfo(np.float64).eps * S[-1] < S
        if not kept.any():
            return None
        root, U = np.sqrt(S[kept]), U[:, kept]
        inside = ArrayBlocks(
            np.ascontiguousarray(U * root), np.dtype(np.float64), rows.y, rows.weights
        )
        passes = (n * n * d + EIGEN_FLOPS * n**3) / (2.0 * n * d * objective.n_classes)
        seconds = time.perf_counter() - began
        return cls(
            objective.in_float64() or objective,
            replace(objective, blocks=inside),
            X,
            U / root,
            seconds,
            passes,
        )

    def penalised(self, objective: Objective) -> RowSpace:
        """Return that of an objective which differs in the penalty alone; nothing is made anew."""
        whole = replace(self.whole, penalty=objective.penalty)
        inner = replace(self.inner, penalty=objective.penalty)
        return replace(self, whole=whole, inner=inner, seconds=0.0, passes=0.0)

    def inward(self, W: Floats) -> Floats:
        """Return the coordinates (K, r) of weights (K, d), or of what of them is a sum of rows."""
        return np.asarray((W @ self.X.T) @ self.basis)

    def outward(self, V: Floats) -> Floats:
        """Return the weights (K, d) of coordinates (K, r)."""
        return np.asarray((V @ self.basis.T) @ self.X)

    def told(self, line: Iteration) -> Iteration:
        """Return a line of the record in terms of the whole problem: passes, and time."""
        share = self.inner.blocks.shape[1] / self.whole.blocks.shape[1]
        return replace(
            line,
            passes=self.passes + share * line.passes,
            seconds=self.seconds + line.seconds,
        )

    def finished(
        self, found: Point, record: FitRecord, snapshots: tuple[Snapshot, ...]
    ) -> tuple[Point, FitRecord, tuple[Snapshot, ...]]:
        """Return what was found in coordinates as weights, with a certificate of the whole."""
        began = time.perf_counter()
        point = self.whole.at(self.outward(found.W), found.b)
        gap = DualBound.of(self.whole).relative_gap(point)
        *before, last = map(self.told, record.iterations)
        largest = max(np.abs(point.gradient_W).max(initial=0), np.abs(point.gradient_b).max())
        line = replace(
            last,
            passes=last.passes + 2,
            seconds=last.seconds + time.perf_counter() - began,
            objective=point.value,
            gradient_norm=float(largest),
            gap=gap,
        )
        kept = tuple(Snapshot(each.step, self.outward(each.W), each.b) for each in snapshots)
        return point, FitRecord(record.outcome, (*before, line)), kept


def _is_worth_it(objective: Objective) -> bool:
    """Tell whether passes cost something, and the basis no more than a few of them."""
    blocks, K = objective.blocks, objective.n_classes
    n, d = blocks.shape
    is_sparse = isinstance(blocks, ArrayBlocks) and sparse.issparse(blocks.array)
    if objective.penalty == 0 or is_sparse or 2 * n > d or 8 * n * d > MOST_BYTES:
        return False
    basis, one_pass = n * n * d + EIGEN_FLOPS * n**3, 4 * n * d * K
    return n * d * K >= WORTH_IT and basis <= WORTH_PASSES * one_pass
