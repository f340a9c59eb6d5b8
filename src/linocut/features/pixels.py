"""Pixels as features: one number a pixel, from 0 (paper) to 1 (full ink)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from linocut.core.steps import StepKind
from linocut.features.rows import PIXELS, checked_rows

Floats = NDArray[np.float64]


class UnitPixels(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Divide pixels by a constant, so that full ink is 1, and lay each image out as one row.

    Parameters
    ----------
    full : float
        The value of full ink; 255 for bytes.

    Attributes
    ----------
    image_shape_ : (int, int) or None
        Height and width of the images that it was fitted on; None if on rows.

    Examples
    --------
    >>> UnitPixels().fit_transform(np.array([[[0, 255], [51, 102]]], dtype=np.uint8))
    array([[0. , 1. , 0.2, 0.4]], dtype=float32)
    """

    step_kind = StepKind("unit-pixels", ("n_features_in_", "image_shape_"), learns=False)

    def __init__(self, full: float = 255.0) -> None:
        self.full = full

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the number of pixels; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, d) or (n, h, w), or sparse (n, d)
            Images.
        y : ignored
        """
        checked_rows(self, X, reset=True, types=PIXELS, accept_sparse="csr")
        return self

    def transform(self, X: Any) -> Any:
        """Return rows of shape (n, d), sparse if X is; float64 if X is, else float32."""
        check_is_fitted(self)
        X = checked_rows(self, X, reset=False, types=PIXELS, accept_sparse="csr")
        dtype = np.float64 if X.dtype == np.float64 else np.float32
        if sparse.issparse(X):
            unit = (X / self.full).astype(dtype)
        else:
            unit = np.divide(X, dtype(self.full), dtype=dtype)
        return unit

    def pull_back(self, W: Floats) -> tuple[Floats, Floats]:
        """Return the weights (K, d) on the pixels, and no shift, for weights (K, d)."""
        return W / self.full, np.zeros(len(W))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
