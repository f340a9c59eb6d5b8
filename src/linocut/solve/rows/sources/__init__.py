"""Rows with labels on disk, read block by block; a format a file."""

from linocut.solve.rows.sources.blocks import source_blocks
from linocut.solve.rows.sources.opening import holds_rows, open_rows
from linocut.solve.rows.sources.protocol import LazyColumn, LazyRows
from linocut.solve.rows.sources.source import RowSource

__all__ = ["LazyColumn", "LazyRows", "RowSource", "holds_rows", "open_rows", "source_blocks"]
