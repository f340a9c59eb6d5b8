"""Linear maps of whole images: blurring and cropping."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.steps import StepKind

Floats = NDArray[np.float64]


class _ImageMap(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """What maps of images share: rows or images in, rows out."""

    image_shape: tuple[int, int] | None

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w), or (n, d) with ``image_shape`` given
            Images.
        y : ignored
        """
        self.image_shape_ = self._checked(X).shape[1:]
        return self

    def _checked(self, X: Any) -> Any:
        images = np.asarray(X)
        shape = getattr(self, "image_shape_", None) or self.image_shape
        if images.ndim == 2 and shape is not None and images.shape[1] == np.prod(shape):
            images = images.reshape(-1, *shape)
        if images.ndim != 3 or (shape is not None and images.shape[1:] != tuple(shape)):
            wanted = f"(n, {shape[0]}, {shape[1]})" if shape else "(n, h, w)"
            raise LinocutError(
                f"images of shape {images.shape} — {type(self).__name__} takes images of shape "
                f"{wanted}, or rows with image_shape=(h, w)"
            )
        return images


class Blur(_ImageMap):
    """Blur each image with a Gaussian; beyond the edge there is paper.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels.
    image_shape : (int, int), optional
        Height and width, if rows are given.

    Examples
    --------
    >>> Blur(1.0).fit_transform(np.ones((1, 3, 3))).round(2).reshape(3, 3)[1, 1]
    np.float64(0.78)
    """

    step_kind = StepKind("blur", ("image_shape_",), learns=False)

    def __init__(self, sigma: float = 1.0, *, image_shape: tuple[int, int] | None = None) -> None:
        self.sigma = sigma
        self.image_shape = image_shape

    def transform(self, X: Any) -> Any:
        """Return rows (n, h·w); float64 if X is, else float32."""
        check_is_fitted(self)
        images = self._checked(X)
        dtype = np.float64 if images.dtype == np.float64 else np.float32
        return self._blurred(images.astype(dtype)).reshape(len(images), -1)

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, h·w) on what is blurred, for weights on the blurred image.

        A symmetric kernel on blank surroundings is a symmetric matrix: weights are blurred alike.
        """
        return self._blurred(W.reshape(-1, *self.image_shape_)).reshape(W.shape), np.zeros(len(W))

    def _blurred(self, images: Any) -> Any:
        sigma = (0, self.sigma, self.sigma)
        return gaussian_filter(images, sigma, mode="constant")


class Crop(_ImageMap):
    """Keep a window of each image.

    Parameters
    ----------
    top, left : int
        Rows and columns that are cut off before it.
    height, width : int
        Of the window.
    image_shape : (int, int), optional
        Height and width of the images, if rows are given.

    Examples
    --------
    >>> Crop(1, 1, 1, 2).fit_transform(np.arange(9).reshape(1, 3, 3))
    array([[4, 5]])
    """

    step_kind = StepKind("crop", ("image_shape_",), learns=False)

    def __init__(
        self,
        top: int,
        left: int,
        height: int,
        width: int,
        *,
        image_shape: tuple[int, int] | None = None,
    ) -> None:
        self.top, self.left, self.height, self.width = top, left, height, width
        self.image_shape = image_shape

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape and check that the window lies in it."""
        super().fit(X, y)
        h, w = self.image_shape_
        inside = 0 <= self.top < self.top + self.height <= h
        if not (inside and 0 <= self.left < self.left + self.width <= w):
            raise LinocutError(
                f"a window of {self.height} × {self.width} pixels at row {self.top}, column "
                f"{self.left} — it must lie in the images, which have {h} × {w}"
            )
        return self

    def transform(self, X: Any) -> Any:
        """Return rows (n, height·width), of the type of X."""
        check_is_fitted(self)
        images = self._checked(X)
        return images[self._window].reshape(len(images), -1)

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, h·w) on whole images: zero outside the window."""
        whole = np.zeros((len(W), *self.image_shape_))
        whole[self._window] = W.reshape(-1, self.height, self.width)
        return whole.reshape(len(W), -1), np.zeros(len(W))

    @property
    def _window(self) -> tuple[slice, slice, slice]:
        return (
            slice(None),
            slice(self.top, self.top + self.height),
            slice(self.left, self.left + self.width),
        )
