"""Principal components and all products of two of them, made block by block from the images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks, Blocks, Matrix
from linocut.core.mapped import MappedBlocks, MappedBy
from linocut.core.steps import StepKind
from linocut.features.components import ComponentsBase

Array = NDArray[Any]


class PrincipalPairs(ComponentsBase):
    """Describe an image by its first principal components z and all products z_i z_j, i ≤ j.

    What scikit-learn's ``PCA`` and ``PolynomialFeatures(2, include_bias=False)`` make one after the
    other, in the same order; here bytes stay bytes, and both cores work.

    Parameters
    ----------
    n_components : int
        Principal components k, from 1 up; there will be k (k + 3)/2 features.
    full : float
        The value of full ink, by which pixels are divided; 255 for bytes, 1 to leave them.
    power : float
        Each component is divided by its variance to this power before products are taken, and all
        by one number so that their variances sum to what they did. 0 leaves them as they are; with
        ¼ the first components drown the others less.
    stored : bool
        Whether `transform` returns an array. If not, it returns rows that are made anew, block by
        block, in each pass over them, of which only the k components are stored. The models here
        take either.

    Attributes
    ----------
    mean_ : float64 array, shape (d,)
        Mean image, in units of full ink.
    components_ : float64 array, shape (k, d)
        Directions of most variance, orthonormal; the largest entry of each is positive.
    explained_variance_ : float64 array, shape (k,)
        Variance of the rows along each.
    explained_variance_ratio_ : float64 array, shape (k,)
        The same as shares of all variance.
    scale_ : float64 array, shape (k,)
        What each component is divided by.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, _ = load_digits(return_X_y=True)
    >>> PrincipalPairs(10, full=16).fit_transform(X).shape
    (1797, 65)
    """

    step_kind = StepKind(
        "principal-pairs",
        (
            "n_features_in_",
            "image_shape_",
            "mean_",
            "components_",
            "scale_",
        ),
    )

    def __init__(
        self,
        n_components: int = 30,
        *,
        full: float = 255.0,
        power: float = 0.0,
        stored: bool = True,
    ) -> None:
        super().__init__(n_components, full=full)
        self.power = power
        self.stored = stored

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
            If there are fewer rows or pixels than components, or the power is none from 0 to ½.
        """
        if not 0 <= self.power <= 0.5:
            raise LinocutError(f"power={self.power!r} — a number from 0 to 0.5")
        super().fit(X)
        variances = self.explained_variance_
        scale = np.where(variances > 0, variances, 1) ** self.power
        before, after = variances.sum(), (variances / scale**2).sum()
        self.scale_ = scale * np.sqrt(after / before) if before > 0 else scale
        return self

    def transform(self, X: Any) -> Any:
        """Return the features, shape (n, k (k + 3)/2); float64 if X is, else float32."""
        Z = self.coordinates(X)
        if isinstance(Z, Blocks):
            return Z.converted(MappedBy(ScaledProducts(self.scale_), self._n_features_out))
        Z /= self.scale_.astype(Z.dtype)
        pairs = MappedBlocks(ArrayBlocks(Z, Z.dtype), with_products, self._n_features_out)
        return np.asarray(pairs) if self.stored else pairs

    @property
    def _n_features_out(self) -> int:
        k = len(self.components_)
        return k * (k + 3) // 2


@dataclass(frozen=True, eq=False)
class ScaledProducts:
    """Makes coordinates divided by their scale and their products of coordinates (b, k)."""

    scale: Array

    def __call__(self, Z: Matrix) -> Array:
        """See the class."""
        return with_products(Z / self.scale.astype(Z.dtype))


def with_products(Z: Matrix) -> Array:
    """Return the columns of Z (b, k) and after them all products of two, (b, k (k + 3)/2).

    Examples
    --------
    >>> with_products(np.array([[2.0, 3.0]]))
    array([[2., 3., 4., 6., 9.]])
    """
    b, k = Z.shape
    features = np.empty((b, k * (k + 3) // 2), Z.dtype)
    features[:, :k] = Z
    products_of_two(Z, out=features[:, k:])
    return features


def products_of_two(Z: Matrix, out: Array | None = None) -> Array:
    """Return z_i z_j for all i ≤ j of the columns of Z (b, k), shape (b, k (k + 1)/2)."""
    b, k = Z.shape
    products = np.empty((b, k * (k + 1) // 2), Z.dtype) if out is None else out
    at = 0
    for i in range(k):
        np.multiply(Z[:, i:], Z[:, i : i + 1], out=products[:, at : at + k - i])
        at += k - i
    return products
