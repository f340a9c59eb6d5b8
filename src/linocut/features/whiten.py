"""A penalty that knows which features vary together: partial whitening, in two steps.

Penalising ‖W‖² in other coordinates is penalising W in another metric. Features are turned to
their principal axes and each axis divided by its variance λ to a power p. Then what is penalised is
Σ λ^2p w²: with p = 0 all weights alike; with p = ½, where every axis varies as much as any other,
what a weight changes in the scores. Both steps are affine, so a model after them is linear in the
features before them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    OneToOneFeatureMixin,
    TransformerMixin,
)
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.blocks import Blocks, Matrix
from linocut.core.gram import ColumnSums, SquaresAbout
from linocut.core.mapped import MappedBy
from linocut.core.steps import StepKind
from linocut.features.axes import principal_axes
from linocut.features.pairs import products_of_two
from linocut.features.rows import Affine, checked_blocks, made

Array = NDArray[Any]
Floats = NDArray[np.float64]

SAMPLE = 5000  # rows on which products are measured
ROW_SIZE = 100.0  # mean square norm of a row, about that of handwriting's pixels between 0 and 1


class Decorrelate(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Standardise features and turn them to their principal axes, which do not vary together.

    Parameters
    ----------
    variance : float
        Share of the variance of the standardised features that the axes kept must hold, above 0
        up to 1; the axes with the least variance are left out.
    standardise : bool
        Whether to standardise: not where how much features vary is meant, as of views side by side
        that count more or less.

    Attributes
    ----------
    mean_ : float64 array, shape (d,)
        Mean of each feature.
    components_ : float64 array, shape (k, d)
        What each axis takes of each feature, its division by the standard deviation, if any,
        included.
    variances_ : float64 array, shape (k,)
        Variance along each axis, largest first; those of all axes sum to d once standardised.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, _ = load_digits(return_X_y=True)
    >>> Z = Decorrelate(variance=0.9).fit_transform(X)
    >>> Z.shape, float(np.abs(np.corrcoef(Z.T) - np.eye(Z.shape[1])).max().round(6))
    ((1797, 31), 0.0)
    """

    step_kind = StepKind(
        "decorrelate",
        (
            "n_features_in_",
            "image_shape_",
            "mean_",
            "components_",
        ),
    )

    def __init__(self, variance: float = 0.999, *, standardise: bool = True) -> None:
        self.variance = variance
        self.standardise = standardise

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the axes from the correlations of all rows.

        Parameters
        ----------
        X : float array, shape (n, d) or (n, h, w)
            Features, or images whose pixels are the features.
        y : ignored
        """
        if not 0 < self.variance <= 1:
            raise LinocutError(f"variance={self.variance!r} — a share, above 0 up to 1")
        blocks = checked_blocks(self, X, reset=True)
        n, d = blocks.shape
        axes = principal_axes(blocks, standardised=self.standardise, holding=self.variance)
        k = min(len(axes.variances), d, max(1, n - 1))
        k = max(1, min(k, int(np.count_nonzero(axes.variances > 1e-9 * axes.variances[0]))))
        self.mean_, self.variances_ = axes.mean, axes.variances[:k]
        self.components_ = axes.components[:k] * axes.inverse
        return self

    def transform(self, X: Any) -> Any:
        """Return the coordinates along the axes, shape (n, k), of the float type of X."""
        check_is_fitted(self)
        blocks = checked_blocks(self, X, reset=False)
        components = self.components_.astype(blocks.dtype, copy=False)
        A = np.ascontiguousarray(components.T) if len(blocks.bounds()) > 1 else components.T
        centre = (components @ self.mean_.astype(components.dtype)).astype(blocks.dtype)
        return made(X, blocks, Affine(A, centre), A.shape[1])

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, d) on the features and the shifts (K,) for weights (K, k)."""
        pulled = W @ self.components_
        return pulled, -pulled @ self.mean_

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)


class Equalise(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Divide each feature by its variance to a power; all by one number, so that C keeps its scale.

    Parameters
    ----------
    power : float
        From 0, which leaves the features as they are to each other, to ½, where all vary alike.

    Attributes
    ----------
    scale_ : float64 array, shape (d,)
        What each feature is divided by. After that the mean square norm of a row, about the mean
        row, is 100: about that of handwriting's pixels.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> X = np.array([[4.0, 1.0], [-4.0, -1.0]])
    >>> Equalise(power=0.5).fit_transform(X).round(2)
    array([[ 7.07,  7.07],
           [-7.07, -7.07]])
    """

    step_kind = StepKind(
        "equalise",
        (
            "n_features_in_",
            "image_shape_",
            "scale_",
        ),
    )

    def __init__(self, power: float = 0.375) -> None:
        self.power = power

    def fit(self, X: Any, y: Any = None) -> Self:
        """Measure the variance of each feature.

        Parameters
        ----------
        X : float array, shape (n, d)
            Features that do not vary together, as `Decorrelate` makes them.
        y : ignored
        """
        if not 0 <= self.power <= 0.5:
            raise LinocutError(f"power={self.power!r} — a number from 0 to 0.5")
        variances = _variances(checked_blocks(self, X, reset=True))
        varies = variances > 0
        scale = np.where(varies, variances, 1) ** self.power
        size = float((variances[varies] / scale[varies] ** 2).sum())
        self.scale_ = scale * np.sqrt(size / ROW_SIZE) if size > 0 else scale
        return self

    def transform(self, X: Any) -> Any:
        """Return the features divided by ``scale_``, of their float type."""
        check_is_fitted(self)
        blocks = checked_blocks(self, X, reset=False)
        times = (1 / self.scale_).astype(blocks.dtype)
        return made(X, blocks, Times(times), len(times))

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, d) on the features before, and no shift, for weights (K, d)."""
        return W / self.scale_, np.zeros(len(W))


class LeadingPairs(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Append the products of two of the first features to all features.

    After `Decorrelate` and `Equalise` the first features are those that vary most.

    Parameters
    ----------
    n_leading : int
        Features k whose k (k + 1)/2 products are appended; all of them if there are fewer.
    size : float
        Mean square norm of the products beside that of the features: how little they are penalised.

    Attributes
    ----------
    components_ : float64 array, shape (k, d)
        What each of the k takes of the features that are given: a unit vector here.
    offset_ : float64 array, shape (k,)
        What is added to that.
    leading_ : bool
        Whether they are the first k features themselves.
    scale_ : float
        What products are multiplied with.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> rows = np.array([[1.0, 2.0, 5.0], [-1.0, 2.0, -5.0]])
    >>> np.asarray(LeadingPairs(2, size=1.0).fit_transform(rows)).shape
    (2, 6)
    """

    step_kind = StepKind(
        "leading-pairs",
        (
            "n_features_in_",
            "image_shape_",
            "components_",
            "offset_",
            "leading_",
            "scale_",
        ),
    )

    def __init__(self, n_leading: int = 60, *, size: float = 0.25) -> None:
        self.n_leading = n_leading
        self.size = size

    def fit(self, X: Any, y: Any = None) -> Self:
        """Measure the products.

        Parameters
        ----------
        X : float array, shape (n, d) or (n, h, w)
            Features, or images whose pixels are the features.
        y : ignored
        """
        if not self.n_leading >= 1:
            raise LinocutError(f"n_leading={self.n_leading!r} — an integer from 1 up")
        if not self.size > 0:
            raise LinocutError(f"size={self.size!r} — a number above zero")
        blocks = checked_blocks(self, X, reset=True)
        n, d = blocks.shape
        k = min(self.n_leading, d)
        self.components_, self.offset_ = np.eye(k, d), np.zeros(k)
        self.leading_ = True
        some = blocks.dense(np.linspace(0, n - 1, min(n, SAMPLE)).astype(np.intp))
        products = products_of_two(some[:, :k].astype(np.float64))
        spread = float(np.var(products, axis=0).sum())
        norm = float(np.var(some, axis=0, dtype=np.float64).sum())
        self.scale_ = np.sqrt(self.size * norm / spread) if spread > 0 else 1.0
        return self

    def transform(self, X: Any) -> Blocks:
        """Return rows (n, d + k (k + 1)/2) that are made when they are read."""
        check_is_fitted(self)
        blocks = checked_blocks(self, X, reset=False)
        components = None if self.leading_ else self.components_
        pairs = WithPairs(components, self.offset_, float(np.sqrt(self.scale_)))
        return blocks.converted(MappedBy(pairs, self._n_features_out))

    @property
    def _n_features_out(self) -> int:
        k, d = self.components_.shape
        return d + k * (k + 1) // 2


@dataclass(frozen=True, eq=False)
class WithPairs:
    """Makes rows with the products of two of their leading features after them.

    Attributes
    ----------
    components : float64 array, shape (k, d), or None
        What each leading feature takes of the row; None for its first k entries.
    offset : float64 array, shape (k,)
        What is added to that.
    root : float
        The root of what products are multiplied with: each of two gets it.
    """

    components: Floats | None
    offset: Floats
    root: float

    def __call__(self, X: Matrix) -> Array:
        """See the class."""
        k, d = len(self.offset), X.shape[1]
        made = np.empty((len(X), d + k * (k + 1) // 2), X.dtype)
        made[:, :d] = X
        if self.components is None:
            leading = X[:, :k]
        else:
            leading = X @ self.components.T.astype(X.dtype)
            leading += self.offset.astype(X.dtype)
        products_of_two(leading * X.dtype.type(self.root), out=made[:, d:])
        return made


@dataclass(frozen=True, eq=False)
class Times:
    """Makes each feature times a number of its own."""

    factors: Array

    def __call__(self, X: Matrix) -> Array:
        """See the class."""
        return np.asarray(X * self.factors)


def _variances(blocks: Blocks) -> Floats:
    """Return the variance of each column, shape (d,), summed in float64."""
    n = len(blocks)
    mean = (blocks.sum(ColumnSums()) / n).astype(blocks.dtype)
    return np.asarray(blocks.sum(SquaresAbout(mean)) / n)
