"""Arrow's columns as NumPy's rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.protocol import Array

SMALL = ("int8", "int16", "uint16")  # float32 holds them all; float64 holds the larger ones


def is_list(kind: Any) -> bool:
    """Tell a column of lists, of one length or of several."""
    from pyarrow import types

    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def is_number(kind: Any) -> bool:
    """Tell a column of numbers or truth values."""
    from pyarrow import types

    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def is_text(kind: Any) -> bool:
    """Tell a column of strings, perhaps written as numbers of a dictionary."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    view = getattr(types, "is_string_view", lambda _: False)  # since pyarrow 16
    return bool(types.is_string(kind) or types.is_large_string(kind) or view(kind))


def storage_of(kind: Any) -> Any:
    """Return the plain type of an extension's, as of datasets' arrays (h, w)."""
    return getattr(kind, "storage_type", kind)


def feature_type(kind: Any, where: str) -> np.dtype[Any]:
    """Return the type in which features of a column are kept: uint8 or floats.

    Examples
    --------
    >>> import pyarrow as pa
    >>> [str(feature_type(kind, "")) for kind in (pa.uint8(), pa.int16(), pa.list_(pa.int64()))]
    ['uint8', 'float32', 'float64']
    """
    kind = storage_of(kind)
    while is_list(kind):
        kind = kind.value_type
    name = {"halffloat": "float16", "float": "float32", "double": "float64"}.get(
        str(kind), str(kind)
    )
    if name in {"uint8", "bool"}:
        return np.dtype(np.uint8)
    if name.startswith("float"):
        return np.dtype(name)
    if name in SMALL:
        return np.dtype(np.float32)
    if is_number(kind):
        return np.dtype(np.float64)
    raise LinocutError(f"{where}: is of type {kind} — numbers, or lists of numbers")


def rows_of_lists(column: Any, where: str, first_row: int) -> Array:
    """Return a column of lists of one length, perhaps of lists in turn, as an array.

    Parameters
    ----------
    column : pyarrow.Array
    where : str
        File and column, for messages.
    first_row : int
        The row of the file that it begins with.

    Raises
    ------
    LinocutError
        If a list or a number is missing or lists are of several lengths.

    Examples
    --------
    >>> import pyarrow as pa
    >>> rows_of_lists(pa.array([[1, 2], [3, 4]]), "a.parquet: 'x'", 0)
    array([[1, 2],
           [3, 4]])
    >>> rows_of_lists(pa.array([[1, 2], [3]]), "a.parquet: 'x'", 10)
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: a.parquet: 'x': row 11 is a list of 1 — row 10 is one of 2
    """
    column = getattr(column, "storage", column)
    shape = [len(column)]
    while is_list(column.type):
        _check_no_nulls(column, where, first_row, shape)
        lengths = np.asarray(column.value_lengths())
        odd = np.flatnonzero(lengths != lengths[:1])
        if len(odd):
            row = first_row + int(odd[0]) // int(np.prod(shape[1:]))
            raise LinocutError(
                f"{where}: row {row} is a list of {lengths[odd[0]]} — row {first_row} is one of "
                f"{lengths[0]}"
            )
        shape.append(int(lengths[0]) if len(lengths) else 0)
        column = column.flatten()
    _check_no_nulls(column, where, first_row, shape)
    return numbers(column).reshape(shape)


def numbers(column: Any) -> Array:
    """Return a column of numbers that has no gaps as an array; truth values as 0 and 1."""
    return np.asarray(column.to_numpy(zero_copy_only=False))


def check_filled(column: Any, where: str, first_row: int) -> None:
    """Refuse a column with a missing value."""
    _check_no_nulls(column, where, first_row, [len(column)])


def labels_of(column: Any, where: str, first_row: int) -> Array:
    """Return a column of labels: numbers or strings; no more strings are made than differ.

    Examples
    --------
    >>> import pyarrow as pa
    >>> labels_of(pa.array(["cat", "dog", "cat"]), "a.parquet: 'y'", 0)
    array(['cat', 'dog', 'cat'], dtype='<U3')
    """
    check_filled(column, where, first_row)
    if is_number(column.type):
        return numbers(column)
    if not is_text(column.type):
        raise LinocutError(f"{where}: labels of type {column.type} — whole numbers or strings")
    if not hasattr(column, "dictionary"):
        column = column.dictionary_encode()
    known = np.array(column.dictionary.to_pylist() or [""], dtype=str)
    return np.asarray(known[numbers(column.indices)])


def _check_no_nulls(column: Any, where: str, first_row: int, shape: list[int]) -> None:
    if column.null_count:
        position = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
        row = first_row + position // int(np.prod(shape[1:]))
        raise LinocutError(f"{where}: row {row} has no value — every row needs one")
