"""What a probe is given: rows with labels, opened, checked and laid out in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.validation import column_or_1d

from linocut.core import LinocutError
from linocut.core.arrays import SIZES
from linocut.core.blocks import ArrayBlocks, Blocks
from linocut.models.placing import is_safe_in_float32, largest_in
from linocut.solve.rows import RowSource, check_engine, open_rows, placed, source_blocks

Floats = NDArray[np.float64]

THREADS = "threads"


@dataclass(frozen=True, eq=False)
class GivenRows:
    """Rows with labels.

    Attributes
    ----------
    blocks : Blocks
        The (n, d) rows, without labels.
    labels : array, shape (n,)
        Whole numbers or strings.
    weights : float64 array, shape (n,), or None
        Weights, where the source has some.
    origin : str
        What was opened.
    columns : tuple of str
        Names of the features, where the format gives names.
    fingerprint : str
        A hash of the source; empty where there is none.
    """

    blocks: Blocks
    labels: NDArray[Any]
    weights: Floats | None
    origin: str
    columns: tuple[str, ...]
    fingerprint: str


def given_rows(given: Any, what: str, engine: str) -> GivenRows:
    """Open rows and lay them out in blocks, on the engine that was asked for.

    Parameters
    ----------
    given : RowSource, (X, y), or what `linocut.solve.rows.open_rows` opens
        X may be sparse, or `Blocks`.
    what : str
        Which rows they are, in messages: "training" or "test".
    engine : str
        Where they are computed. Sparse rows and `Blocks` stay where they are.

    Raises
    ------
    LinocutError
        If there are no rows, or no labels, or values whose squares float64 could not hold.
    """
    pair = isinstance(given, tuple) and len(given) == 2
    if pair and (isinstance(given[0], Blocks) or sparse.issparse(given[0])):
        found = _of_pair(given[0], given[1], what)
    else:
        found = _of_source(given if isinstance(given, RowSource) else open_rows(given), engine)
    if not len(found.labels):
        raise LinocutError(f"{found.origin}: 0 {what} rows — at least one is needed")
    return found


def _of_source(source: RowSource, engine: str) -> GivenRows:
    if source.labels is None:
        raise LinocutError(
            f"{source.origin}: has no labels, which a probe needs — an array of labels beside the "
            "features, or name them"
        )
    return GivenRows(
        _in_safe_type(_placed(source, engine), source.origin),
        source.labels[:],
        None if source.weights is None else source.weights[:],
        source.origin,
        source.columns,
        source.fingerprint,
    )


def _placed(source: RowSource, engine: str) -> Blocks:
    """Return the rows of a source as blocks where the engine computes."""
    if check_engine(engine) == THREADS:
        return source_blocks(source)
    return placed(source, engine, dtype=source.float_type)


def _of_pair(X: Any, y: Any, what: str) -> GivenRows:
    labels, origin = column_or_1d(y), f"the {what} rows"
    if len(labels) != X.shape[0]:
        raise LinocutError(f"{origin}: {X.shape[0]:,} rows and {len(labels):,} labels — one a row")
    if isinstance(X, Blocks):
        return GivenRows(X, labels, None, origin, (), "")
    X = X.tocsr()
    dtype = np.dtype(np.float32 if X.dtype in (np.float32, np.uint8) else np.float64)
    return GivenRows(_in_safe_type(ArrayBlocks(X, dtype), origin), labels, None, origin, (), "")


def _in_safe_type(blocks: Blocks, origin: str) -> Blocks:
    """Return blocks in a float type that holds squares of their values, and sums of those."""
    largest = largest_in(blocks)
    low, high = SIZES
    if not (largest == 0 or low <= largest <= high):
        raise LinocutError(f"{origin}: values up to {largest:.3g} — sizes of {low:g} to {high:g}")
    return blocks if is_safe_in_float32(largest) else blocks.astype(np.float64)


def labelled_as(rows: GivenRows, train: GivenRows, classes: NDArray[Any]) -> Blocks:
    """Return test rows, labelled by positions among the classes of the training rows.

    Raises
    ------
    LinocutError
        If they have another number of features, or a label that no training row has.
    """
    if rows.blocks.shape[1] != train.blocks.shape[1]:
        raise LinocutError(
            f"{rows.origin}: rows of {rows.blocks.shape[1]:,} features — {train.origin} has "
            f"{train.blocks.shape[1]:,}"
        )
    kinds = [each.dtype.kind in "US" for each in (rows.labels, train.labels)]
    if kinds[0] != kinds[1]:
        names = {True: "strings", False: "numbers"}
        raise LinocutError(
            f"{rows.origin}: labels are {names[kinds[0]]} — in {train.origin} they are "
            f"{names[kinds[1]]}"
        )
    unknown = np.setdiff1d(rows.labels, classes)
    if unknown.size:
        few = ", ".join(map(str, classes[:10])) + (", …" if len(classes) > 10 else "")
        raise LinocutError(
            f"{rows.origin}: has the label {unknown.tolist()[0]!r}, which no row of "
            f"{train.origin} has — known: {few}"
        )
    return rows.blocks.labelled(np.searchsorted(classes, rows.labels).astype(np.int64))
