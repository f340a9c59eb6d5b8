"""Sums over the rows that several methods start from, each in one pass over the blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def class_sums(
    blocks: Blocks, y: NDArray[np.int64], weights: Floats | None, n_classes: int
) -> ClassSums:
    """Sum the rows of each class."""
    d = blocks.shape[1]

    def part(rows: slice, X: Matrix) -> tuple[Floats, Any]:
        Y = indicators(y[rows], None if weights is None else weights[rows], n_classes, X.dtype)
        return Y.sum(axis=0, dtype=np.float64), products(np.ascontiguousarray(Y.T), X)

    weight, sums = np.zeros(n_classes), np.zeros((n_classes, d))
    for part_weight, part_sums in blocks.map(part):
        weight += part_weight
        sums += part_sums
    return ClassSums(weight, sums)


def indicators(
    y: NDArray[np.int64], weights: Floats | None, n_classes: int, dtype: np.dtype[Any]
) -> NDArray[Any]:
    """Return Y (n, K): each row's weight in the column of its class, zero elsewhere."""
    Y = np.zeros((len(y), n_classes), dtype=dtype)
    Y[np.arange(len(y)), y] = 1 if weights is None else weights
    return Y


def column_moments(
    blocks: Blocks, weights: Floats | None, *, centred: bool
) -> tuple[Floats, Floats]:
    """Return weighted mean and variance (about zero unless centred) of each column, both (d,)."""
    d = blocks.shape[1]
    # Squares about a row of the data, not about zero: a column far from zero keeps its variance.
    origin = next(iter(blocks.map(_first_row))) if centred else np.zeros(d)

    def part(rows: slice, X: Matrix) -> tuple[float, Floats, Floats]:
        w = np.ones(X.shape[0]) if weights is None else weights[rows]
        w_ = w.astype(X.dtype)[None]
        D = X - origin.astype(X.dtype) if isinstance(X, np.ndarray) else X
        return float(w.sum()), products(w_, D)[0], squares(w_, D)[0]

    total, first, second = 0.0, np.zeros(d), np.zeros(d)
    for part_total, part_first, part_second in blocks.map(part):
        total += part_total
        first += part_first
        second += part_second
    shift, square = first / total, second / total
    if not centred:
        return shift, square
    return origin + shift, np.maximum(square - shift**2, 0)


def _first_row(rows: slice, X: Matrix) -> Floats:
    # Sparse rows stay about zero: shifting them would fill them in.
    return X[0].astype(np.float64) if isinstance(X, np.ndarray) else np.zeros(X.shape[1])
