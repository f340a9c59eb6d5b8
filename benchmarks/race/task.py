"""A task: rows as a user has them, labels, C, and the one objective that judges all weights.

    f(W, b) = mean cross-entropy + ‖W‖²/(2 C n),  the intercept not penalised,

or, one-vs-rest, the sum over classes of the mean binary cross-entropy in the place of the first
term. It is computed here, in float64, whatever a contender computed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from linocut.core.blocks import ArrayBlocks
from linocut.solve import DualBound, Objective, Sigmoids, Softmax

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Features:
    """What a fit takes, and how new rows are turned into the same.

    Attributes
    ----------
    X : float array, shape (n, d), or CSR matrix
    apply : callable
        From rows as the user has them to a dense or sparse (m, d) matrix.
    """

    X: Any
    apply: Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Weights:
    """What a contender returns.

    Attributes
    ----------
    W : float array, shape (K, d)
        Weights of the features.
    b : float array, shape (K,)
        Intercept.
    features : Features
        What it was fitted on.
    finished : bool
        Whether it stopped by itself, so that more iterations would change nothing.
    """

    W: Any
    b: Any
    features: Features
    finished: bool = False


@dataclass(frozen=True)
class Bounds:
    """The optimum lies between ``lower``, proven by the dual, and ``value``, reached."""

    value: float
    lower: float


@dataclass(frozen=True, eq=False)
class Task:
    """One problem for all contenders.

    Attributes
    ----------
    name, title : str
        For the command line and for people.
    rows : uint8 (n, h, w) images, float32 (n, d) array or CSR matrix
        As the user has them: from here to weights is what is timed.
    y : int64 array, shape (n,)
        Classes, 0 to K − 1.
    C : float
        Inverse of the penalty, in units of the features.
    make : callable
        From rows and a float type to `Features`.
    unit : float
        The features are exactly ``rows * unit``; 0 where they are something else, which may then
        differ by the float type's rounding and has an optimum of its own for either.
    columns : int
        Number of features where it is not that of the rows; else 0.
    one_vs_rest : bool
        K binary problems instead of the softmax.
    test : (rows, labels), optional
        To tell the accuracy.
    tolerance : float
        How near the reference is brought to the optimum, relatively.
    """

    name: str
    title: str
    rows: Any
    y: NDArray[np.int64]
    C: float
    make: Callable[[Any, np.dtype[Any]], Features]
    unit: float = 1.0
    columns: int = 0
    one_vs_rest: bool = False
    test: tuple[Any, NDArray[np.int64]] | None = None
    tolerance: float = 1e-9

    @property
    def n_classes(self) -> int:
        return int(self.y.max()) + 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        return len(self.y), self.columns or int(np.prod(self.rows.shape[1:]))

    @property
    def sparse(self) -> bool:
        return bool(sparse.issparse(self.rows))

    def features(self, dtype: DTypeLike) -> Features:
        """Turn the rows into features; part of what is timed."""
        return self.make(self.rows, np.dtype(dtype))

    def bounds(self, weights: Weights) -> Bounds:
        """Judge weights: their objective, and what the optimum cannot lie below."""
        objective, W = self._objective(weights)
        point = objective.at(W, np.asarray(weights.b, dtype=np.float64))
        return Bounds(point.value, DualBound.of(objective).at(point))

    def value(self, weights: Weights) -> float:
        """Judge weights by the objective, in float64."""
        objective, W = self._objective(weights)
        return objective.at(W, np.asarray(weights.b, dtype=np.float64)).value

    def accuracy(self, weights: Weights) -> float | None:
        """Share of the test rows correctly classified; None where there are none."""
        if self.test is None:
            return None
        rows, y = self.test
        scores = np.asarray(weights.features.apply(rows) @ np.asarray(weights.W).T) + weights.b
        return float(np.mean(scores.argmax(axis=1) == y))

    def part(self, size: int) -> Task:
        """Return the task on a few rows, each class among them, to warm up on."""
        firsts = np.unique(self.y, return_index=True)[1]
        chosen = np.union1d(firsts, np.arange(min(size, len(self.y))))
        return replace(self, rows=self.rows[chosen], y=self.y[chosen], test=None)

    def _objective(self, weights: Weights) -> tuple[Objective, Floats]:
        # With x' = x/u and W' = u W the scores are the same and ‖W‖² = ‖W'‖²/u².
        unit = self.unit or 1.0
        rows = self.rows if self.unit else weights.features.X
        objective = Objective(
            ArrayBlocks(rows, np.dtype(np.float64), y=self.y),
            Sigmoids() if self.one_vs_rest else Softmax(),
            1 / (self.C * unit**2 * len(self.y)),
            self.n_classes,
        )
        return objective, np.asarray(weights.W, dtype=np.float64) * unit
