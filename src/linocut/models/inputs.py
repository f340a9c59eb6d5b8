"""What every model does with what it is given: shapes, types, classes, weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    column_or_1d,
    validate_data,
)

from linocut.core import LinocutError
from linocut.core.arrays import (
    Shape,
    as_array,
    check_image_shape,
    check_magnitude,
    flatten_images,
    image_shape_of,
)
from linocut.core.blocks import ArrayBlocks, Blocks
from linocut.models.constant_columns import constant_columns

SAFE_IN_FLOAT32 = 1e-12, 1e12  # largest magnitudes of rows whose squares and sums float32 holds
LARGEST_WEIGHT = 1e100  # that a row may have: sums of squares must stay finite
NAMES_OR_COUNTS = "biuUS"  # kinds of arrays that can be nothing but labels
FAINTEST_CLASS = 1e-15  # share of all weights below which a class is lost in rounding


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """Checked training data.

    Attributes
    ----------
    blocks : Blocks
        The (n, d) rows with the positions of their classes and their relative weights; bytes and
        float32 are computed in float32, the rest in float64.
    y : int64 array, shape (n,)
        Position of each row's class in ``classes``.
    classes : array, shape (K,)
        The labels, sorted.
    weights : float64 array, shape (n,), or None
        Sample weight times class weight, above zero; None where all are 1.
    image_shape : (int, int) or None
        Height and width, where known.
    kept : intp array, shape (n,), or None
        Positions among the rows that were given, where some had no weight.
    """

    blocks: Blocks
    y: NDArray[np.int64]
    classes: NDArray[Any]
    weights: NDArray[np.float64] | None
    image_shape: tuple[int, int] | None
    kept: NDArray[np.intp] | None = None

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(len(self.y)) if self.weights is None else float(self.weights.sum())

    def take(self, rows: NDArray[np.intp]) -> TrainingRows:
        """Return some of the rows, at these positions among them; all classes keep theirs."""
        weights = None if self.weights is None else self.weights[rows]
        part = replace(self, blocks=self.blocks.take(rows))
        return part.labelled(self.y[rows], self.classes, weights)

    def labelled(
        self, y: NDArray[np.int64], classes: NDArray[Any], weights: NDArray[np.float64] | None
    ) -> TrainingRows:
        """Return the same rows with other labels and weights."""
        blocks = self.blocks.labelled(y, relative(weights))
        return replace(self, blocks=blocks, y=y, classes=classes, weights=weights)

    def positions(self, n: int) -> NDArray[np.intp]:
        """Return where each of the n given rows is among those kept; −1 if it has no weight."""
        if self.kept is None:
            return np.arange(n)
        found = np.full(n, -1)
        found[self.kept] = np.arange(len(self.kept))
        return found

    @cached_property
    def constants(self) -> NDArray[np.float64] | None:
        """What each constant column holds, shape (d,); None if all differ or are zero."""
        return constant_columns(self.blocks)


def training_rows(
    estimator: BaseEstimator,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    by_class: bool = True,
) -> TrainingRows:
    """Check training data by the estimator's ``class_weight`` and ``image_shape``.

    Notes the number of features on the estimator. Without ``by_class`` the weights are the sample
    weights alone.

    Raises
    ------
    LinocutError
        If a weight is no finite number from zero up, if numbers are too large to be squared, or
        if only one class is left.
    ValueError
        If X, y or the weights have wrong shapes or types.
    """
    who = type(estimator).__name__
    X = as_array(X, who)
    shape = _image_shape(X, estimator.image_shape)
    if isinstance(X, Blocks):  # of rows that were checked when they were stored
        y = column_or_1d(y)
        check_consistent_length(X, y)
        estimator.n_features_in_ = X.shape[1]
    else:
        X, y = validate_data(
            estimator,
            flatten_images(X),
            y,
            accept_sparse="csr",
            dtype=[np.float64, np.float32, np.uint8],
        )
    if y.dtype.kind not in NAMES_OR_COUNTS:  # which takes as long as a small fit
        check_classification_targets(y)
    weights = _row_weights(sample_weight, estimator.class_weight if by_class else None, X, y)
    kept = None
    if weights is not None and not np.all(weights > 0):
        kept = np.flatnonzero(weights > 0)
        X, y, weights = X[kept], y[kept], weights[kept]
    classes, positions = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise LinocutError(
            f"{who} needs rows of at least two classes, but all rows with a weight are of one "
            f"class: {classes.tolist()}"
        )
    if weights is not None:
        _check_shares(classes, np.bincount(positions, weights=weights))
    blocks = X if isinstance(X, Blocks) else ArrayBlocks(X, _float_type(X, who))
    positions = positions.astype(np.int64)
    blocks = blocks.labelled(positions, relative(weights))
    return TrainingRows(blocks, positions, classes, weights, shape, kept)


def relative(weights: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """Return weights divided by their mean: where only proportions count, whatever their unit."""
    return None if weights is None else weights * (len(weights) / weights.sum())


def _row_weights(
    sample_weight: Any, class_weight: Any, X: Any, y: NDArray[Any]
) -> NDArray[np.float64] | None:
    """Return sample weight times class weight, shape (n,); None where neither is given."""
    weights = None
    if sample_weight is not None:
        weights = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
    if class_weight is not None:
        classes, positions = np.unique(y, return_inverse=True)
        by_class = class_weights(class_weight, classes, positions, weights)
        weights = by_class[positions] if weights is None else weights * by_class[positions]
    if weights is not None and weights.max(initial=0) > LARGEST_WEIGHT:
        raise LinocutError(
            f"a row of weight {weights.max():.3g} — sample_weight times class_weight up to "
            f"{LARGEST_WEIGHT:g}"
        )
    return weights


def class_weights(
    given: Any,
    classes: NDArray[Any],
    positions: NDArray[np.intp] | NDArray[np.int64],
    weights: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return the weight of each class, shape (K,).

    Parameters
    ----------
    given : dict, "balanced" or None
        As an estimator's ``class_weight``; a class that a dictionary does not name has weight 1.
    classes : array, shape (K,)
        The labels, sorted.
    positions : integer array, shape (n,)
        Position of each row's class in them.
    weights : float64 array, shape (n,), or None
        Sample weights, by which ``"balanced"`` counts.

    Raises
    ------
    LinocutError
        If it is no such thing, names a label of no row in place of one, or has a negative weight.
    """
    if given is None:
        return np.ones(len(classes))
    if isinstance(given, str) and given == "balanced":
        # Written out: the oldest scikit-learn supported leaves sample weights out of this.
        # A class without weight has no rows, and does not count.
        amounts = np.bincount(positions, weights=weights)
        there = amounts > 0
        even = amounts.sum() / (there.sum() * np.maximum(amounts, 1e-300))
        return np.where(there, even, 0.0)
    if not isinstance(given, Mapping):
        raise LinocutError(
            f"class_weight={given!r} — a dictionary from labels to numbers, 'balanced' or None"
        )
    known = {label: position for position, label in enumerate(classes.tolist())}
    weights = np.ones(len(classes))
    # Labels that only other rows have, of another fold for instance: a misspelt one leaves a class
    # without a name.
    all_named = all(label in given for label in known)
    for label, weight in given.items():
        plain = label.item() if isinstance(label, np.generic) else label
        if plain not in known and not all_named:
            shown = ", ".join(map(repr, list(known)[:10])) + (", …" if len(known) > 10 else "")
            raise LinocutError(f"class_weight names {plain!r}, a label of no row — known: {shown}")
        if not (isinstance(weight, Real) and 0 <= float(weight) < np.inf):
            raise LinocutError(
                f"class_weight[{plain!r}]={weight!r} — a finite number from zero up; with zero a "
                "class is left out"
            )
        if plain in known:
            weights[known[plain]] = weight
    return weights


def _check_shares(classes: NDArray[Any], amounts: NDArray[Any]) -> None:
    """Refuse classes of next to no weight, which sums in float64 would lose."""
    if amounts.min() < FAINTEST_CLASS * amounts.sum():
        share = amounts.min() / amounts.sum()
        raise LinocutError(
            f"class {classes[amounts.argmin()]} has {share:.1e} of all weights — at least "
            f"{FAINTEST_CLASS:g}, or zero to leave it out"
        )


def _float_type(X: Any, who: str) -> np.dtype[Any]:
    """Return the type in which rows are computed: float32 for bytes and what fits it well."""
    if X.dtype == np.uint8:
        return np.dtype(np.float32)
    largest = check_magnitude(X, who)
    low, high = SAFE_IN_FLOAT32
    safe = largest == 0 or low <= largest <= high
    return np.dtype(np.float32 if X.dtype == np.float32 and safe else np.float64)


def new_rows(estimator: BaseEstimator, X: Any, image_shape: Shape | None) -> Blocks:
    """Check rows to be classified; they are computed in float64, so that a score is exact.

    Raises
    ------
    LinocutError
        If they are images of another shape than ``image_shape``, where that is known.
    ValueError
        If they have another number of features, or values that are no finite numbers.
    """
    if isinstance(X, Blocks):
        if X.shape[1] != estimator.n_features_in_:
            raise LinocutError(
                f"rows of {X.shape[1]} features — {type(estimator).__name__} was fitted on "
                f"{estimator.n_features_in_}"
            )
        return X.astype(np.float64)
    X = as_array(X, type(estimator).__name__)
    check_image_shape(X, image_shape, type(estimator).__name__)
    X = validate_data(
        estimator,
        flatten_images(X),
        reset=False,
        accept_sparse="csr",
        dtype=[np.float64, np.float32, np.uint8],
    )
    return ArrayBlocks(X, np.dtype(np.float64))


def watched_rows(estimator: BaseEstimator, rows: TrainingRows, X: Any, y: Any) -> Blocks:
    """Check rows that are to be judged by, never trained on, and label them.

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
    return blocks.labelled(np.searchsorted(rows.classes, y).astype(np.int64))


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
