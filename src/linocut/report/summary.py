"""What the training images of a dataset are like, in one pass over them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import ArrayBlocks, Matrix
from linocut.data.dataset import ImagePart
from linocut.solve.moments import indicators

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Summary:
    """Means and counts of the training images; ink runs from 0 (paper) to 1 (full ink).

    Attributes
    ----------
    counts : int64 array, shape (K,)
        Images of each class.
    use : float64 array, shape (h, w)
        Share of the images with any ink in that pixel; of colours, with any light.
    means : float64 array, shape (K, h, w) or (K, h, w, 3)
        Mean ink of each class; zero for a class without images.
    class_use : float64 array, shape (K, h, w)
        Share of the images of each class with any ink in that pixel.
    spread : float64 array, shape (K,)
        Root mean square, over images and pixels, of the ink's distance to the class mean.
    """

    counts: NDArray[np.int64]
    use: Floats
    means: Floats
    class_use: Floats
    spread: Floats

    @property
    def inked(self) -> NDArray[np.bool_]:
        """Pixels that carry ink in at least one image, shape (h, w)."""
        inked: NDArray[np.bool_] = self.use > 0
        return inked

    @property
    def mean(self) -> Floats:
        """Mean ink over all images, shape (h, w) or (h, w, 3)."""
        weights = self.counts / max(int(self.counts.sum()), 1)
        return np.asarray(np.tensordot(weights, self.means, axes=1))

    @property
    def likeness(self) -> Floats:
        """Cosine of the angle between each two class means, shape (K, K)."""
        rows = self.means.reshape(len(self.means), -1)
        norms = np.linalg.norm(rows, axis=1)
        rows = rows / np.where(norms > 0, norms, 1)[:, None]
        return np.asarray(rows @ rows.T)


def summarise(part: ImagePart, n_classes: int) -> Summary:
    """Average and count the images of one part.

    Parameters
    ----------
    part : ImagePart
        uint8 images (n, h, w) or (n, h, w, 3) and their labels.
    n_classes : int
        Number of classes K.

    Examples
    --------
    >>> images = np.array([[[0, 255]], [[0, 0]]], dtype=np.uint8)
    >>> summary = summarise(ImagePart(images, np.array([0, 1])), 2)
    >>> summary.use
    array([[0. , 0.5]])
    >>> summary.means[:, 0, 1]
    array([1., 0.])
    """
    shape = part.images.shape[1:]
    planes = math.prod(shape[2:])

    def sums(X: Matrix, y: Any, w: Any) -> tuple[Any, Any, Any]:
        X = X / np.float32(255)
        Y = indicators(y, None, n_classes, X.dtype)
        squares = np.bincount(y, np.einsum("ij,ij->i", X, X), minlength=n_classes)
        used = (X > 0).reshape(len(X), -1, planes).any(axis=-1)
        return Y.T @ used.astype(X.dtype), Y.T @ X, squares

    d = int(np.prod(shape))
    blocks = ArrayBlocks(part.images, np.dtype(np.float32), part.labels)
    inked, ink, squares = blocks.sum(sums)
    counts = part.counts(n_classes)
    held = np.maximum(counts, 1)
    means = ink / held[:, None]
    variance = squares / held - np.square(means).sum(axis=1)
    return Summary(
        counts,
        (inked.sum(axis=0) / max(len(part), 1)).reshape(shape[:2]),
        means.reshape(n_classes, *shape),
        (inked / held[:, None]).reshape(n_classes, *shape[:2]),
        np.sqrt(np.maximum(variance, 0) / d),
    )
