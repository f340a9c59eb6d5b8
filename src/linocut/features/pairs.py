"""Principal components and all products of two of them, made block by block from the images."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from linocut.core import LinocutError
from linocut.core.arrays import flatten_images
from linocut.core.blocks import ArrayBlocks, Matrix
from linocut.core.gram import gram_matrix

Array = NDArray[Any]


class PrincipalPairs(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Describe an image by its first principal components z and all products z_i z_j, i ≤ j.

    What scikit-learn's ``PCA`` and ``PolynomialFeatures(2, include_bias=False)`` make one after the
    other, in the same order; here bytes stay bytes, and both cores work.

    Parameters
    ----------
    n_components : int
        Principal components k, from 1 up; there will be k (k + 3)/2 features.
    full : float
        The value of full ink, by which pixels are divided; 255 for bytes, 1 to leave them.

    Attributes
    ----------
    mean_ : float64 array, shape (d,)
        Mean image, in units of full ink.
    components_ : float64 array, shape (k, d)
        Directions of most variance, orthonormal; the largest entry of each is positive.
    explained_variance_ : float64 array, shape (k,)
        Variance of the rows along each.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, _ = load_digits(return_X_y=True)
    >>> PrincipalPairs(10, full=16).fit_transform(X).shape
    (1797, 65)
    """

    def __init__(self, n_components: int = 30, *, full: float = 255.0) -> None:
        self.n_components = n_components
        self.full = full

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the components from the covariance of all rows.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w)
            Images.
        y : ignored

        Raises
        ------
        LinocutError
            If there are fewer rows or pixels than components.
        """
        blocks = self._blocks(X, reset=True)
        n, d = blocks.shape
        if not 1 <= self.n_components <= min(n, d):
            raise LinocutError(
                f"n_components={self.n_components!r} — an integer from 1 to {min(n, d)}, the "
                f"smaller of {n} rows and {d} pixels"
            )
        total = np.zeros(d)
        for part in blocks.map(lambda rows, X: X.sum(axis=0, dtype=np.float64)):
            total += part
        covariance = gram_matrix(blocks, centre=total / n) / max(1, n - 1)
        first = d - self.n_components
        variance, vectors = eigh(covariance, subset_by_index=(first, d - 1), check_finite=False)
        V = vectors[:, ::-1].T
        V *= np.sign(V[np.arange(len(V)), np.abs(V).argmax(axis=1)])[:, None]
        self.mean_, self.components_ = total / n / self.full, V
        self.explained_variance_ = np.maximum(variance[::-1], 0) / self.full**2
        return self

    def transform(self, X: Any) -> Array:
        """Return the features, shape (n, k (k + 3)/2); float64 if X is, else float32."""
        check_is_fitted(self)
        blocks = self._blocks(X, reset=False)
        k = len(self.components_)
        out = np.empty((blocks.shape[0], k * (k + 3) // 2), blocks.dtype)
        V = (self.components_ / self.full).astype(blocks.dtype)
        centre = (self.components_ @ self.mean_).astype(blocks.dtype)

        def part(rows: slice, X: Matrix) -> None:
            Z = X @ V.T
            Z -= centre
            features, at = out[rows], k
            features[:, :k] = Z
            for i in range(k):
                np.multiply(Z[:, i:], Z[:, i : i + 1], out=features[:, at : at + k - i])
                at += k - i

        for _ in blocks.map(part):
            pass
        return out

    @property
    def _n_features_out(self) -> int:
        k = len(self.components_)
        return k * (k + 3) // 2

    def _blocks(self, X: Any, *, reset: bool) -> ArrayBlocks:
        X = validate_data(
            self, flatten_images(X), reset=reset, dtype=[np.float64, np.float32, np.uint8]
        )
        return ArrayBlocks(X, np.dtype(np.float64 if X.dtype == np.float64 else np.float32))
