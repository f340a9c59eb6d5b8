"""Sums over the rows that several methods start from, each in one pass over the blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core.blocks import Blocks, Matrix
from linocut.solve.products import products, squares

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassSums:
    """Weighted sums of the rows of each class.

    Attributes
    ----------
    weight : float64 array, shape (K,)
        Sum of the weights of each class.
    rows : float64 array, shape (K, d)
        Weighted sum of the rows of each class.
    """

    weight: Floats
    rows: Floats

    @property
    def total(self) -> float:
        """Sum of all weights."""
        return float(self.weight.sum())

    @property
    def shares(self) -> Floats:
        """Share of each class, shape (K,)."""
        return self.weight / self.total

    @property
    def mean(self) -> Floats:
        """Mean row, shape (d,)."""
        return np.asarray(self.rows.sum(axis=0) / self.total)

    @property
    def class_means(self) -> Floats:
        """Mean row of each class, shape (K, d)."""
        return np.asarray(self.rows / self.weight[:, None])


def class_sums(blocks: Blocks, n_classes: int) -> ClassSums:
    """Sum the rows of each class."""
    return ClassSums(*blocks.sum(SumsByClass(n_classes)))


@dataclass(frozen=True)
class SumsByClass:
    """The task of `class_sums`."""

    n_classes: int

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[Floats, Any]:
        """See `Task`."""
        Y = indicators(y, w, self.n_classes, X.dtype)
        return Y.sum(axis=0, dtype=np.float64), products(np.ascontiguousarray(Y.T), X)


def indicators(
    y: NDArray[np.int64], weights: Floats | None, n_classes: int, dtype: np.dtype[Any]
) -> NDArray[Any]:
    """Return Y (n, K): each row's weight in the column of its class, zero elsewhere."""
    Y = np.zeros((len(y), n_classes), dtype=dtype)
    Y[np.arange(len(y)), y] = 1 if weights is None else weights
    return Y


def column_moments(blocks: Blocks, *, centred: bool) -> tuple[Floats, Floats]:
    """Return weighted mean and variance (about zero unless centred) of each column, both (d,)."""
    origin = None
    if centred and len(blocks):
        # Squares about a row, not about zero: a column far from zero keeps its variance. A whole
        # block is made for it, since features made of one row alone may have other last bits.
        first = blocks.take(np.arange(blocks.bounds()[0].stop))
        origin = next(first.map(_first_row))
    total, sums, squared = blocks.sum(ColumnMoments(origin))
    shift, square = sums / total, squared / total
    if not centred:
        return shift, square
    mean = shift if origin is None else origin + shift
    return mean, np.maximum(square - shift**2, 0)


@dataclass(frozen=True, eq=False)
class ColumnMoments:
    """The task of `column_moments`: sums of weights, of columns and of their squares."""

    origin: Floats | None

    def __call__(self, X: Matrix, y: Any, w: Any) -> tuple[float, Any, Any]:
        """See `Task`."""
        w = np.ones(X.shape[0]) if w is None else w
        w_ = w.astype(X.dtype)[None]
        D = X if self.origin is None else X - self.origin.astype(X.dtype)
        return float(w.sum()), products(w_, D)[0], squares(w_, D)[0]


@dataclass(frozen=True)
class SquareNorms:
    """A task: Σ w ‖x‖²."""

    def __call__(self, X: Matrix, y: Any, w: Any) -> float:
        """See `Task`."""
        squared = X.multiply(X) if sparse.issparse(X) else X * X
        norms = np.asarray(squared.sum(axis=1, dtype=np.float64)).ravel()
        return float(norms.sum() if w is None else norms @ w)


def _first_row(X: Matrix, y: Any, w: Any) -> Floats | None:
    # Sparse rows stay about zero: shifting them would fill them in.
    return X[0].astype(np.float64) if isinstance(X, np.ndarray) else None
