"""Rows, wherever they lie."""

from linocut.solve.rows.engines import KEEPING_MEMORY, check_engine, placed, reached
from linocut.solve.rows.sources import (
    LazyColumn,
    LazyRows,
    RowSource,
    holds_rows,
    open_rows,
    source_blocks,
)

__all__ = [
    "KEEPING_MEMORY",
    "LazyColumn",
    "LazyRows",
    "RowSource",
    "check_engine",
    "holds_rows",
    "open_rows",
    "placed",
    "reached",
    "source_blocks",
]
