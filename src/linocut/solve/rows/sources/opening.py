"""Open rows, whatever holds them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.files.copies import note_of_copies
from linocut.solve.rows.sources.files.local import ShardFile
from linocut.solve.rows.sources.formats.arrays import array_shard, open_arrays, with_labels_beside
from linocut.solve.rows.sources.formats.asking import Asked, Opened
from linocut.solve.rows.sources.formats.hdf5 import open_hdf5
from linocut.solve.rows.sources.formats.tables import open_tables
from linocut.solve.rows.sources.formats.tensors import open_tensors
from linocut.solve.rows.sources.held import HeldShard
from linocut.solve.rows.sources.joined import FeatureRows, LabelColumn, WeightColumn
from linocut.solve.rows.sources.locating import Family, Where, family_of, locate
from linocut.solve.rows.sources.mapped import shard_of_map
from linocut.solve.rows.sources.naming import files_of_part
from linocut.solve.rows.sources.protocol import Shard
from linocut.solve.rows.sources.source import RowSource

PARTS = ("train", "test", "validation")
READERS: dict[Family, Callable[[Mapping[str, ShardFile], Asked], Opened]] = {
    "arrays": open_arrays,
    "tensors": open_tensors,
    "tables": open_tables,
    "hdf5": open_hdf5,
}


def open_rows(
    where: Any,
    *,
    labels: Any = None,
    label_column: str | None = None,
    features: str | Sequence[str] | None = None,
    weights: Any = None,
    part: str | None = None,
) -> RowSource:
    """Open rows on disk, with their labels, without reading them.

    Files of .npy, IDX (gzipped or not), safetensors, Parquet, Arrow and Feather (these by pyarrow)
    and HDF5 (by h5py), each of them one shard or many. What cannot be mapped is copied once into
    the cache (``$LINOCUT_CACHE``), which ``notes`` tells with its size: Parquet, Arrow, gzipped
    files, and what lies behind a URL (by fsspec).

    Parameters
    ----------
    where : path, glob, folder, URL, list of those, array, or pair of arrays
        Files of features with those of labels beside them (``x-000.npy``, ``y-000.npy``), files
        that hold both, or arrays (n, d) or (n, h, w) and (n,); a memory map is opened again where
        it is read, an array in memory travels with its numbers.
    labels : path, glob, list of paths or array (n,), optional
        The labels, in the order of the rows, if they are not found by their names.
    label_column : str, optional
        Name of the column, tensor or dataset of labels; else ``label``, ``labels``, ``y``,
        ``target`` and the like.
    features : str or list of str, optional
        Names of the columns, tensor or dataset of features.
    weights : str, path, list of paths or array (n,), optional
        Name of the column, tensor or dataset of weights, or weights as ``labels`` are given.
    part : {"train", "test", "validation"}, optional
        Which of several sets, where their names say so.

    Returns
    -------
    RowSource
        Its ``notes`` say what was decided.

    Raises
    ------
    LinocutError
        If two readings are possible, or a shard is truncated or differs in width or type from the
        first, or has no labels or not as many as rows; the shard is named.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> for k in range(2):
    ...     np.save(folder / f"x-{k}.npy", np.full((3, 4), k, np.uint8))
    ...     np.save(folder / f"y-{k}.npy", np.full(3, k))
    >>> source = open_rows(folder)
    >>> source.n, source.d, source.classes()
    (6, 4, array([0, 1]))
    >>> source.notes
    ('Features: x-0.npy, x-1.npy; labels: y-0.npy, y-1.npy.',)
    >>> X, y, weights = source.read(2, 4)
    >>> X.sum(axis=1), y
    (array([0, 4], dtype=uint64), array([0, 1]))
    """
    if part is not None and part not in PARTS:
        raise LinocutError(f"part={part!r} — one of {', '.join(PARTS)}")
    if _is_array(where) or _is_pair(where):
        return _open_held(where, labels, weights)
    if not _is_path(where) and not (isinstance(where, list | tuple) and all(map(_is_path, where))):
        raise LinocutError(
            f"rows of a {type(where).__name__} — a path, a glob, a folder, a URL, a list of those, "
            "an array, or a pair of arrays"
        )
    told = _told(where)
    own_labels = labels is None
    names = (features,) if isinstance(features, str) else tuple(features or ())
    asked = Asked(told, names, label_column, None, part, own_labels)
    files = locate(where)
    family = family_of(files, told)
    by_name = isinstance(weights, str) and family != "arrays"
    if by_name:
        asked = replace(asked, weights=weights)
    label_shards = [] if own_labels else _column_shards(labels, "labels")
    weight_shards = [] if weights is None or by_name else _column_shards(weights, "weights")
    if family != "arrays":
        files, part = files_of_part(files, told, part)
        asked = replace(asked, part=part)
    else:
        files = _without(files, [*label_shards, *weight_shards])
        if len(files) == 1 and own_labels:
            files = with_labels_beside(*next(iter(files.items())))
            files = _without(files, weight_shards)
    opened = READERS[family](files, asked)
    return _source(
        FeatureRows(tuple(opened.features)),
        label_shards or opened.labels,
        weight_shards or opened.weights,
        told,
        opened.columns,
        opened.notes,
    )


def _open_held(where: Any, labels: Any, weights: Any) -> RowSource:
    X, y = (where, labels) if _is_array(where) else where
    if y is not None and labels is not None and not _is_array(where):
        raise LinocutError("labels are given twice: beside the array and by labels=")
    rows = FeatureRows((_array_shard(X, "the array of features"),))
    return _source(
        rows,
        [] if y is None else _column_shards(y, "labels"),
        [] if weights is None else _column_shards(weights, "weights"),
        "the arrays",
        (),
        [],
    )


def _source(
    rows: FeatureRows,
    labels: Sequence[Shard],
    weights: Sequence[Shard],
    origin: str,
    columns: tuple[str, ...],
    notes: Sequence[str],
) -> RowSource:
    notes = [*notes, *note_of_copies([*rows.shards, *labels, *weights])]
    return RowSource(
        rows,
        LabelColumn(tuple(labels)) if labels else None,
        WeightColumn(tuple(weights)) if weights else None,
        origin,
        columns,
        tuple(notes),
    )


def _column_shards(given: Any, what: str) -> list[Shard]:
    """Return labels or weights that were given apart: an array, or files of one array each."""
    if isinstance(given, str | os.PathLike) or _are_paths(given):
        files = locate(given)
        if family_of(files, _told(given)) != "arrays":
            raise LinocutError(f"{_told(given)}: {what}= takes .npy or IDX files, or an array")
        return [array_shard(file) for file in files.values()]
    return [_array_shard(given, f"the array of {what}")]


def _array_shard(given: Any, name: str) -> Shard:
    if isinstance(given, np.memmap) and getattr(given, "_mmap", None) is not None:
        return shard_of_map(given, name)
    array = np.asarray(given)
    if array.dtype == object:
        kinds = {type(each) for each in array.ravel()}
        if kinds != {str}:
            raise LinocutError(f"{name}: holds Python objects — numbers or strings")
        array = array.astype(str)
    if array.ndim == 0:
        raise LinocutError(f"{name}: {given!r} — an array with one row for each sample")
    return HeldShard(array, name)


def _without(files: dict[str, ShardFile], shards: Sequence[Shard]) -> dict[str, ShardFile]:
    """Leave out the files of labels or weights that were named apart."""
    apart = {shard.name for shard in shards}
    left = {name: file for name, file in files.items() if file.name not in apart}
    if not left:
        raise LinocutError(f"{next(iter(apart))}: is named apart, so no file of features is left")
    return left


def _is_array(given: Any) -> bool:
    return hasattr(given, "shape") and hasattr(given, "dtype")


def _is_pair(given: Any) -> bool:
    return isinstance(given, tuple) and len(given) == 2 and _is_array(given[0])


def _is_path(given: Any) -> bool:
    return isinstance(given, str | os.PathLike)


def _are_paths(given: Any) -> bool:
    # A list of strings may also be labels: then no such file exists.
    return (
        isinstance(given, list | tuple)
        and len(given) > 0
        and all(_is_path(each) and ("://" in str(each) or Path(each).exists()) for each in given)
    )


def _told(where: Where) -> str:
    if isinstance(where, str | os.PathLike):
        return os.fspath(where)
    return f"{os.fspath(where[0])} and {len(where) - 1} more" if len(where) else "the list"
