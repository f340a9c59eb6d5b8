"""Deskewing: shear each image so that its strokes stand upright."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import for_planes
from linocut.core.ink import MAX_SHEAR, InkMoments, ink_of, ink_sign
from linocut.core.steps import StepKind
from linocut.features.augment import sampled_back
from linocut.features.images import ImageTransformer, in_parts

Array = NDArray[Any]

AT_ONCE = 1000  # images whose arrays stay within the caches


class Deskew(ImageTransformer):
    """Shear each image about its centre of mass until its ink no longer leans.

    With x and y the column and row of ink and μ its central second moments, row y moves by
    (y − ȳ) μ_xy / μ_yy columns: then rows and columns of the ink are uncorrelated. In between
    columns, ink is interpolated linearly; beyond the edge there is paper. Ink is what differs from
    the median of the image's own border (`linocut.core.ink.ink_of`); in what is made, paper is
    zero. Colours are sheared by the moments of their luminance, and black is their paper.

    Parameters
    ----------
    max_shear : float
        Largest shear that is taken out, in columns a row, above zero.

    Examples
    --------
    >>> leaning = np.zeros((1, 5, 9), np.uint8)
    >>> leaning[0, range(5), [2, 3, 4, 5, 6]] = 200
    >>> Deskew().fit_transform(leaning)[0].argmax(axis=1)
    array([4, 4, 4, 4, 4])
    """

    step_kind = StepKind("deskew", ("image_shape_",), images_to_images=True, learns=False)

    needs_fit = False
    takes_colour = True

    def __init__(self, max_shear: float = MAX_SHEAR) -> None:
        self.max_shear = max_shear

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
            Images.
        y : ignored
        """
        if not self.max_shear > 0:
            raise LinocutError(
                f"max_shear={self.max_shear!r} — a number above zero, in columns a row"
            )
        return super().fit(X)

    def transform(self, X: Any) -> Array:
        """Return the images upright, of their shape and type; bytes are rounded."""
        images = self._alike(X)
        return in_parts(images, lambda part, _: self._upright(part), AT_ONCE)

    def slants(self, X: Any) -> NDArray[np.float32]:
        """Return how far each image leans, in columns a row, shape (n,); below 0 to the right."""
        return self._moments(ink_of(self._alike(X).astype(np.float32))).shear

    homogeneous = True

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on upright images back (see `core.steps.LocallyAffine`).

        Where each pixel is read, and what is paper, is held fixed.
        """
        images = self._alike(X).astype(np.float32)
        height, width = images.shape[1:3]
        moments = self._moments(ink_of(images))
        down = np.arange(height, dtype=np.float32)
        shift = moments.shear[:, None] * (down - moments.row[:, None])
        rows = np.broadcast_to(down[:, None], images.shape[:3])
        columns = np.arange(width, dtype=np.float32) + shift[:, :, None]
        back = sampled_back(np.asarray(G, np.float64), rows, columns)
        return np.asarray(back * ink_sign(images))

    def _moments(self, ink: Array) -> InkMoments:
        return InkMoments.of(ink, max_shear=self.max_shear)

    def _upright(self, images: Array) -> Array:
        n, height, width, *planes = images.shape
        ink = ink_of(images)
        moments = self._moments(ink)
        rows = np.arange(height, dtype=np.float32) - moments.row[:, None]
        shift = moments.shear[:, None] * rows
        whole = np.floor(shift)
        part = for_planes((shift - whole)[..., None], images.shape[1:])
        room = int(np.ceil(np.abs(shift).max(initial=0))) + 1
        wide = np.pad(ink, ((0, 0), (0, 0), (room, room + 1), *((0, 0) for _ in planes)))
        # One long row of all rows: an index a pixel, then its neighbour on the right.
        start = np.arange(n * height).reshape(n, height, 1) * wide.shape[2]
        at = start + (whole.astype(np.int64) + room)[..., None] + np.arange(width)
        flat = wide.reshape(-1, *planes)
        left = flat.take(at, axis=0)
        return np.asarray(left + part * (flat.take(at + 1, axis=0) - left))
