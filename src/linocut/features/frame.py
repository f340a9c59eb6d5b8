"""Linear maps of whole images: blurring and cropping.

They make images of images, yet a model after them is explained in the pixels before them, since
their ``pull_back`` leads there. So their kind is not ``images_to_images``.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.arrays import as_array
from linocut.core.colour import Shape
from linocut.core.steps import StepKind
from linocut.features.images import ImageTransformer

Array = NDArray[Any]
Floats = NDArray[np.float64]


class _ImageMap(ImageTransformer):
    """What linear maps of images share: images give images, rows give rows."""

    image_shape: Shape | None
    takes_colour = True

    def _noted(self, X: Any) -> Array:
        images = super()._noted(self._images(X, self.image_shape))
        if self.image_shape is not None and self.image_shape_ != tuple(self.image_shape):
            raise LinocutError(
                f"image_shape={self.image_shape!r} but the images are of shape "
                f"{self.image_shape_} — give h, w of the images, or none"
            )
        return images

    def _alike(self, X: Any) -> Array:
        check_is_fitted(self)
        return super()._alike(self._images(X, self.image_shape_))

    def _images(self, X: Any, shape: Shape | None) -> Array:
        """Return rows (n, h·w) as images (n, h, w), and leave images as they are."""
        rows = np.asarray(as_array(X, type(self).__name__))
        if rows.ndim != 2:
            return rows
        if shape is None or rows.shape[1] != np.prod(shape):
            wanted = " · ".join(map(str, shape)) if shape else "h · w"
            raise LinocutError(
                f"rows of {rows.shape[1]} pixels — {type(self).__name__} takes images (n, h, w), "
                f"or with image_shape=(h, w) rows of {wanted} pixels"
            )
        return rows.reshape(-1, *shape)


def _as_given(made: Array, X: Any) -> Array:
    """Return the images made as rows, if rows were given."""
    return made if np.ndim(X) > 2 else made.reshape(len(made), -1)


class Blur(_ImageMap):
    """Blur each image with a Gaussian; beyond the edge there is paper.

    Images give images, rows give rows.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels, above zero.
    image_shape : (int, int), optional
        Height and width, if it is fitted on rows.

    Attributes
    ----------
    image_shape_ : (int, int)
        Height and width of the images that it was fitted on.

    Examples
    --------
    >>> Blur(1.0).fit_transform(np.ones((1, 3, 3))).round(2)[0, 1, 1]
    np.float64(0.78)
    """

    step_kind = StepKind("blur", ("image_shape_",), learns=False)

    def __init__(self, sigma: float = 1.0, *, image_shape: Shape | None = None) -> None:
        self.sigma = sigma
        self.image_shape = image_shape

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w), or (n, h·w) with ``image_shape`` given
            Images; zero is paper.
        y : ignored

        Raises
        ------
        LinocutError
            If sigma is not above zero, or X is not of shape (n, h, w) or ``image_shape``.
        """
        if not (np.isfinite(self.sigma) and self.sigma > 0):
            raise LinocutError(f"sigma={self.sigma!r} — a finite number above zero, in pixels")
        return super().fit(X)

    def transform(self, X: Any) -> Array:
        """Return the images blurred, in the shape of X; float64 if X is, else float32."""
        X = as_array(X, "Blur")
        images = self._alike(X)
        dtype = np.float64 if images.dtype == np.float64 else np.float32
        return _as_given(self._blurred(images.astype(dtype)), X)

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, h·w) on what is blurred, for weights (K, h·w) on what is made.

        A symmetric kernel on blank surroundings is a symmetric matrix: weights are blurred alike.
        """
        return self._blurred(W.reshape(-1, *self.image_shape_)).reshape(W.shape), np.zeros(len(W))

    def _blurred(self, images: Array) -> Array:
        sigmas = 0, self.sigma, self.sigma, *(0 for _ in images.shape[3:])  # each plane by itself
        return np.asarray(gaussian_filter(images, sigmas, mode="constant"))


class Crop(_ImageMap):
    """Keep a window of each image.

    Images give images, rows give rows.

    Parameters
    ----------
    top, left : int
        Rows and columns that are cut off before it.
    height, width : int
        Of the window.
    image_shape : (int, int), optional
        Height and width of the images, if it is fitted on rows.

    Attributes
    ----------
    image_shape_ : (int, int)
        Height and width of the images that it was fitted on.

    Examples
    --------
    >>> Crop(1, 1, 1, 2).fit_transform(np.arange(9).reshape(1, 3, 3))
    array([[[4, 5]]])
    """

    step_kind = StepKind("crop", ("image_shape_",), learns=False)

    def __init__(
        self,
        top: int,
        left: int,
        height: int,
        width: int,
        *,
        image_shape: Shape | None = None,
    ) -> None:
        self.top = top
        self.left = left
        self.height = height
        self.width = width
        self.image_shape = image_shape

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape and check that the window lies in it.

        Parameters
        ----------
        X : array, shape (n, h, w), or (n, h·w) with ``image_shape`` given
            Images.
        y : ignored

        Raises
        ------
        LinocutError
            If the window is empty or does not lie in the images, or X is not of shape (n, h, w)
            or ``image_shape``.
        """
        super().fit(X)
        h, w = self.image_shape_[:2]
        inside = 0 <= self.top < self.top + self.height <= h
        if not (inside and 0 <= self.left < self.left + self.width <= w):
            raise LinocutError(
                f"a window of {self.height} × {self.width} pixels at row {self.top}, column "
                f"{self.left} — it must lie in the images, which have {h} × {w}"
            )
        return self

    def transform(self, X: Any) -> Array:
        """Return the windows, (n, height, width), or as rows if X is rows; of the type of X."""
        X = as_array(X, "Crop")
        return _as_given(self._alike(X)[self._window], X)

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, h·w) on whole images: zero outside the window."""
        whole = np.zeros((len(W), *self.image_shape_))
        whole[self._window] = W.reshape(-1, self.height, self.width, *self.image_shape_[2:])
        return whole.reshape(len(W), -1), np.zeros(len(W))

    @property
    def _window(self) -> tuple[slice, slice, slice]:
        return (
            slice(None),
            slice(self.top, self.top + self.height),
            slice(self.left, self.left + self.width),
        )
