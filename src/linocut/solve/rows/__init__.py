"""Rows, wherever they lie."""

from linocut.solve.rows.engines import check_engine, placed
from linocut.solve.rows.sources import LazyColumn, LazyRows, RowSource, open_rows

__all__ = ["LazyColumn", "LazyRows", "RowSource", "check_engine", "open_rows", "placed"]
