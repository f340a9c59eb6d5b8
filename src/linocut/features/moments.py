"""Normalisation by moments: every image upright, in the middle, and about as high and wide.

The moments of the ink tell where it is, how far it leans and how far it spreads; one affine map
takes that out. Casey, "Moment normalization of handprinted characters" (1970); that height and
width are normalised separately, and not wholly, follows Liu et al., "Handwritten digit recognition:
investigation of normalization and feature extraction techniques" (2004).
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.ink import InkMoments, ink_of, ink_sign
from linocut.core.steps import StepKind
from linocut.core.threads import map_in_order
from linocut.features.augment import sampled, sampled_back
from linocut.features.images import ImageTransformer, in_parts

Array = NDArray[Any]

AT_ONCE = 500  # images whose arrays stay within the caches
MOST = 2.5  # times that an image is stretched or squeezed


class NormaliseMoments(ImageTransformer):
    """Shear each image upright, centre it, and bring its height and width near the median ones.

    One affine map, by which ink is read with linear interpolation; beyond the edge there is paper.
    Ink is what differs from the median of the image's own border (`linocut.core.ink.ink_of`), so
    that paper may be grey, and ink darker than it: in what is made, paper is zero.
    Of images in colour the luminance is the ink, all planes are moved alike, and black is paper.

    Parameters
    ----------
    strength : float
        From 0, which leaves height and width as they are, to 1, which makes them those of the
        median training image: the ratio to the median is divided by its power of this exponent.

    Attributes
    ----------
    height_, width_ : float
        Median standard deviation of the training images' ink along rows and, upright, along
        columns, pixels.

    Examples
    --------
    >>> images = np.zeros((2, 16, 16), np.uint8)
    >>> images[0, 3:13, 3:6] = images[1, 6:11, 5:12] = 255
    >>> made = NormaliseMoments(strength=1.0).fit_transform(images)
    >>> InkMoments.of(made.astype(np.float32)).height.round(1)
    array([2.2, 2.2], dtype=float32)
    """

    step_kind = StepKind(
        "normalise-moments",
        (
            "image_shape_",
            "height_",
            "width_",
        ),
        images_to_images=True,
        nearly_fixed=True,
    )

    takes_colour = True

    def __init__(self, strength: float = 0.8) -> None:
        self.strength = strength

    def fit(self, X: Any, y: Any = None) -> Self:
        """Measure the median height and width.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
            Images.
        y : ignored
        """
        if not 0 <= self.strength <= 1:
            raise LinocutError(f"strength={self.strength!r} — a number from 0 to 1")
        images = self._noted(X)
        parts = map_in_order(
            lambda start: InkMoments.of(ink_of(images[start : start + AT_ONCE].astype(np.float32))),
            range(0, len(images), AT_ONCE),
        )
        heights, widths = zip(*((part.height, part.upright_width) for part in parts), strict=True)
        self.height_, self.width_ = _median(heights), _median(widths)
        return self

    def transform(self, X: Any) -> Array:
        """Return the images normalised, of their shape and type; bytes are rounded."""
        images = self._alike(X)
        return in_parts(images, lambda part, _: self._normalised(part), AT_ONCE)

    homogeneous = True

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on normalised images back (see `core.steps.LocallyAffine`).

        Where each pixel is read, and what is paper, is held fixed.
        """
        images = self._alike(X).astype(np.float32)
        rows, columns = self._places(ink_of(images))
        back = sampled_back(np.asarray(G, np.float64), rows, columns)
        return np.asarray(back * ink_sign(images))

    def _normalised(self, images: Array) -> Array:
        ink = ink_of(images)
        return sampled(ink, *self._places(ink))

    def _places(self, ink: Array) -> tuple[Array, Array]:
        """Return row and column at which each pixel is read."""
        _, h, w = ink.shape[:3]
        moments = InkMoments.of(ink)
        down = self._ratio(moments.height, self.height_)[:, None]
        across = self._ratio(moments.upright_width, self.width_)[:, None]
        y = down * (np.arange(h, dtype=np.float32) - (h - 1) / 2)
        x = across * (np.arange(w, dtype=np.float32) - (w - 1) / 2)
        rows = np.broadcast_to((moments.row[:, None] + y)[:, :, None], ink.shape[:3])
        lean = moments.column[:, None] + moments.shear[:, None] * y
        return rows, lean[:, :, None] + x[:, None, :]

    def _ratio(self, size: Array, median: float) -> Array:
        """Return how many pixels of the image one of the result stands for."""
        known = (size > 0) & (median > 0)
        ratio = np.clip(np.where(known, size / (median or 1), 1), 1 / MOST, MOST)
        # In float64, because the last bit of a float32 power depends on the machine.
        return np.asarray(ratio.astype(np.float64) ** self.strength, np.float32)


def _median(parts: tuple[Array, ...]) -> float:
    sizes = np.concatenate(parts)
    return float(np.median(sizes[sizes > 0])) if (sizes > 0).any() else 0.0
