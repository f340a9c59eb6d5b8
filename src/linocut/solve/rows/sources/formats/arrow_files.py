"""Files of columns, Parquet and Arrow's, as batches of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from linocut.core import LinocutError
from linocut.solve.rows.sources.files.local import ShardFile

BATCH_BYTES = 16 << 20
PARQUET = b"PAR1"
ARROW_FILE = b"ARROW1"


class Table(Protocol):
    """An open file of columns."""

    @property
    def schema(self) -> Any:
        """Names and types of all columns, a `pyarrow.Schema`."""

    @property
    def n(self) -> int:
        """Rows."""

    def batches(self, columns: list[str]) -> Iterator[Any]:
        """Yield some columns, a few rows at a time, as `pyarrow.RecordBatch`."""


@contextmanager
def opened_table(file: ShardFile) -> Iterator[Table]:
    """Open a file of Parquet, Arrow (file or stream) or Feather.

    Raises
    ------
    LinocutError
        If pyarrow is not installed or the file cannot be read.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise LinocutError(
            f"{file.name}: Parquet and Arrow are read by pyarrow — install it: "
            "pip install 'linocut[parquet]'"
        ) from error
    path = file.checked()
    try:
        source = pa.memory_map(str(path))
        start = source.read(len(ARROW_FILE))
        source.seek(0)
        table: Table = (_Parquet if start[:4] == PARQUET else _Arrow)(source, file.name)
    except Exception as error:  # pyarrow has many kinds of its own
        raise _unreadable(file.name, error) from error
    try:
        yield table
    finally:
        source.close()


class _Parquet:
    def __init__(self, source: Any, name: str) -> None:
        from pyarrow import parquet

        self._name, self._file = name, parquet.ParquetFile(source)
        self.schema, self.n = self._file.schema_arrow, int(self._file.metadata.num_rows)

    def batches(self, columns: list[str]) -> Iterator[Any]:
        metadata = self._file.metadata
        groups = [metadata.row_group(k) for k in range(metadata.num_row_groups)]
        size = _rows_at_once(sum(each.total_byte_size for each in groups), self.n)
        yield from _told_of_errors(self._file.iter_batches(size, columns=columns), self._name)


class _Arrow:
    def __init__(self, source: Any, name: str) -> None:
        from pyarrow import ipc

        is_file = source.read(len(ARROW_FILE)) == ARROW_FILE
        source.seek(0)
        self._open = ipc.open_file if is_file else ipc.open_stream
        self._source, self._name = source, name
        self.schema = self._open(source).schema
        self.n = sum(batch.num_rows for batch in self._all())

    def batches(self, columns: list[str]) -> Iterator[Any]:
        for batch in _told_of_errors(self._all(), self._name):
            part = batch.select(columns)
            size = _rows_at_once(part.nbytes, part.num_rows)
            for start in range(0, part.num_rows, size):
                yield part.slice(start, size)

    def _all(self) -> Iterator[Any]:
        self._source.seek(0)
        reader = self._open(self._source)
        if hasattr(reader, "num_record_batches"):
            yield from (reader.get_batch(k) for k in range(reader.num_record_batches))
        else:
            yield from reader


def _rows_at_once(size: int, n: int) -> int:
    return int(np.clip(BATCH_BYTES * n // max(1, size), 64, 8192))


def _told_of_errors(batches: Iterator[Any], name: str) -> Iterator[Any]:
    rows = 0
    try:
        for batch in batches:
            yield batch
            rows += batch.num_rows
    except Exception as error:  # as above
        told = _told(error)
        raise LinocutError(f"{name}: row {rows} and after cannot be read ({told})") from error


def _unreadable(name: str, error: Exception) -> LinocutError:
    return LinocutError(f"{name}: is no Parquet or Arrow that can be read ({_told(error)})")


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
