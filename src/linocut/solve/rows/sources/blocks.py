"""Blocks of rows on disk."""

from __future__ import annotations

from linocut.core.blocks import ArrayBlocks
from linocut.solve.rows.sources.source import RowSource


def source_blocks(source: RowSource) -> ArrayBlocks:
    """Return the rows of a source as blocks that are read in every pass, without labels.

    They are computed in float64 if they are float64, and else in float32, which holds all the
    others.

    Examples
    --------
    >>> import numpy as np
    >>> from linocut.solve.rows import open_rows
    >>> blocks = source_blocks(open_rows(np.ones((3, 2), np.float16)))
    >>> blocks.shape, blocks.dtype
    ((3, 2), dtype('float32'))
    """
    return ArrayBlocks(source.rows, source.float_type)
