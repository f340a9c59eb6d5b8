"""Parquet, Arrow and Feather through pyarrow: columns, copied once into .npy files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.files.copies import mapped_copy
from linocut.solve.rows.sources.files.local import ShardFile
from linocut.solve.rows.sources.formats.arrow_files import Table, opened_table
from linocut.solve.rows.sources.formats.asking import Asked, Opened, named
from linocut.solve.rows.sources.formats.columns import (
    check_filled,
    feature_type,
    is_list,
    is_number,
    labels_of,
    numbers,
    rows_of_lists,
    storage_of,
)
from linocut.solve.rows.sources.formats.npy_writing import NpyWriter
from linocut.solve.rows.sources.naming import listed
from linocut.solve.rows.sources.protocol import Array

LABEL_COLUMNS = ("label", "labels", "y", "target", "targets", "class")
INDEX = "__index_level_"  # what pandas calls an index that it writes as a column
FEATURES, LABELS, WEIGHTS = "features.npy", "labels.npy", "weights.npy"


@dataclass(frozen=True)
class Chosen:
    """Columns by what they hold; ``label`` and ``weights`` are empty where there are none."""

    features: tuple[str, ...]
    label: str = ""
    weights: str = ""
    aside: tuple[str, ...] = ()


def open_tables(files: Mapping[str, ShardFile], asked: Asked) -> Opened:
    """Open the same columns of each file, copied where they are not in the cache yet."""
    opened, chosen, first = Opened(), None, next(iter(files.values())).name
    for file in files.values():
        with opened_table(file) as table:
            if chosen is None:
                chosen = choose_columns(table.schema, asked, file.name)
                told = listed(chosen.features)
                opened.note_names(f"column {told}", chosen.label, chosen.aside)
            elif asked.labels and not chosen.label and _label(table.schema.names, asked, file.name):
                raise LinocutError(f"{first}: has no column of labels, which {file.name} has")
            _check_columns(table.schema, chosen, file.name)
        copy = TableCopy(file, chosen.features, chosen.label, chosen.weights)
        opened.features.append(mapped_copy(copy, FEATURES))
        for name, filename, column in (
            (chosen.label, LABELS, opened.labels),
            (chosen.weights, WEIGHTS, opened.weights),
        ):
            if name:
                column.append(mapped_copy(copy, filename))
    if chosen is not None and len(chosen.features) > 1:
        opened.columns = chosen.features
    return opened


def choose_columns(schema: Any, asked: Asked, where: str) -> Chosen:
    """Choose columns by their names and types.

    Features are the one column of lists, or else all columns of numbers but labels and weights.

    Raises
    ------
    LinocutError
        If several columns may be meant, or one that was asked for is not there.

    Examples
    --------
    >>> import pyarrow as pa
    >>> schema = pa.schema({"x": pa.list_(pa.float32()), "label": pa.int64(), "id": pa.string()})
    >>> choose_columns(schema, Asked("a.parquet"), "a.parquet")
    Chosen(features=('x',), label='label', weights='', aside=('id',))
    """
    kinds = {field.name: storage_of(field.type) for field in schema}
    names = list(kinds)
    weights = named(asked.weights, names, where, "weights") if asked.weights else ""
    label = _label(names, asked, where)
    if asked.features:
        features = tuple(named(each, names, where, "features") for each in asked.features)
    else:
        features = _features(kinds, {label, weights}, where)
    if not asked.labels:
        label = ""
    aside = tuple(name for name in names if name not in {*features, label, weights})
    return Chosen(features, label, weights, aside)


@dataclass(frozen=True, slots=True)
class TableCopy:
    """The copy of some columns: features, labels and weights, a .npy file each."""

    file: ShardFile
    features: tuple[str, ...]
    label: str
    weights: str

    @property
    def about(self) -> str:
        """The names of the columns."""
        return f"{self.features}|{self.label}|{self.weights}"

    def write(self, folder: Path) -> None:
        """Read the columns batch by batch."""
        with opened_table(self.file) as table:
            self._write(folder / FEATURES, table.n, lambda: self._rows(table))
            if self.label:
                self._write(folder / LABELS, table.n, lambda: self._labels(table))
            if self.weights:
                self._write(folder / WEIGHTS, table.n, lambda: self._weights(table))

    def _write(self, path: Path, n: int, parts: Callable[[], Iterator[Array]]) -> None:
        first = next(parts(), None)
        if first is None:
            raise LinocutError(f"{self.file.name}: holds no rows")
        dtype = first.dtype
        if dtype.kind == "U":  # as long as the longest of all
            dtype = np.result_type(*{part.dtype for part in parts()})
        with NpyWriter(path, dtype, (n, *first.shape[1:])) as writer:
            for part in parts():
                writer.append(part)

    def _rows(self, table: Table) -> Iterator[Array]:
        kinds = [table.schema.field(name).type for name in self.features]
        types = [feature_type(kind, self._where(name)) for kind, name in self._named(kinds)]
        dtype, width, row = np.result_type(*types), None, 0
        for batch in table.batches(list(self.features)):
            X = self._matrix(batch, row, dtype)
            width = width or X.shape[1:]
            if X.shape[1:] != width:
                raise LinocutError(
                    f"{self._where(self.features[0])}: row {row} is of shape {X.shape[1:]} — row 0 "
                    f"is of {width}"
                )
            yield X
            row += len(X)

    def _matrix(self, batch: Any, row: int, dtype: np.dtype[Any]) -> Array:
        """Return the features of one batch, (b, d) or (b, h, w)."""
        if is_list(storage_of(batch.schema.field(self.features[0]).type)):
            column = batch.column(self.features[0])
            return rows_of_lists(column, self._where(self.features[0]), row).astype(
                dtype, copy=False
            )
        X = np.empty((batch.num_rows, len(self.features)), dtype)
        for k, name in enumerate(self.features):
            check_filled(batch.column(name), self._where(name), row)
            X[:, k] = numbers(batch.column(name))
        return X

    def _labels(self, table: Table) -> Iterator[Array]:
        row = 0
        for batch in table.batches([self.label]):
            yield labels_of(batch.column(0), self._where(self.label), row)
            row += batch.num_rows

    def _weights(self, table: Table) -> Iterator[Array]:
        row = 0
        for batch in table.batches([self.weights]):
            check_filled(batch.column(0), self._where(self.weights), row)
            yield numbers(batch.column(0))
            row += batch.num_rows

    def _named(self, kinds: list[Any]) -> Iterator[tuple[Any, str]]:
        return zip(kinds, self.features, strict=True)

    def _where(self, column: str) -> str:
        return f"{self.file.name}: column {column!r}"


def _label(names: list[str], asked: Asked, where: str) -> str:
    if asked.label:
        return named(asked.label, names, where, "label_column")
    likely = [name for name in names if name.casefold() in LABEL_COLUMNS]
    if len(likely) > 1:
        raise LinocutError(
            f"{where}: columns {likely[0]!r} and {likely[1]!r} may both hold the labels — say "
            "which with label_column="
        )
    return likely[0] if likely else ""


def _features(kinds: Mapping[str, Any], taken: set[str], where: str) -> tuple[str, ...]:
    free = {name: kind for name, kind in kinds.items() if name not in taken}
    lists = [name for name, kind in free.items() if is_list(kind) and is_number(_innermost(kind))]
    if len(lists) > 1:
        raise LinocutError(
            f"{where}: columns {lists[0]!r} and {lists[1]!r} may both hold the features — say "
            "which with features="
        )
    numeric = [
        name for name, kind in free.items() if is_number(kind) and not name.startswith(INDEX)
    ]
    if not (lists or numeric):
        told = listed(f"{name} ({kind})" for name, kind in kinds.items())
        raise LinocutError(
            f"{where}: holds {told} — features are a column of lists of numbers, or columns of "
            "numbers"
        )
    return tuple(lists or numeric)


def _innermost(kind: Any) -> Any:
    while is_list(kind):
        kind = kind.value_type
    return kind


def _check_columns(schema: Any, chosen: Chosen, where: str) -> None:
    """Refuse a shard without a column that the first one has."""
    for name in (*chosen.features, chosen.label, chosen.weights):
        if name and name not in schema.names:
            raise LinocutError(
                f"{where}: has no column {name!r}, which the first shard has — it holds "
                f"{listed(schema.names)}"
            )
    columns = [storage_of(schema.field(name).type) for name in chosen.features]
    if len(columns) > 1 and any(map(is_list, columns)):
        raise LinocutError(f"{where}: several columns of features, one of them of lists")
