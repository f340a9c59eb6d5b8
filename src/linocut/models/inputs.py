"""What every model does with what it is given: shapes, types, classes, weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    column_or_1d,
    validate_data,
)

from linocut.core import LinocutError
from linocut.core.arrays import Shape, check_image_shape, flatten_images, image_shape_of
from linocut.core.blocks import ArrayBlocks, Blocks
from linocut.core.mapped import MappedBlocks


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """Checked training data.

    Attributes
    ----------
    blocks : Blocks
        The (n, d) rows; bytes and float32 are computed in float32, the rest in float64.
    y : int64 array, shape (n,)
        Position of each row's class in ``classes``.
    classes : array, shape (K,)
        The labels, sorted.
    weights : float64 array, shape (n,), or None
        Sample weight times class weight; None where all are 1.
    image_shape : (int, int) or None
        Height and width, where known.
    """

    blocks: Blocks
    y: NDArray[np.int64]
    classes: NDArray[Any]
    weights: NDArray[np.float64] | None
    image_shape: tuple[int, int] | None

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(len(self.y)) if self.weights is None else float(self.weights.sum())


def training_rows(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    sample_weight: Any = None,
) -> TrainingRows:
    """Check training data by the estimator's ``class_weight`` and ``image_shape``.

    Notes the number of features on the estimator.

    Raises
    ------
    ValueError
        If X, y or the weights have wrong shapes or values, or only one class is left.
    """
    shape = _image_shape(X, estimator.image_shape)
    if isinstance(X, MappedBlocks):  # made from rows that were checked when they were stored
        y = column_or_1d(y)
        check_consistent_length(X, y)
        estimator.n_features_in_ = X.width
    else:
        X, y = validate_data(
            estimator,
            flatten_images(X),
            y,
            accept_sparse="csr",
            dtype=[np.float64, np.float32, np.uint8],
        )
    check_classification_targets(y)
    weights = None
    if sample_weight is not None:
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        if not np.all(weights > 0):
            kept = np.flatnonzero(weights > 0)
            X, y, weights = X[kept], y[kept], weights[kept]
    classes, positions = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise LinocutError(
            f"{type(estimator).__name__} needs rows of at least two classes, but all rows with a "
            f"weight are of one class: {classes.tolist()}"
        )
    if estimator.class_weight is not None:
        if estimator.class_weight == "balanced":
            # Written out: the oldest scikit-learn supported leaves sample weights out of this.
            amounts = np.bincount(positions, weights=weights)
            by_class = amounts.sum() / (len(classes) * amounts)
        else:
            by_class = compute_class_weight(estimator.class_weight, classes=classes, y=y)
        of_row = by_class[positions]
        weights = of_row if weights is None else weights * of_row
    dtype = np.float64 if X.dtype == np.float64 else np.float32
    blocks: Blocks = X if isinstance(X, MappedBlocks) else ArrayBlocks(X, np.dtype(dtype))
    return TrainingRows(blocks, positions.astype(np.int64), classes, weights, shape)


def new_rows(estimator: BaseEstimator, X: Any, image_shape: Shape | None) -> Blocks:
    """Check rows to be classified; they are computed in float64, so that a score is exact.

    Raises
    ------
    LinocutError
        If they are images of another shape than ``image_shape``, where that is known.
    ValueError
        If they have another number of features, or values that are no finite numbers.
    """
    if isinstance(X, MappedBlocks):
        if X.width != estimator.n_features_in_:
            raise LinocutError(
                f"rows of {X.width} features — {type(estimator).__name__} was fitted on "
                f"{estimator.n_features_in_}"
            )
        return X.astype(np.float64)
    check_image_shape(X, image_shape, type(estimator).__name__)
    X = validate_data(
        estimator,
        flatten_images(X),
        reset=False,
        accept_sparse="csr",
        dtype=[np.float64, np.float32, np.uint8],
    )
    return ArrayBlocks(X, np.dtype(np.float64))


def watched_rows(
    estimator: BaseEstimator, rows: TrainingRows, X: Any, y: Any
) -> tuple[Blocks, NDArray[np.int64]]:
    """Check rows that are to be judged by, never trained on, and their labels.

    Raises
    ------
    LinocutError
        If there is not one label a row, or a label that no training row has.
    """
    blocks = new_rows(estimator, X, rows.image_shape)
    y = column_or_1d(y)
    if len(y) != blocks.shape[0]:
        raise LinocutError(f"test has {blocks.shape[0]} rows and {len(y)} labels — one label a row")
    unknown = np.setdiff1d(y, rows.classes)
    if unknown.size:
        raise LinocutError(
            f"test has the label {unknown.tolist()[0]!r}, which no training row has — known: "
            f"{', '.join(map(str, rows.classes))}"
        )
    return blocks, np.searchsorted(rows.classes, y)


def check_parameter(name: str, value: Any, right: bool, wanted: str) -> None:
    """Raise a `LinocutError` that names the parameter, its value and what would be right."""
    if not right:
        raise LinocutError(f"{name}={value!r} — {wanted}")


def _image_shape(X: Any, given: tuple[int, int] | None) -> tuple[int, int] | None:
    known = image_shape_of(X)
    if given is None:
        return known
    height, width = given
    pixels = None
    if sparse.issparse(X) or (isinstance(X, np.ndarray) and X.ndim >= 2):
        pixels = int(np.prod(X.shape[1:]))
    if (known is not None and known != (height, width)) or pixels not in {None, height * width}:
        shape = known or pixels
        raise LinocutError(
            f"image_shape={given!r} but the rows have {shape} pixels — give h, w of the images"
        )
    return height, width
