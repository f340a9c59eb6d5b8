"""Memory that blocks of rows are made in."""

from __future__ import annotations

import threading

import numpy as np

from linocut.core.blocks import ArrayBlocks
from linocut.core.buffers import Buffers

FLOAT = np.dtype(np.float32)
SHAPE = 512, 256


def test_a_buffer_is_lent_again_once_nobody_refers_to_it() -> None:
    buffers = Buffers()
    first = buffers.lend(SHAPE, FLOAT)
    at = first.ctypes.data
    row = first[3]
    del first
    second = buffers.lend(SHAPE, FLOAT)
    assert second.ctypes.data != at  # a row of the first is still in use
    at = second.ctypes.data
    del row, second
    assert buffers.lend((256, 256), np.dtype(np.float64)).ctypes.data == at


def test_threads_have_buffers_of_their_own() -> None:
    buffers = Buffers()
    lent = {}

    def borrow(name: str) -> None:
        lent[name] = buffers.lend(SHAPE, FLOAT)

    threads = [threading.Thread(target=borrow, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
        thread.join()
    assert not np.shares_memory(lent["a"], lent["b"])


def test_answers_that_keep_their_rows_are_not_overwritten() -> None:
    X = np.random.default_rng(0).integers(0, 256, (5_000, 784)).astype(np.uint8)
    for n_threads in (1, 2):
        blocks = ArrayBlocks(X, FLOAT, n_threads=n_threads)
        kept = list(blocks.map(lambda X, y, w: X[:, ::2]))
        np.testing.assert_array_equal(np.concatenate(kept), X[:, ::2])
