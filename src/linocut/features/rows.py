"""What transformers of rows share: they take images, too, as rows of their pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from linocut.core.arrays import (
    as_array,
    check_image_shape,
    check_magnitude,
    flatten_images,
    image_shape_of,
)
from linocut.core.blocks import ArrayBlocks

FLOATS = (np.float64, np.float32)
PIXELS = (*FLOATS, np.uint8)


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
) -> ArrayBlocks:
    """Return what `checked_rows` returns, as blocks: of float64 if X is, else of float32."""
    rows = checked_rows(step, X, reset=reset, types=types)
    return ArrayBlocks(rows, np.dtype(np.float64 if rows.dtype == np.float64 else np.float32))
