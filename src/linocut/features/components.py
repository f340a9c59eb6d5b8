"""Principal components: what images have in common."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from linocut.core.arrays import image_shape_of
from linocut.core.steps import StepKind
from linocut.features.axes import principal_axes
from linocut.features.rows import PIXELS, Affine, checked_blocks, made

Array = NDArray[Any]
Floats = NDArray[np.float64]


class ComponentsBase(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What all transformers that begin with principal components share."""

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
        axes = principal_axes(checked_blocks(self, X, reset=True, types=PIXELS), self.n_components)
        self.mean_, self.components_ = axes.mean / self.full, axes.components
        self.explained_variance_ = axes.variances / self.full**2
        self.explained_variance_ratio_ = axes.variances / (axes.total or 1)
        return self

    def coordinates(self, X: Any) -> Any:
        """Return the coordinates of images, shape (n, k), float64 if X is and float32 otherwise."""
        check_is_fitted(self)
        blocks = checked_blocks(self, X, reset=False, types=PIXELS)
        V = (self.components_ / self.full).astype(blocks.dtype)
        centre = (self.components_ @ self.mean_).astype(blocks.dtype)
        return made(X, blocks, Affine(np.ascontiguousarray(V.T), centre), len(V))

    def images(self, Z: Any) -> Array:
        """Return the images (n, d) with these coordinates, nothing along other directions."""
        check_is_fitted(self)
        Z = np.asarray(Z)
        V = (self.components_ * self.full).astype(Z.dtype)
        return np.asarray(Z @ V + (self.mean_ * self.full).astype(Z.dtype))


class PrincipalComponents(ComponentsBase):
    """Describe an image by its coordinates along the directions of most variance.

    What scikit-learn's ``PCA`` does, on bytes and on both cores.

    Parameters
    ----------
    n_components : int
        Number of directions k.
    full : float
        The value of full ink, by which pixels are divided; 255 for bytes, 1 to leave them.

    Attributes
    ----------
    mean_ : float64 array, shape (d,)
        Mean image, in units of full ink.
    components_ : float64 array, shape (k, d)
        The directions, orthonormal; the largest entry of each is positive.
    explained_variance_ : float64 array, shape (k,)
        Variance of the images along each.
    explained_variance_ratio_ : float64 array, shape (k,)
        The same as shares of all variance.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> X, _ = load_digits(return_X_y=True)
    >>> components = PrincipalComponents(10, full=16).fit(X)
    >>> components.transform(X).shape, float(components.explained_variance_ratio_.sum().round(2))
    ((1797, 10), 0.74)
    >>> components.inverse_transform(components.transform(X)).shape
    (1797, 64)
    """

    step_kind = StepKind(
        "principal-components",
        (
            "n_features_in_",
            "image_shape_",
            "mean_",
            "components_",
        ),
    )

    def transform(self, X: Any) -> Any:
        """Return the coordinates, shape (n, k), float64 if X is and float32 otherwise."""
        return self.coordinates(X)

    def inverse_transform(self, Z: Any) -> Array:
        """Return the images (n, d) with these coordinates, nothing along other directions."""
        return self.images(Z)

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, d) on the pixels and the shifts (K,) for weights (K, k)."""
        return W @ self.components_ / self.full, -(W @ self.components_) @ self.mean_

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)


class Denoise(ComponentsBase):
    """Keep of each image only what its first principal components say, as an image again.

    Noise spreads over all directions, what images have in common over a few. Images give images,
    rows give rows. Parameters and attributes are those of `PrincipalComponents`.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> images = load_digits().images
    >>> noisy = images + np.random.default_rng(0).normal(0, 4, images.shape)
    >>> cleaned = Denoise(15, full=16).fit_transform(noisy)
    >>> bool(np.square(cleaned - images).mean() < 0.6 * np.square(noisy - images).mean())
    True
    """

    step_kind = StepKind(
        "denoise",
        (
            "n_features_in_",
            "image_shape_",
            "mean_",
            "components_",
        ),
    )

    def transform(self, X: Any) -> Array:
        """Return the images in the shape and the unit of X, float64 if X is, else float32."""
        cleaned = self.images(self.coordinates(X))
        shape = image_shape_of(X)
        return cleaned.reshape(-1, *shape) if shape else cleaned

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, d) on the pixels and the shifts (K,) for weights (K, d)."""
        V = self.components_
        pulled = (W @ V.T) @ V
        return pulled, (W - pulled) @ (self.mean_ * self.full)

    @property
    def _n_features_out(self) -> int:
        return int(self.components_.shape[1])
