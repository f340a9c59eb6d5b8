"""Deskewing: shear each image so that its strokes stand upright."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blocks import map_in_order
from linocut.features.pictures import PictureTransformer, filled

Array = NDArray[Any]

AT_ONCE = 1000  # images whose arrays stay within the caches


class Deskew(PictureTransformer):
    """Shear each image about its centre of mass until its ink no longer leans.

    With x and y the column and row of ink and μ its central second moments, row y moves by
    (y − ȳ) μ_xy / μ_yy columns: then rows and columns of the ink are uncorrelated. In between
    columns, ink is interpolated linearly; beyond the edge there is paper.

    Parameters
    ----------
    most : float
        The steepest shear, in columns a row, that is believed.

    Examples
    --------
    >>> leaning = np.zeros((1, 5, 9), np.uint8)
    >>> leaning[0, range(5), [2, 3, 4, 5, 6]] = 200
    >>> Deskew().fit_transform(leaning)[0].argmax(axis=1)
    array([4, 4, 4, 4, 4])
    """

    per_image = True  # each image on its own: nothing is learned from the others
    needs_fit = False

    def __init__(self, most: float = 1.0) -> None:
        self.most = most

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w)
            Images; zero is paper.
        y : ignored
        """
        if not self.most > 0:
            raise LinocutError(f"most={self.most!r} — a number above zero, in columns a row")
        return super().fit(X)

    def transform(self, X: Any) -> Array:
        """Return the images upright, of shape (n, h, w) and of their type; bytes are rounded."""
        images = self._pictures(X)
        out = np.empty_like(images)
        starts = range(0, len(images), AT_ONCE)

        def part(start: int) -> None:
            some = slice(start, start + AT_ONCE)
            moved = self._upright(images[some].astype(np.float32))
            out[some] = filled(images, moved)

        for _ in map_in_order(part, starts):
            pass
        return out

    def slants(self, X: Any) -> NDArray[np.float32]:
        """Return how far each image leans, in columns a row, shape (n,); below 0 to the right."""
        return self._moments(self._pictures(X).astype(np.float32))[0]

    def _moments(self, images: Array) -> tuple[Array, Array]:
        """Return the shear and the centre row of each image."""
        _n, height, width = images.shape
        y, x = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
        by_row, by_column = images.sum(axis=2), images.sum(axis=1)
        total = np.maximum(by_row.sum(axis=1), np.finfo(np.float32).tiny)
        row, column = by_row @ y / total, by_column @ x / total
        both = np.einsum("nyx,x,y->n", images, x, y, optimize=True) / total - row * column
        spread = by_row @ (y * y) / total - row**2
        enough = spread > 1e-3  # a single row of ink does not lean
        shear = np.where(enough, both / np.where(enough, spread, 1), 0)
        return np.clip(shear, -self.most, self.most).astype(np.float32), row

    def _upright(self, images: Array) -> Array:
        n, height, width = images.shape
        shear, row = self._moments(images)
        shift = shear[:, None] * (np.arange(height, dtype=np.float32) - row[:, None])
        whole = np.floor(shift)
        part = (shift - whole)[..., None]
        room = int(np.ceil(np.abs(shift).max(initial=0))) + 1
        wide = np.pad(images, ((0, 0), (0, 0), (room, room + 1)))
        # One long row of all rows: an index a pixel, then its neighbour on the right.
        start = np.arange(n * height).reshape(n, height, 1) * wide.shape[2]
        at = start + (whole.astype(np.int64) + room)[..., None] + np.arange(width)
        flat = wide.ravel()
        left = flat.take(at)
        return np.asarray(left + part * (flat.take(at + 1) - left))
