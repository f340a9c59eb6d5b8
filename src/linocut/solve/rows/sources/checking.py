"""Numbers that a fit can use: finite features, whole labels, weights of zero or more."""

from __future__ import annotations

from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.protocol import Array, Positions

FEATURE_TYPES = ("uint8", "float16", "float32", "float64")
EXPONENT16 = 0x7C00  # float16's bits of the exponent: all set in NaN and infinities alone


def check_feature_type(dtype: np.dtype[Any], name: str) -> None:
    """Refuse features of a type that is not read.

    Examples
    --------
    >>> check_feature_type(np.dtype("int64"), "x.npy")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: x.npy: features of type int64 — uint8, float16, float32 or float64
    """  # noqa: E501
    if dtype.name not in FEATURE_TYPES:
        told = f"{', '.join(FEATURE_TYPES[:-1])} or {FEATURE_TYPES[-1]}"
        raise LinocutError(f"{name}: features of type {dtype.name} — {told}")


def check_finite(X: Array, name: str, rows: slice | Positions) -> None:
    """Refuse NaN and infinities; ``rows`` tells where in the shard the rows of X (b, d) lie.

    Examples
    --------
    >>> check_finite(np.array([[1.0], [np.nan]]), "x.npy", slice(10, 12))
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: x.npy: row 11 holds nan in column 0 — finite numbers are wanted
    """  # noqa: E501
    if X.dtype.kind != "f" or X.size == 0 or _surely_finite(X):
        return
    bad = np.argwhere(~np.isfinite(X))
    if len(bad):
        row, column = bad[0]
        raise LinocutError(
            f"{name}: row {_row(rows, row)} holds {X[row, column]} in column {column} — finite "
            "numbers are wanted"
        )


def whole_labels(labels: Array, dtype: np.dtype[Any], name: str, rows: slice | Positions) -> Array:
    """Return labels as whole numbers or strings of ``dtype``.

    Examples
    --------
    >>> whole_labels(np.array([0.0, 1.0]), np.dtype(np.int64), "y.npy", slice(0, 2))
    array([0, 1])
    >>> whole_labels(np.array([0.0, 1.5]), np.dtype(np.int64), "y.npy", slice(0, 2))
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: y.npy: row 1 has the label 1.5 — whole numbers or strings
    """
    if labels.dtype.kind == "f":
        bad = np.flatnonzero((np.trunc(labels) != labels) | ~(abs(labels) <= 2**53))
        if len(bad):
            raise LinocutError(
                f"{name}: row {_row(rows, bad[0])} has the label {labels[bad[0]]} — whole numbers "
                "or strings"
            )
    elif labels.dtype.kind == "S":
        try:
            labels = np.char.decode(labels, "utf-8")
        except UnicodeDecodeError as error:
            raise LinocutError(f"{name}: a label is no text in UTF-8 ({error})") from error
    return labels.astype(dtype, copy=False)


def usable_weights(weights: Array, name: str, rows: slice | Positions) -> Array:
    """Return weights as float64.

    Examples
    --------
    >>> usable_weights(np.array([1, -1]), "w.npy", slice(0, 2))
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: w.npy: row 1 has the weight -1.0 — finite, zero or more
    """
    weights = np.asarray(weights, np.float64)
    bad = np.flatnonzero(~np.isfinite(weights) | (weights < 0))
    if len(bad):
        raise LinocutError(
            f"{name}: row {_row(rows, bad[0])} has the weight {weights[bad[0]]} — finite, zero or "
            "more"
        )
    return weights


def _surely_finite(X: Array) -> bool:
    """Tell in one reading that all numbers are finite; "no" leaves it open."""
    if X.dtype == np.float16:  # whose sums overflow, and whose arithmetic is slow
        return bool((X.view(np.uint16) & EXPONENT16).max() < EXPONENT16)
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(X.sum()))


def _row(rows: slice | Positions, k: int) -> int:
    return int(rows.start + k if isinstance(rows, slice) else rows[k])
