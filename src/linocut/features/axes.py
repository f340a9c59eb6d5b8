"""Directions of most variance, decomposed on the smaller side: columns, or rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from linocut.core import LinocutError
from linocut.core.blas import threads_for_decomposing
from linocut.core.blocks import Blocks
from linocut.core.gram import mean_and_covariance

Array = NDArray[Any]
Floats = NDArray[np.float64]

MOST = 4096  # of the smaller side; an eigen-decomposition of that many takes some 20 seconds
FEWEST = 2048  # rows that are all taken, however many columns they have
COLUMNS = 4096  # whose products are made in the type of the blocks before they are summed
FEW_ERRORS = 4  # in units of rounding, where products are summed like that
SEED = 0


@dataclass(frozen=True, eq=False)
class Axes:
    """Directions of most variance.

    Attributes
    ----------
    mean : float64 array, shape (d,)
        Mean row.
    components : float64 array, shape (k, d)
        Orthonormal, most variance first; the largest entry of each is positive.
    variances : float64 array, shape (k,)
        Variance along each, of the rows or, standardised, of their columns divided by the standard
        deviation.
    total : float
        Variance along all d directions.
    inverse : float64 array, shape (d,)
        What columns were multiplied with before: ones, or their inverse standard deviations, 0 for
        columns that do not vary.
    """

    mean: Floats
    components: Floats
    variances: Floats
    total: float
    inverse: Floats


def principal_axes(
    blocks: Blocks,
    k: int | None = None,
    *,
    standardised: bool = False,
    holding: float = 1.0,
) -> Axes:
    """Find the directions of most variance.

    With no more columns than rows they are those of the covariance, summed in two passes; with
    fewer rows those of the rows' scalar products, which are the same. Where that would take too
    long, some of the rows, drawn at random, stand for all (see `rows_for_axes`).

    Parameters
    ----------
    blocks : Blocks
        Rows (n, d).
    k : int, optional
        How many; the smaller of n and d if not given.
    standardised : bool
        Whether to divide each column by its standard deviation before.
    holding : float
        Share of the total variance that the first directions must hold; the rest are left out.

    Raises
    ------
    LinocutError
        If there are fewer rows or columns than directions asked for.

    Examples
    --------
    >>> from linocut.core.blocks import ArrayBlocks
    >>> X = np.random.default_rng(0).normal(size=(5, 100)) * np.arange(100.0)
    >>> axes = principal_axes(ArrayBlocks(X, np.float64), 2)
    >>> Z = (X - axes.mean) @ axes.components.T
    >>> bool(np.allclose(np.cov(Z.T), np.diag(axes.variances)))
    True
    """
    n, d = blocks.shape
    if k is not None and not 1 <= k <= min(n, d):
        raise LinocutError(
            f"n_components={k!r} — an integer from 1 to {min(n, d)}, the smaller of {n} rows and "
            f"{d} pixels"
        )
    most = max(rows_for_axes(n, d), k or 0)
    if most < n:
        blocks = blocks.take(np.sort(np.random.default_rng(SEED).choice(n, most, replace=False)))
    decomposed = _of_rows if len(blocks) < d else _of_columns
    return decomposed(blocks, k, standardised, holding)


def rows_for_axes(n: int, d: int) -> int:
    """Return how many of n rows of d columns axes are found from.

    All where the columns are the smaller side and at most 4,096, else 4,096. Of fewer rows than
    columns, as many as are multiplied in the time that 4,096 rows of 4,096 columns take, and 2,048
    at least.

    Examples
    --------
    >>> rows_for_axes(60_000, 784), rows_for_axes(60_000, 6400), rows_for_axes(4000, 24_256)
    (60000, 4096, 2048)
    """
    if n >= d:
        return n if d <= MOST else min(n, MOST)
    return min(n, max(FEWEST, int(MOST * np.sqrt(MOST / d))))


def with_largest_positive(V: Array) -> Array:
    """Return directions (k, d) with the sign that makes the largest entry of each positive."""
    return np.asarray(V * np.sign(V[np.arange(len(V)), np.abs(V).argmax(axis=1)])[:, None])


def _of_columns(blocks: Blocks, k: int | None, standardised: bool, holding: float = 1.0) -> Axes:
    mean, covariance = mean_and_covariance(blocks)
    inverse = _inverse(mean, np.diag(covariance), standardised)
    if standardised:
        covariance *= inverse[:, None] * inverse
    total = float(np.trace(covariance))
    variances, vectors = _leading(*_decomposed(covariance, k), total, holding)
    return Axes(mean, with_largest_positive(vectors.T), variances, total, inverse)


def _of_rows(blocks: Blocks, k: int | None, standardised: bool, holding: float = 1.0) -> Axes:
    # In the float type of the blocks, as the covariance of columns is.
    n = len(blocks)
    Z = blocks.dense(np.arange(n)).astype(blocks.dtype, copy=False)
    mean = Z.mean(axis=0, dtype=np.float64)
    Z -= mean.astype(Z.dtype)
    squares = np.einsum("ij,ij->j", Z, Z, dtype=np.float64)
    inverse = _inverse(mean, squares / max(1, n - 1), standardised)
    if standardised:
        Z *= inverse.astype(Z.dtype)
    products = _products_of_rows(Z) / max(1, n - 1)
    total = float(np.trace(products))
    variances, vectors = _leading(*_decomposed(products, k), total, holding)
    # The mean row takes one direction from n rows, and rows that are sums of others theirs.
    # Of products in float32 errors cancel, as many as there are columns.
    errors = n if Z.dtype == np.float64 else FEW_ERRORS
    held = variances > errors * np.finfo(Z.dtype).eps * variances[0]
    turned = (vectors.T[held] / np.sqrt(variances[held] * max(1, n - 1))[:, None]).astype(Z.dtype)
    V = _completed((turned @ Z).astype(np.float64), len(variances))
    return Axes(mean, with_largest_positive(V), np.where(held, variances, 0), total, inverse)


def _products_of_rows(Z: Array) -> Floats:
    """Return Z Zᵀ, computed some columns at a time in the type of Z and summed in float64."""
    made = np.zeros((len(Z), len(Z)))
    for start in range(0, Z.shape[1], COLUMNS):
        part = Z[:, start : start + COLUMNS]
        made += part @ part.T
    return made


def _leading(
    variances: Floats, vectors: Floats, total: float, holding: float
) -> tuple[Floats, Floats]:
    """Return only the first variances and vectors that hold a share of the total."""
    if holding >= 1:
        return variances, vectors
    k = int(np.searchsorted(np.cumsum(variances), holding * (1 - 1e-12) * total)) + 1
    return variances[:k], vectors[:, :k]


def _inverse(mean: Floats, variances: Floats, standardised: bool) -> Floats:
    """Return what to multiply columns with."""
    if not standardised:
        return np.ones(len(mean))
    deviation = np.sqrt(np.maximum(variances, 0))
    # A column that varies by no more than its rounding says nothing.
    varies = deviation > 1e-6 * np.maximum(np.abs(mean), deviation.max(initial=0) * 1e-3)
    return np.where(varies, 1 / np.where(varies, deviation, 1), 0)


def _decomposed(A: Floats, k: int | None) -> tuple[Floats, Floats]:
    """Return the k largest eigenvalues (k,), largest first, and their vectors (m, k)."""
    m = len(A)
    with threads_for_decomposing(m):
        if k is None:
            values, vectors = eigh(A, driver="evd", overwrite_a=True, check_finite=False)
        else:
            values, vectors = eigh(A, subset_by_index=(m - k, m - 1), check_finite=False)
    return np.maximum(values[::-1], 0), vectors[:, ::-1]


def _completed(V: Floats, k: int) -> Floats:
    """Return k orthonormal rows, the first of which are given."""
    if len(V) == k:
        return V
    more = np.random.default_rng(SEED).normal(size=(k - len(V), V.shape[1]))
    for _ in range(2):  # once leaves rounding
        more -= (more @ V.T) @ V
    return np.concatenate([V, np.linalg.qr(more.T)[0].T])
