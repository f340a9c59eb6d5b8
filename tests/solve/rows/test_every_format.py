"""What holds of rows in every format: they are what was written, and errors name files."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.core.blocks import ArrayBlocks
from linocut.solve.rows import open_rows


def shards_in(folder):
    """The files that hold features."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("y-"))


def test_the_rows_are_those_that_were_written(written, X, y):
    source = open_rows(written)
    assert (source.n, source.d, source.rows.shape, source.rows.ndim) == (40, 6, (40, 6), 2)
    assert source.rows.dtype == np.float32
    assert source.weights is None
    np.testing.assert_array_equal(source.rows[:], X)
    np.testing.assert_array_equal(source.labels[:], y)
    assert type(source.rows[:]) is type(source.rows[0:2]) is np.ndarray


@pytest.mark.parametrize("bounds", [(0, 40), (3, 7), (5, 6), (6, 6), (39, 40), (22, 24), (0, 1)])
def test_a_range_may_span_shards(written, X, y, bounds):
    read, labels, weights = open_rows(written).read(*bounds)
    np.testing.assert_array_equal(read, X[slice(*bounds)])
    np.testing.assert_array_equal(labels, y[slice(*bounds)])
    assert weights is None
    assert read.dtype == X.dtype


def test_rows_come_in_the_order_asked_for(written, X, y):
    source = open_rows(written)
    rng = np.random.default_rng(2)
    for rows in (
        rng.permutation(40),
        rng.integers(0, 40, 99),
        np.array([39, 0, 5, 5]),
        np.intp([]),
    ):
        read, labels, _ = source.take(rows)
        np.testing.assert_array_equal(read, X[rows])
        np.testing.assert_array_equal(labels, y[rows])
    np.testing.assert_array_equal(source.rows[np.array([-1, 3], np.int32)], X[[-1, 3]])
    np.testing.assert_array_equal(source.rows[np.uint16([7, 3])], X[[7, 3]])
    np.testing.assert_array_equal(source.rows[::-3], X[::-3])


def test_it_travels_small(written, X, y):
    source = open_rows(written)
    source.read(0, 40)  # whatever is opened now must stay here
    packed = pickle.dumps(source)
    assert len(packed) < 10_000
    there = pickle.loads(packed)
    read, labels, _ = there.read(0, 40)
    np.testing.assert_array_equal(read, X)
    np.testing.assert_array_equal(labels, y)
    assert there.fingerprint == source.fingerprint


def test_threads_may_read_at_once(written, X):
    source = open_rows(written)

    def right(seed):
        rng = np.random.default_rng(seed)
        rows = rng.integers(0, 40, 20)
        low, high = sorted(rng.integers(0, 41, 2))
        picked, ranged = source.rows[rows], source.rows[low:high]
        return (picked == X[rows]).all() and (ranged == X[low:high]).all()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(right, range(200)))


def test_blocks_take_them_for_an_array(written, X):
    blocks = ArrayBlocks(open_rows(written).rows, np.float64)
    assert blocks.shape == (40, 6)
    total = sum(blocks.map(lambda part, y, w: part.sum(axis=0)))
    np.testing.assert_allclose(total, X.sum(axis=0, dtype=np.float64), rtol=1e-6)
    rows = np.array([30, 2])
    np.testing.assert_array_equal(blocks.take(rows).dense(np.array([0, 1])), X[rows])


@pytest.mark.parametrize("bounds", [(0, 40), (3, 7), (5, 6), (6, 23), (22, 40), (7, 7), (40, 40)])
def test_a_task_takes_along_only_the_shards_it_reads(written, X, y, bounds):
    part = pickle.loads(pickle.dumps(open_rows(written).between(*bounds)))
    start, stop = bounds
    assert len(part) == len(part.labels) == stop - start
    np.testing.assert_array_equal(part.rows[:], X[start:stop])
    np.testing.assert_array_equal(part.labels[:], y[start:stop])
    backwards = np.arange(stop - start)[::-1]
    np.testing.assert_array_equal(part.rows[backwards], X[start:stop][::-1])
    np.testing.assert_array_equal(part.between(1, 9).rows[:], X[start:stop][1:9])
    cuts = np.array([0, 5, 6, 23, 40])
    assert len(part.rows.shards) == max(1, ((cuts[:-1] < stop) & (cuts[1:] > start)).sum())


def test_classes_are_found_in_one_reading(written, y, monkeypatch):
    monkeypatch.setattr("linocut.solve.rows.sources.source.LABELS_AT_ONCE", 7)
    np.testing.assert_array_equal(open_rows(written).classes(), np.unique(y))


def test_a_shard_that_vanished_is_named(written):
    source = open_rows(written)
    lost = shards_in(written)[1]
    lost.unlink()
    source.read(0, 5)
    with pytest.raises(LinocutError, match=rf"{lost.name}: has vanished since it was opened"):
        source.read(0, 6)
    with pytest.raises(LinocutError, match=rf"{lost.name}: has vanished"):
        source.take(np.array([30, 5]))


def test_a_shard_that_changed_is_named(written):
    source = open_rows(written)
    source.read(0, 40)
    changed = shards_in(written)[2]
    with changed.open("ab") as file:
        file.write(b"more")
    with pytest.raises(LinocutError, match=rf"{changed.name}: has changed .* open the rows again"):
        source.read(0, 40)


def test_a_shard_cut_off_while_in_use_does_not_end_the_process(written):
    source = open_rows(written)
    source.read(0, 40)
    with shards_in(written)[3].open("rb+") as file:
        file.truncate(8)
    with pytest.raises(LinocutError, match="has changed since it was opened"):
        source.read(0, 40)


@pytest.mark.parametrize("left", [0, 4, 40, 0.6])
def test_a_truncated_shard_is_named(written, left):
    cut = shards_in(written)[2]
    size = cut.stat().st_size
    with cut.open("rb+") as file:
        file.truncate(int(size * left) if isinstance(left, float) else left)
    with pytest.raises(LinocutError, match=cut.name) as told:
        open_rows(written)
    assert "\n" not in str(told.value)


def test_the_fingerprint_tells_another_state(written):
    before = open_rows(written)
    assert open_rows(written).fingerprint == before.fingerprint
    path = shards_in(written)[0]
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    assert open_rows(written).fingerprint != before.fingerprint


def test_positions_outside_are_an_index_error(written):
    rows = open_rows(written).rows
    for wrong in (np.array([40]), np.array([-41]), np.array([[1]]), np.array([0.5])):
        with pytest.raises(IndexError):
            rows[wrong]
    assert rows[40:50].shape == (0, 6)
    np.testing.assert_array_equal(rows[np.arange(40) % 2 == 0], rows[::2])
