"""Local contrast: each pixel beside its surroundings, so that uneven light does not matter.

Jarrett, Kavukcuoglu, Ranzato and LeCun, "What is the best multi-stage architecture for object
recognition?" (2009), section 2: subtract a local mean, divide by a local deviation.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blas import one_blas_thread
from linocut.core.colour import for_planes
from linocut.core.steps import StepKind
from linocut.core.threads import map_in_order
from linocut.features.images import ImageTransformer

Array = NDArray[Any]

AT_ONCE = 256  # images whose arrays stay within the caches
ROUNDING = 1e-5  # of full ink: less than that is none, so that no root of it can matter


class NormaliseContrast(ImageTransformer):
    """Subtract the mean of each pixel's surroundings and divide by their standard deviation.

    The surroundings are weighted by a Gaussian, cut off at the image's edge. What comes out is
    signed: an image in the other polarity makes the same numbers with the other sign, one in weaker
    light nearly the same numbers. A blank image makes zeros.

    Parameters
    ----------
    sigma : float
        Width of the Gaussian, pixels.
    floor : float
        Added, squared, to the variance: a contrast, as a share of full ink, below which an image
        counts as blank rather than faint.
    full : float
        The value of full ink; 255 for bytes.

    Attributes
    ----------
    image_shape_ : (int, int)
        Height and width of the images.

    Examples
    --------
    >>> image = np.zeros((1, 8, 8), np.uint8)
    >>> image[0, 2:6, 3:5] = 200
    >>> contrast = NormaliseContrast(sigma=2).fit(image)
    >>> made = contrast.transform(image)
    >>> made.dtype, bool(np.allclose(contrast.transform(255 - image), -made, atol=1e-5))
    (dtype('float32'), True)
    """

    step_kind = StepKind(
        "normalise-contrast", ("image_shape_",), images_to_images=True, learns=False
    )

    takes_colour = True

    def __init__(self, sigma: float = 4.0, *, floor: float = 0.1, full: float = 255.0) -> None:
        self.sigma = sigma
        self.floor = floor
        self.full = full

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w)
            Images.
        y : ignored

        Raises
        ------
        LinocutError
            If X is not of shape (n, h, w), or a parameter is not above zero.
        """
        for name in ("sigma", "floor", "full"):
            if not getattr(self, name) > 0:
                raise LinocutError(f"{name}={getattr(self, name)!r} — a number above zero")
        self._noted(X)
        return self

    def transform(self, X: Any) -> Array:
        """Return the normalised images, float32, shape (n, h, w)."""
        images = self._alike(X)
        out = np.empty(images.shape, np.float32)
        down, across = self.weights_

        def part(start: int) -> None:
            some = slice(start, start + AT_ONCE)
            x, size = self._parted(images[some].astype(np.float32), down, across)
            out[some] = x / size

        with one_blas_thread():
            for _ in map_in_order(part, range(0, len(images), AT_ONCE)):
                pass
        return out

    homogeneous = True

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on normalised images back (see `core.steps.LocallyAffine`).

        What each pixel is divided by is held fixed.
        """
        images = self._alike(X)
        down, across = (each.astype(np.float64) for each in self.weights_)
        x, size = self._parted(images.astype(np.float64), down, across)
        g = np.where(x == 0, 0, np.asarray(G, np.float64).reshape(x.shape) / size)
        return np.asarray((g - averaged(g, down.T, across.T)) / self.full)

    def _parted(self, images: Array, down: Array, across: Array) -> tuple[Array, Array]:
        """Return how far pixels are from their surroundings, and what that is divided by."""
        x = images / images.dtype.type(self.full)
        x -= averaged(x, down, across)
        x[np.abs(x) < ROUNDING] = 0
        variance = averaged(_squares(x), down, across)
        return x, for_planes(np.sqrt(variance + x.dtype.type(self.floor**2)), x.shape[1:])

    @property
    def weights_(self) -> tuple[Array, Array]:
        """What averages along columns (h, h) and rows (w, w), float32; rows of each sum to 1."""
        height, width = self.image_shape_[:2]
        return gaussian_weights(height, self.sigma), gaussian_weights(width, self.sigma)


def averaged(images: Array, down: Array, across: Array) -> Array:
    """Return moving averages of images (n, h, w) or (n, h, w, 3), each plane on its own."""
    if images.ndim == 3:
        return np.asarray(down @ images @ across.T)
    return np.moveaxis(down @ np.moveaxis(images, 3, 1) @ across.T, 1, 3)


def _squares(images: Array) -> Array:
    """Return squares of pixels, (n, h, w); in colour the mean of those of all planes."""
    return images * images if images.ndim == 3 else np.asarray((images * images).mean(axis=3))


def gaussian_weights(size: int, sigma: float) -> Array:
    """Return the weights of a moving average along ``size`` pixels, float32, shape (size, size).

    Examples
    --------
    >>> gaussian_weights(3, 1.0).round(2).tolist()[0]
    [0.5699999928474426, 0.3499999940395355, 0.07999999821186066]
    """
    at = np.arange(size)
    bell = np.exp(-0.5 * ((at[:, None] - at) / sigma) ** 2)
    return np.asarray(bell / bell.sum(axis=1, keepdims=True), np.float32)
