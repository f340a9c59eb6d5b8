"""What transformers of whole images share: the arrays they take, and that all have one shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted

from linocut.core import LinocutError
from linocut.core.arrays import as_array, check_image_shape, check_magnitude, checked_images
from linocut.core.blas import one_blas_thread
from linocut.core.colour import Shape
from linocut.core.threads import map_in_order

Array = NDArray[Any]


class ImageTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A transformer of images of shape (n, h, w), zero as paper; of some in colour, (n, h, w, 3).

    Attributes
    ----------
    image_shape_ : (int, int) or (int, int, 3)
        Height and width, and planes, of the images that it was fitted on; it transforms no others.
    """

    image_shape_: Shape
    takes_colour = False
    needs_fit = True  # without it, images can be transformed before a fit, of any shape

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w)
            Images; zero is paper.
        y : ignored

        Raises
        ------
        LinocutError
            If X is not of shape (n, h, w), or empty.
        ValueError
            If pixels are no finite numbers.
        """
        self._noted(X)
        return self

    def _noted(self, X: Any) -> Array:
        """Return the images that it is fitted on, and note their shape."""
        images = self._checked(X)
        if not len(images):
            raise LinocutError(f"no images — {type(self).__name__} is fitted on one at least")
        self.image_shape_ = tuple(map(int, images.shape[1:]))
        return images

    def _alike(self, X: Any) -> Array:
        """Return new images, which must have the shape of those that it was fitted on."""
        check_is_fitted(self)
        images = self._checked(X)
        check_image_shape(images, getattr(self, "image_shape_", None), type(self).__name__)
        return images

    def _checked(self, X: Any) -> Array:
        """Return finite numbers of shape (n, h, w), or (n, h, w, 3) where it takes colour."""
        who = type(self).__name__
        images = check_array(
            as_array(X, who),
            dtype="numeric",
            ensure_2d=False,
            allow_nd=True,
            ensure_min_samples=0,
            estimator=self,
        )
        if images.dtype.kind == "f":
            check_magnitude(images, who)
        return checked_images(images, who, colour=self.takes_colour)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = self.needs_fit
        return tags


def in_parts(images: Array, change: Callable[[Array, int], Array], at_once: int) -> Array:
    """Change images of shape (n, h, w), so many at once, on all cores.

    Parameters
    ----------
    images : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
        Images.
    change : callable
        Turns float32 images, given where they begin among all, into float images of their shape.
    at_once : int
        Images whose arrays stay within the caches.

    Returns
    -------
    array, of the shape and type of the images
        Bytes are rounded.
    """
    out = np.empty_like(images)

    def part(start: int) -> None:
        some = slice(start, start + at_once)
        changed = change(images[some].astype(np.float32), start)
        out[some] = np.rint(changed) if out.dtype.kind in "ui" else changed

    with one_blas_thread():
        for _ in map_in_order(part, range(0, len(images), at_once)):
            pass
    return out
