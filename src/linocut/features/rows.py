"""What transformers of rows share: they take images, too, as rows of their pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from linocut.core import LinocutError
from linocut.core.arrays import (
    as_array,
    check_image_shape,
    check_magnitude,
    flatten_images,
    image_shape_of,
)
from linocut.core.blocks import ArrayBlocks, Blocks, LocalBlocks, Matrix
from linocut.core.mapped import MappedBy, Mapping, gathered
from linocut.core.memory import available_memory

FLOATS = (np.float64, np.float32)
PIXELS = (*FLOATS, np.uint8)
MOST_MEMORY = 0.6  # of what is free: features that take more are made when they are read


def checked_rows(
    step: BaseEstimator,
    X: Any,
    *,
    reset: bool,
    types: tuple[Any, ...] = FLOATS,
    accept_sparse: str | bool = False,
) -> Any:
    """Return rows (n, d), or images (n, h, w) as rows (n, h·w), checked.

    Parameters
    ----------
    step : transformer
        Keeps ``n_features_in_`` and ``image_shape_``, which is None after a fit on rows.
    X : array, shape (n, d) or (n, h, w), or sparse (n, d)
        Rows or images, or what `linocut.core.arrays.as_array` makes such an array of.
    reset : bool
        Whether `step` is being fitted, so that what it keeps is noted, not compared.
    types : tuple of types
        Those that stay as they are; others become float64.
    accept_sparse : str or bool
        As of scikit-learn's ``validate_data``.

    Raises
    ------
    LinocutError
        If images have another shape than those that it was fitted on, or several channels, or
        numbers are too large to be squared.
    ValueError
        If X has another number of features, or values that are no finite numbers.
    """
    who = type(step).__name__
    X = as_array(X, who)
    if not reset:
        check_image_shape(X, step.image_shape_, who)
    rows = validate_data(
        step, flatten_images(X), reset=reset, accept_sparse=accept_sparse, dtype=list(types)
    )
    if rows.dtype != np.uint8:
        check_magnitude(rows, who)
    if reset:
        step.image_shape_ = image_shape_of(X)
    return rows


def checked_blocks(
    step: BaseEstimator, X: Any, *, reset: bool, types: tuple[Any, ...] = FLOATS
) -> Blocks:
    """Return what `checked_rows` returns, as blocks: of float64 if X is, else of float32.

    Blocks stay what they are, wherever their rows lie.
    """
    if isinstance(X, Blocks):
        if reset:
            step.n_features_in_, step.image_shape_ = X.shape[1], None
        elif X.shape[1] != step.n_features_in_:
            raise LinocutError(
                f"rows of {X.shape[1]} features — {type(step).__name__} was fitted on "
                f"{step.n_features_in_}"
            )
        return X
    rows = checked_rows(step, X, reset=reset, types=types)
    return ArrayBlocks(rows, np.dtype(np.float64 if rows.dtype == np.float64 else np.float32))


def made(X: Any, blocks: Blocks, function: Mapping, width: int) -> Any:
    """Return the features that a function makes of blocks, shape (n, width).

    Parameters
    ----------
    X : array or Blocks
        What the blocks were made of.
    blocks : Blocks
        Rows (n, d).
    function : callable
        Turns a float block (b, d) into one (b, width); each row on its own.
    width : int
        Features that it makes.

    Returns
    -------
    array or Blocks
        An array, if X is one and the features fit into memory; otherwise rows that are made anew,
        block by block, in each pass over them. The models and the transformers of rows take both.
    """
    lazy = blocks.converted(MappedBy(function, width))
    if isinstance(X, Blocks) or not isinstance(lazy, LocalBlocks):
        return lazy
    fits = len(lazy) * width * lazy.dtype.itemsize <= MOST_MEMORY * available_memory()
    return gathered(lazy) if fits else lazy


@dataclass(frozen=True, eq=False)
class Affine:
    """Makes X A − shift of a block X (b, d), for A (d, k); below zero nothing, if so asked."""

    A: NDArray[Any]
    shift: NDArray[Any]
    rectified: bool = False

    def __call__(self, X: Matrix) -> NDArray[Any]:
        """See the class."""
        made = X @ self.A
        made -= self.shift
        return np.asarray(np.maximum(made, 0, out=made) if self.rectified else made)
