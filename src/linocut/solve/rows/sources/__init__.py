"""Rows with labels on disk, read block by block; a format a file."""

from linocut.solve.rows.sources.opening import open_rows
from linocut.solve.rows.sources.protocol import LazyColumn, LazyRows
from linocut.solve.rows.sources.source import RowSource

__all__ = ["LazyColumn", "LazyRows", "RowSource", "open_rows"]
