"""A fixed convolution bank and a random hidden layer, neither of them learned.

After McDonnell and Vladusich, "Enhanced image classification with a fast-learning shallow
convolutional neural network" (2015), whose filters came from a trained network; these are written
down. What a least-squares classifier makes of them is the only thing fitted.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from linocut.core import LinocutError
from linocut.core.blocks import Blocks
from linocut.core.colour import OPPONENTS, Shape, opponents
from linocut.core.randomness import RandomState, seed_of
from linocut.core.steps import StepKind
from linocut.features.images import ImageTransformer
from linocut.features.responses import pooled_responses, response_weights
from linocut.features.rows import PIXELS, Affine, checked_blocks, made

Array = NDArray[Any]

WIDTHS = (1.0, 1.8)  # of the strokes that the filters answer to, pixels
FIELD = 3  # least side of a receptive field, pixels
ROWS_MEASURED = 10_000


def filter_bank(side: int = 7, directions: int = 8, widths: tuple[float, ...] = WIDTHS) -> Array:
    """Make the filters: edges and lines of each direction and width, and one dot of each width.

    Returns
    -------
    float32 array, shape (widths · (2 · directions + 1), side, side)
        Gaussian derivatives of first and second order, and their Laplacian; mean 0, norm 1.

    Examples
    --------
    >>> bank = filter_bank()
    >>> bank.shape, bool(np.abs(bank.mean(axis=(1, 2))).max() < 1e-7)
    ((34, 7, 7), True)
    """
    at = np.arange(side) - (side - 1) / 2
    y, x = np.meshgrid(at, at, indexing="ij")
    made = []
    for width in widths:
        bell = np.exp(-(x**2 + y**2) / (2 * width**2))
        for k in range(directions):
            # An edge has two sides, so it needs a whole turn; its sign gives the other half.
            angle = np.pi * k / directions
            across = (np.cos(angle) * x + np.sin(angle) * y) / width
            made += [across * bell, (1 - across**2) * bell]
        made.append((2 - (x**2 + y**2) / width**2) * bell)
    bank = np.stack(made)
    bank -= bank.mean(axis=(1, 2), keepdims=True)
    bank /= np.linalg.norm(bank, axis=(1, 2), keepdims=True)
    return bank.astype(np.float32)


class ConvolutionBank(ImageTransformer):
    """Describe an image by the edges and lines of each direction in each of its parts.

    Each filter's responses above a threshold, and those below its negative, are averaged in the
    cells of a grid. Nothing is learned. Of colours, the luminance and the two differences of
    `linocut.core.colour.opponents` are described one after the other.

    Parameters
    ----------
    side : int
        Of a filter, pixels.
    directions : int
        Directions of edges and lines, over half a turn.
    cells : int
        Of the grid, along either axis.
    threshold : float
        Taken off each response, in units of full ink.
    full : float
        The value of full ink; 255 for bytes.

    Attributes
    ----------
    filters_ : float32 array, shape (m, side, side)
        The bank (see `filter_bank`).

    Examples
    --------
    >>> images = np.zeros((3, 16, 16), np.uint8)
    >>> ConvolutionBank(directions=4, cells=3).fit_transform(images).shape
    (3, 324)
    """

    step_kind = StepKind("convolution-bank", ("image_shape_",), learns=False)
    takes_colour = True

    def __init__(
        self,
        side: int = 7,
        directions: int = 8,
        *,
        cells: int = 7,
        threshold: float = 0.1,
        full: float = 255.0,
    ) -> None:
        self.side = side
        self.directions = directions
        self.cells = cells
        self.threshold = threshold
        self.full = full

    def fit(self, X: Any, y: Any = None) -> Self:
        """Make the filters and note the image shape.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
            Images; zero is paper.
        y : ignored

        Raises
        ------
        LinocutError
            If X is not of shape (n, h, w), or the images are too small.
        """
        shape = self._checked(X).shape[1:3]
        if not 3 <= self.side <= min(shape):
            raise LinocutError(f"side={self.side!r} — an integer from 3 to {min(shape)}")
        places = min(shape) - self.side + 1
        if not 1 <= self.cells <= places:
            raise LinocutError(f"cells={self.cells!r} — an integer from 1 to {places}")
        if self.directions < 1:
            raise LinocutError(f"directions={self.directions!r} — an integer from 1 up")
        self._noted(X)
        return self

    @property
    def filters_(self) -> Array:
        """The bank, float32, shape (m, side, side)."""
        return filter_bank(self.side, self.directions)

    def transform(self, X: Any) -> Array:
        """Return the responses, float32, shape (n, cells² · 2 m), cell by cell.

        Three times as many of images in colour.
        """
        images = self._alike(X)
        views = opponents(images) if images.ndim == 4 else (images,)
        made = [pooled_responses(view, **self._pooled) for view in views]
        return made[0] if len(made) == 1 else np.concatenate(made, axis=1)

    @property
    def homogeneous(self) -> bool:
        """Whether no threshold is taken off."""
        return self.threshold == 0

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on the responses back to the images (see `core.steps.LocallyAffine`)."""
        images, G = self._alike(X), np.asarray(G, np.float64)
        if images.ndim == 3:
            return response_weights(images, G, **self._pooled)
        planes = zip(opponents(images), np.split(G, 3, axis=1), strict=True)
        each = [response_weights(plane, g, **self._pooled) for plane, g in planes]
        return np.asarray(np.stack(each, axis=-1) @ OPPONENTS.astype(np.float64))

    @property
    def _pooled(self) -> dict[str, Any]:
        filters = self.filters_
        return {
            "filters": filters.reshape(len(filters), -1), "side": self.side, "cells": self.cells,
            "threshold": self.threshold, "floor": None, "full": self.full, "both_signs": True,
        }  # fmt: skip


class RandomUnits(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A hidden layer of rectified units with random weights, which are never trained.

    On images, each unit looks through a random window of its own (the receptive fields of McDonnell
    et al., "Fast, simple and accurate handwritten digit classification by training shallow neural
    network classifiers with the extreme learning machine algorithm", 2015). Each feature is
    standardised first.

    Parameters
    ----------
    n_units : int
        Units.
    bias : float
        Deviation of the units' offsets, where that of their inputs is 1.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Of all draws.

    Attributes
    ----------
    weights_ : float32 array, shape (d, n_units)
        Weights, standardisation included.
    offsets_ : float32 array, shape (n_units,)
        Offsets, standardisation included.
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> RandomUnits(50).fit_transform(load_digits().images).shape
    (1797, 50)
    """

    step_kind = StepKind(
        "random-units",
        (
            "n_features_in_",
            "image_shape_",
            "weights_",
            "offsets_",
        ),
    )

    def __init__(
        self, n_units: int = 4000, *, bias: float = 0.5, random_state: RandomState = 0
    ) -> None:
        self.n_units = n_units
        self.bias = bias
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Draw the weights; of the rows only mean and deviation are used.

        Parameters
        ----------
        X : array, shape (n, d), or images of shape (n, h, w) or (n, h, w, 3)
            Rows.
        y : ignored
        """
        if not self.n_units >= 1:
            raise LinocutError(f"n_units={self.n_units!r} — an integer from 1 up")
        blocks = self._blocks(X, reset=True)
        n, d = blocks.shape
        measured = np.linspace(0, n - 1, min(n, ROWS_MEASURED)).astype(np.intp)
        rows = blocks.dense(measured).astype(np.float64)
        mean, deviation = rows.mean(axis=0), rows.std(axis=0)
        # A feature that hardly ever varies must not drown the others when it does.
        typical = float(np.sqrt(np.mean(deviation**2))) or 1.0
        inverse = 1 / np.maximum(deviation, 0.1 * typical)
        rng = np.random.default_rng(seed_of(self.random_state))
        W = rng.standard_normal((d, self.n_units), np.float32)
        if self.image_shape_ is not None:
            planes = int(np.prod(self.image_shape_[2:]))
            W *= np.repeat(_windows(self.image_shape_[:2], self.n_units, rng), planes, axis=0)
        W *= inverse[:, None].astype(np.float32)
        centred = ((rows[:2000] - mean) @ W).std(axis=0)
        W /= np.maximum(centred, 1e-6).astype(np.float32)
        offsets = self.bias * rng.standard_normal(self.n_units)
        self.weights_ = W
        self.offsets_ = (offsets - mean @ W).astype(np.float32)
        return self

    def transform(self, X: Any) -> Any:
        """Return what each unit says, float32, shape (n, n_units), none below zero."""
        check_is_fitted(self)
        blocks = self._blocks(X, reset=False)
        return made(X, blocks, Affine(self.weights_, -self.offsets_, rectified=True), self.n_units)

    homogeneous = False

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on the units back to their rows (see `core.steps.LocallyAffine`)."""
        rows = np.asarray(X, np.float64).reshape(len(X), -1)
        W = self.weights_.astype(np.float64)
        open_units = rows @ W + self.offsets_ > 0
        return np.asarray((np.asarray(G) * open_units @ W.T).reshape(np.shape(X)))

    @property
    def _n_features_out(self) -> int:
        return int(self.weights_.shape[1])

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    def _blocks(self, X: Any, *, reset: bool) -> Blocks:
        return checked_blocks(self, X, reset=reset, types=PIXELS).astype(np.float32)


def _windows(shape: Shape, n_units: int, rng: np.random.Generator) -> Array:
    """Draw a rectangle for each unit, at least three pixels a side: (h · w, n_units) of 0 and 1."""
    inside = []
    for size in shape:
        length = rng.integers(min(FIELD, size), size + 1, n_units)
        start = (rng.random(n_units) * (size - length + 1)).astype(int)
        at = np.arange(size)[:, None]
        inside.append((at >= start) & (at < start + length))
    return np.asarray((inside[0][:, None] & inside[1][None]).reshape(-1, n_units), np.float32)
