"""Local patches: how much of each word of a small dictionary lies in each part of an image.

Coates, Lee and Ng, "An analysis of single-layer networks in unsupervised feature learning" (2011);
with principal components as words, the first stage of Chan et al., "PCANet" (2015).
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.steps import StepKind
from linocut.features.components import with_largest_positive
from linocut.features.pictures import PictureTransformer
from linocut.features.responses import evened, patches_of, pooled_responses

Array = NDArray[Any]

SAMPLE = 60_000  # patches that a dictionary is learned from
FLOOR = 0.01  # variance, in squares of full ink, below which a patch is blank rather than faint
WHITEN_FLOOR = 0.1  # added to the variances that whitening divides by


class PatchDictionary(PictureTransformer):
    """Describe an image by how strongly each word of a dictionary of patches is found where.

    Patches lose their mean and are divided by their contrast. Words are centres of k-means on
    whitened patches, or their principal components. A word's response is its product with a patch,
    less a threshold, if that is above zero; responses are averaged in the cells of a grid.

    Parameters
    ----------
    n_words : int
        Size of the dictionary; at most side² for principal components.
    side : int
        Of a patch, pixels.
    cells : int
        Of the grid, along either axis.
    method : {"kmeans", "pca"}
        How the words are found.
    threshold : float
        Taken off each response.
    full : float
        The value of full ink; 255 for bytes.
    seed : int
        Of the sample of patches and of k-means.

    Attributes
    ----------
    words_ : float32 array, shape (n_words, side, side)
        The words as pictures: what a patch of that word looks like.
    filters_ : float32 array, shape (n_words, side²)
        What evened patches are multiplied with: words, whitened, of norm 1.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> images = load_digits().images
    >>> dictionary = PatchDictionary(20, side=3, cells=2, full=16).fit(images)
    >>> dictionary.transform(images).shape, dictionary.words_.shape
    ((1797, 80), (20, 3, 3))
    """

    step_kind = StepKind(
        "patch-dictionary",
        (
            "image_shape_",
            "filters_",
        ),
    )

    def __init__(
        self,
        n_words: int = 160,
        *,
        side: int = 6,
        cells: int = 4,
        method: str = "kmeans",
        threshold: float = 0.25,
        full: float = 255.0,
        seed: int = 0,
    ) -> None:
        self.n_words = n_words
        self.side = side
        self.cells = cells
        self.method = method
        self.threshold = threshold
        self.full = full
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the dictionary from a sample of patches that are not blank.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w)
            Images; zero is paper.
        y : ignored

        Raises
        ------
        LinocutError
            If the images are no pictures or too small, or a parameter cannot be.
        """
        images = self._pictures(X)
        self._check(images.shape[1:])
        self._noted(images)
        patches = self._sample(images)
        if self.method == "pca":
            _, _, V = np.linalg.svd(patches - patches.mean(axis=0), full_matrices=False)
            V = with_largest_positive(V[: self.n_words])
            self.words_ = V.reshape(-1, self.side, self.side).astype(np.float32)
            self.filters_ = V.astype(np.float32)
            return self
        from sklearn.cluster import MiniBatchKMeans  # loads on use

        variances, U = np.linalg.eigh(np.cov(patches.T))
        whiten = (U / np.sqrt(np.maximum(variances, 0) + WHITEN_FLOOR)) @ U.T
        whitened = (patches @ whiten).astype(np.float32)
        means = MiniBatchKMeans(
            min(self.n_words, len(patches)), n_init=1, batch_size=2048, max_iter=20,
            random_state=self.seed,
        ).fit(whitened)  # fmt: skip
        centres = means.cluster_centers_
        norms = np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        order = np.argsort(-np.bincount(means.labels_, minlength=len(centres)), kind="stable")
        words = (centres @ np.linalg.inv(whiten))[order]
        self.words_ = words.reshape(-1, self.side, self.side).astype(np.float32)
        self.filters_ = ((centres / norms) @ whiten)[order].astype(np.float32)
        return self

    def transform(self, X: Any) -> Array:
        """Return the responses, float32, shape (n, cells² · words), twice as many for ``pca``.

        Cell by cell, row by row of the grid; a principal component's two signs are two words.
        """
        images = self._alike(X)
        return pooled_responses(
            images, self.filters_, side=self.side, cells=self.cells, threshold=self.threshold,
            floor=FLOOR, full=self.full, both_signs=self.method == "pca",
        )  # fmt: skip

    def _check(self, shape: tuple[int, ...]) -> None:
        if self.method not in {"kmeans", "pca"}:
            raise LinocutError(f"method={self.method!r} — kmeans or pca")
        if not 2 <= self.side <= min(shape):
            raise LinocutError(
                f"side={self.side!r} — an integer from 2 to {min(shape)}, the smaller side of the "
                "images"
            )
        places = min(shape) - self.side + 1
        if not 1 <= self.cells <= places:
            raise LinocutError(
                f"cells={self.cells!r} — an integer from 1 to {places}, the places of a patch"
            )
        most = self.side**2 if self.method == "pca" else None
        if self.n_words < 1 or (most and self.n_words > most):
            wanted = f"from 1 to {most}, the pixels of a patch" if most else "from 1 up"
            raise LinocutError(f"n_words={self.n_words!r} — an integer {wanted}")

    def _sample(self, images: Array) -> Array:
        """Draw patches with ink in them, evened, shape (m, side²), float64."""
        rng = np.random.default_rng(self.seed)
        some = rng.choice(len(images), min(len(images), 4000), replace=False)
        patches = patches_of(images[np.sort(some)].astype(np.float32) / np.float32(self.full),
                             self.side).reshape(-1, self.side**2)  # fmt: skip
        inked = np.flatnonzero(patches.var(axis=1) > FLOOR)
        if not len(inked):
            raise LinocutError("no image has ink in it — a dictionary needs some")
        kept = rng.choice(inked, min(len(inked), SAMPLE), replace=False)
        return evened(patches[kept], FLOOR).astype(np.float64)
