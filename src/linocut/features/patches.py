"""Local patches: how much of each atom of a small dictionary lies in each part of an image.

Coates, Lee and Ng, "An analysis of single-layer networks in unsupervised feature learning" (2011);
with principal components as atoms, the first stage of Chan et al., "PCANet" (2015).
"""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from linocut.core import LinocutError
from linocut.core.randomness import RandomState, seed_of
from linocut.core.steps import StepKind
from linocut.features.axes import with_largest_positive
from linocut.features.images import ImageTransformer
from linocut.features.responses import (
    contrast_normalised,
    patches_of,
    pooled_responses,
    response_weights,
)

Array = NDArray[Any]

SAMPLE = 60_000  # patches that a dictionary is learned from
IMAGES, PLACES = 4000, 2_200_000  # images that they are drawn from, and the patches of those
AT_ONCE = 20_000  # patches held for a while
FLOOR = 0.01  # variance, in squares of full ink, below which a patch is blank rather than faint
WHITEN_FLOOR = 0.1  # added to the variances that whitening divides by


class PatchDictionary(ImageTransformer):
    """Describe an image by how strongly its parts answer to each atom of a dictionary of patches.

    Patches lose their mean and are divided by their contrast. Atoms are centres of k-means on
    whitened patches, or their principal components. An atom's response is its product with a patch,
    less a threshold, if that is above zero; responses are averaged in the cells of a grid.

    Parameters
    ----------
    n_atoms : int
        Size of the dictionary; at most side² for principal components.
    side : int
        Of a patch, pixels.
    cells : int
        Of the grid, along either axis.
    method : {"kmeans", "pca"}
        How the atoms are computed.
    threshold : float
        Taken off each response.
    full : float
        The value of full ink; 255 for bytes.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Of the sample of patches and of k-means.

    Attributes
    ----------
    atoms_ : float32 array, shape (n_atoms, side, side), in colour (n_atoms, side, side, 3)
        The atoms: what a patch that answers to each looks like.
    filters_ : float32 array, shape (n_atoms, side²), in colour (n_atoms, 3 · side²)
        What normalised patches are multiplied with: atoms, whitened, of norm 1.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> images = load_digits().images
    >>> dictionary = PatchDictionary(20, side=3, cells=2, full=16).fit(images)
    >>> dictionary.transform(images).shape, dictionary.atoms_.shape
    ((1797, 80), (20, 3, 3))
    """

    step_kind = StepKind(
        "patch-dictionary",
        (
            "image_shape_",
            "filters_",
        ),
    )
    takes_colour = True

    def __init__(
        self,
        n_atoms: int = 160,
        *,
        side: int = 6,
        cells: int = 4,
        method: str = "kmeans",
        threshold: float = 0.25,
        full: float = 255.0,
        random_state: RandomState = 0,
    ) -> None:
        self.n_atoms = n_atoms
        self.side = side
        self.cells = cells
        self.method = method
        self.threshold = threshold
        self.full = full
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the dictionary from a sample of patches that are not blank.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
            Images; zero is paper.
        y : ignored

        Raises
        ------
        LinocutError
            If X is not of shape (n, h, w), or a parameter is out of range for these images.
        """
        images = self._checked(X)
        self._check(images.shape[1:])
        self._noted(images)
        seed = seed_of(self.random_state)
        patches = self._sample(images, np.random.default_rng(seed))
        if self.method == "pca":
            _, _, V = np.linalg.svd(patches - patches.mean(axis=0), full_matrices=False)
            V = with_largest_positive(V[: self.n_atoms])
            self.atoms_ = V.reshape(-1, *self._patch).astype(np.float32)
            self.filters_ = V.astype(np.float32)
            return self
        from sklearn.cluster import MiniBatchKMeans  # loads on use

        # Matrices and batches are so small that several threads would only wait for each other.
        with threadpool_limits(1):
            variances, U = np.linalg.eigh(np.cov(patches.T))
            whiten = (U / np.sqrt(np.maximum(variances, 0) + WHITEN_FLOOR)) @ U.T
            means = MiniBatchKMeans(
                min(self.n_atoms, len(patches)), n_init=1, batch_size=2048, max_iter=20,
                random_state=seed,
            ).fit((patches @ whiten).astype(np.float32))  # fmt: skip
        centres = means.cluster_centers_
        norms = np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        order = np.argsort(-np.bincount(means.labels_, minlength=len(centres)), kind="stable")
        atoms = (centres @ np.linalg.inv(whiten))[order]
        self.atoms_ = atoms.reshape(-1, *self._patch).astype(np.float32)
        self.filters_ = ((centres / norms) @ whiten)[order].astype(np.float32)
        return self

    def transform(self, X: Any) -> Array:
        """Return the responses, float32, shape (n, cells² · atoms), twice as many for ``pca``.

        Cell by cell, row by row of the grid; a principal component's two signs are two atoms.
        """
        return pooled_responses(self._alike(X), self.filters_, **self._pooled)

    homogeneous = False

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on the responses back to the images (see `core.steps.LocallyAffine`)."""
        G = np.asarray(G, np.float64)
        return response_weights(self._alike(X), G, self.filters_, **self._pooled)

    @property
    def _pooled(self) -> dict[str, Any]:
        return {
            "side": self.side, "cells": self.cells, "threshold": self.threshold, "floor": FLOOR,
            "full": self.full, "both_signs": self.method == "pca",
        }  # fmt: skip

    @property
    def _patch(self) -> tuple[int, ...]:
        """Shape of a patch: its planes, too."""
        return self.side, self.side, *self.image_shape_[2:]

    def _check(self, shape: tuple[int, ...]) -> None:
        shape, planes = shape[:2], shape[2:]
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
        most = self.side**2 * math.prod(planes) if self.method == "pca" else None
        if self.n_atoms < 1 or (most and self.n_atoms > most):
            wanted = f"from 1 to {most}, the numbers of a patch" if most else "from 1 up"
            raise LinocutError(f"n_atoms={self.n_atoms!r} — an integer {wanted}")

    def _sample(self, images: Array, rng: np.random.Generator) -> Array:
        """Draw patches with ink in them, normalised, shape (m, side²), float64."""
        height, width = images.shape[1:3]
        places = (height - self.side + 1) * (width - self.side + 1)
        most = min(len(images), IMAGES, max(1, PLACES // places))
        images = images[np.sort(rng.choice(len(images), most, replace=False))]
        step = max(1, AT_ONCE // places)
        starts = range(0, most, step)

        def patches(start: int) -> Array:
            some = images[start : start + step].astype(np.float32) / np.float32(self.full)
            return patches_of(some, self.side).reshape(-1, math.prod(self._patch))

        # Twice through the images, where all their patches would take gigabytes.
        varied = (patches(start).var(axis=1) for start in starts)
        inked = np.flatnonzero(np.concatenate([each > FLOOR for each in varied]))
        if not len(inked):
            raise LinocutError("no image has ink in it — a dictionary needs some")
        kept = rng.choice(inked, min(len(inked), SAMPLE), replace=False)
        drawn = np.empty((len(kept), math.prod(self._patch)), np.float32)
        for start in starts:
            here = np.flatnonzero(kept // places // step == start // step)
            drawn[here] = patches(start)[kept[here] - start * places]
        return contrast_normalised(drawn, FLOOR).astype(np.float64)
