"""A source is read in other processes, forked or new, while this one reads on."""

import multiprocessing
import os
import threading

import numpy as np
import pytest

from linocut.solve.rows import open_rows
from linocut.solve.rows.sources.files.copies import keep

from .conftest import FORMATS, write_parquet


def total(source, low, high):
    """Sum what a loader task reads."""
    X, y, _ = source.read(low, high)
    picked, _, _ = source.take(np.arange(high - 1, low - 1, -1))
    assert (picked[::-1] == X).all()
    return float(X.sum(dtype=np.float64)) + int(y.sum())


def expected(X, y):
    return [float(X[a : a + 10].sum(dtype=np.float64)) + int(y[a : a + 10].sum()) for a in RANGES]


RANGES = (0, 10, 20, 30)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_range_is_read_in_a_forked_process(written, X, y, need):
    need("fork" in multiprocessing.get_all_start_methods(), "no fork on this system")
    source = open_rows(written)
    source.read(0, 40)  # maps and handles are open when the others start
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.starmap(total, [(source, low, low + 10) for low in RANGES])
    np.testing.assert_allclose(found, expected(X, y))
    np.testing.assert_array_equal(source.rows[:], X)


def test_a_range_is_read_in_a_new_process(tmp_path, X, y, need_extra):
    sources = []
    for name, (write, modules) in FORMATS.items():
        for module in modules:
            need_extra(module)
        (tmp_path / name).mkdir()
        sources.append(open_rows(write(tmp_path / name, X, y)))
        sources[-1].read(0, 40)
    tasks = [(source, low, low + 10) for source in sources for low in RANGES]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.starmap(total, tasks)
    np.testing.assert_allclose(found, expected(X, y) * len(sources))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_fork_in_the_midst_of_reading_does_not_hang(written, X, need):
    need(hasattr(os, "fork"), "no fork on this system")
    source, stop = open_rows(written), threading.Event()

    def read_on():
        while not stop.is_set():
            source.read(0, 40)

    readers = [threading.Thread(target=read_on) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if (source.rows[:] == X).all() else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        for reader in readers:
            reader.join()


def test_processes_that_copy_the_same_file_at_once_make_one_copy(tmp_path, X, y, cache, need_extra):
    need_extra("pyarrow")
    write_parquet(tmp_path, X, y)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        sums = pool.map(opened_total, [str(tmp_path)] * 8)
    np.testing.assert_allclose(sums, float(X.sum(dtype=np.float64)))
    assert len(list(cache.rglob("*.npy"))) == 8
    assert not list(cache.rglob("*.part"))


def opened_total(path):
    return float(open_rows(path).rows[:].sum(dtype=np.float64))


class Interrupted:
    """A copy that is interrupted, as by Ctrl-C."""

    about = "interrupted"

    def __init__(self, file):
        self.file = file

    def write(self, folder):
        (folder / "half").write_bytes(b"half")
        raise KeyboardInterrupt


def test_a_copy_that_is_interrupted_leaves_nothing_behind(written, cache):
    file = open_rows(written).rows.shards[0].file
    before = set(cache.rglob("*"))
    with pytest.raises(KeyboardInterrupt):
        keep(Interrupted(file))
    assert {path for path in set(cache.rglob("*")) - before if path.is_file()} == set()
    assert not list(cache.rglob("*.part"))
