"""Rows, wherever they lie."""

from linocut.solve.rows.sources import LazyColumn, LazyRows, RowSource, open_rows

__all__ = ["LazyColumn", "LazyRows", "RowSource", "open_rows"]
