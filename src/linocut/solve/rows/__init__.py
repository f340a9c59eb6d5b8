"""Rows, wherever they lie."""

from linocut.solve.rows.sources import (
    LazyColumn,
    LazyRows,
    RowSource,
    holds_rows,
    open_rows,
    source_blocks,
)

__all__ = ["LazyColumn", "LazyRows", "RowSource", "holds_rows", "open_rows", "source_blocks"]
