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
    as_array,
    check_image_shape,
    flatten_images,
    image_shape_of,
)
from linocut.core.blocks import ArrayBlocks, Blocks, LocalBlocks
from linocut.core.colour import Shape
from linocut.models.constant_columns import constant_columns
from linocut.models.placing import as_rows, labelled_blocks, labelled_there, labels_of
from linocut.solve.rows import RowSource, check_engine, placed

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
    classes: NDArray[Any]
    weights: NDArray[np.float64] | None
    image_shape: Shape | None
    kept: NDArray[np.intp] | None = None

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(len(self.blocks)) if self.weights is None else float(self.weights.sum())

    @cached_property
    def y(self) -> NDArray[np.int64]:
        """Position of each row's class in ``classes``, shape (n,)."""
        if isinstance(self.blocks, LocalBlocks) and self.blocks.y is not None:
            return self.blocks.y
        return np.concatenate(list(self.blocks.map(labels_of)))

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
        return replace(self, blocks=blocks, classes=classes, weights=weights)

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
    y: Any = None,
    sample_weight: Any = None,
    *,
    by_class: bool = True,
    engine: str | None = None,
) -> TrainingRows:
    """Check training data by the estimator's ``class_weight`` and ``image_shape``, and place it.

    Notes the number of features on the estimator.

    Parameters
    ----------
    estimator : classifier
    X : array (n, d) or (n, h, w), sparse (n, d), RowSource or Blocks
    y : array, shape (n,), optional
        Labels; those of a source if not given.
    sample_weight : array, shape (n,), optional
        Weights; those of a source, if it has some and none are given.
    by_class : bool
        Whether the weights of classes count.
    engine : str, optional
        Where to compute; the estimator's if not given.

    Raises
    ------
    LinocutError
        If a weight is no finite number from zero up, if numbers are too large to be squared, or
        if only one class is left.
    ValueError
        If X, y or the weights have wrong shapes or types.
    """
    who = type(estimator).__name__
    engine = check_engine(engine or getattr(estimator, "engine", "threads"))
    X = as_rows(X, engine, who)
    shape = _image_shape(X, estimator.image_shape)
    if isinstance(X, RowSource):
        y, sample_weight = _beside(X, y, sample_weight, estimator.class_weight, engine)
        _note_width(estimator, X.d)
        if y is None:
            blocks, classes = labelled_there(X, engine, who)
            _check_classes(classes, who)
            return TrainingRows(blocks, classes, None, shape)
    if isinstance(X, Blocks | RowSource):  # of rows that are checked where they are stored
        y = column_or_1d(y)
        check_consistent_length(X, y)
        _note_width(estimator, X.shape[1])
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
    weights = _row_weights(sample_weight, estimator.class_weight if by_class else None, y)
    kept = None
    if weights is not None and not np.all(weights > 0):
        kept = np.flatnonzero(weights > 0)
        X, y, weights = X if isinstance(X, RowSource) else X[kept], y[kept], weights[kept]
    classes, positions = np.unique(y, return_inverse=True)
    _check_classes(classes, who)
    if weights is not None:
        _check_shares(classes, np.bincount(positions, weights=weights))
    positions = positions.astype(np.int64)
    blocks = labelled_blocks(X, engine, who, positions, relative(weights), kept)
    return TrainingRows(blocks, classes, weights, shape, kept)


def _check_classes(classes: NDArray[Any], who: str) -> None:
    if len(classes) < 2:
        raise LinocutError(
            f"{who} needs rows of at least two classes, but all rows with a weight are of one "
            f"class: {classes.tolist()}"
        )


def _note_width(estimator: BaseEstimator, d: int) -> None:
    """Note the number of features, which have no names."""
    estimator.n_features_in_ = d
    vars(estimator).pop("feature_names_in_", None)


def _beside(
    source: RowSource, y: Any, sample_weight: Any, class_weight: Any, engine: str
) -> tuple[Any, Any]:
    """Return labels and weights, read from the source where they are not given.

    The labels are None where they may stay with the workers.
    """
    if sample_weight is None and source.weights is not None:
        sample_weight = source.weights[:]
    if y is None and source.labels is None:
        raise LinocutError(f"{source.origin}: has no labels — give them as y")
    stay = engine != "threads" and sample_weight is None and class_weight is None
    if y is None and source.labels is not None and not stay:
        y = source.labels[:]
    return y, sample_weight


def relative(weights: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    """Return weights divided by their mean: where only proportions count, whatever their unit."""
    return None if weights is None else weights * (len(weights) / weights.sum())


def _row_weights(
    sample_weight: Any, class_weight: Any, y: NDArray[Any]
) -> NDArray[np.float64] | None:
    """Return sample weight times class weight, shape (n,); None where neither is given."""
    weights = None
    if sample_weight is not None:
        alike = np.empty((len(y), 0))
        weights = _check_sample_weight(
            sample_weight, alike, dtype=np.float64, ensure_non_negative=True
        )
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


def new_rows(estimator: BaseEstimator, X: Any, image_shape: Shape | None) -> Blocks:
    """Check rows to be classified; they are computed in float64, so that a score is exact.

    Raises
    ------
    LinocutError
        If they are images of another shape than ``image_shape``, where that is known.
    ValueError
        If they have another number of features, or values that are no finite numbers.
    """
    if isinstance(X, Blocks | RowSource):
        if X.shape[1] != estimator.n_features_in_:
            raise LinocutError(
                f"rows of {X.shape[1]} features — {type(estimator).__name__} was fitted on "
                f"{estimator.n_features_in_}"
            )
        blocks = placed(X) if isinstance(X, RowSource) else X
        return blocks.astype(np.float64)
    X = as_array(X, type(estimator).__name__)
    check_image_shape(X, image_shape, type(estimator).__name__)
    X = flatten_images(X)
    if not _are_bytes(X, estimator):
        X = validate_data(
            estimator,
            X,
            reset=False,
            accept_sparse="csr",
            dtype=[np.float64, np.float32, np.uint8],
        )
    return ArrayBlocks(X, np.dtype(np.float64))


def _are_bytes(X: Any, estimator: BaseEstimator) -> bool:
    """Tell whether rows are as many bytes as there are features, of which all values are right.

    scikit-learn's check comes to the same, and takes longer than the scores of one image.
    """
    return (
        type(X) is np.ndarray
        and X.dtype == np.uint8
        and X.ndim == 2
        and len(X) > 0
        and X.shape[1] == estimator.n_features_in_
        and not hasattr(estimator, "feature_names_in_")
    )


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


def _image_shape(X: Any, given: Shape | None) -> Shape | None:
    known = X.image_shape if isinstance(X, RowSource) else image_shape_of(X)
    if given is None:
        return known
    given = tuple(given)
    pixels = None
    if (
        isinstance(X, RowSource)
        or sparse.issparse(X)
        or (isinstance(X, np.ndarray) and X.ndim >= 2)
    ):
        pixels = int(np.prod(X.shape[1:]))
    if (known is not None and known != given) or pixels not in {None, int(np.prod(given))}:
        shape = known or pixels
        raise LinocutError(
            f"image_shape={given!r} but the rows have {shape} pixels — give h, w of the images"
        )
    return given
