"""However rows are cut into shards, they are one array."""

import pickle
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.solve.rows import open_rows
from linocut.solve.rows.sources import joined
from linocut.solve.rows.sources.held import HeldShard
from linocut.solve.rows.sources.joined import FeatureRows, LabelColumn

cuts = st.lists(st.integers(0, 5), min_size=1, max_size=6)


def shards_of(array, lengths):
    bounds = np.cumsum([0, *lengths])
    return tuple(HeldShard(array[a:b]) for a, b in pairwise(bounds))


@given(cuts, st.data())
def test_any_cut_reads_as_the_whole(lengths, data):
    n = sum(lengths)
    X = np.arange(2 * n, dtype=np.float32).reshape(n, 2)
    rows = FeatureRows(shards_of(X, lengths))
    bound = st.none() | st.integers(-n - 2, n + 2)
    step = data.draw(st.none() | st.integers(-3, 3).filter(bool))
    some = slice(data.draw(bound), data.draw(bound), step)
    np.testing.assert_array_equal(rows[some], X[some])
    assert rows[some].shape[1:] == (2,)
    picked = np.array(data.draw(st.lists(st.integers(0, n - 1)) if n else st.just([])), np.intp)
    np.testing.assert_array_equal(rows[picked], X[picked])


@given(cuts, st.data())
def test_windows_within_windows_read_as_slices_of_slices(lengths, data):
    n = sum(lengths)
    labels = np.arange(n)
    column = LabelColumn(shards_of(labels, lengths))
    for _ in range(3):
        low, high = data.draw(st.integers(0, n)), data.draw(st.integers(0, n + 2))
        labels, column = labels[low:high], column.between(low, high)
        np.testing.assert_array_equal(column[:], labels)
        picked = np.arange(len(labels))[::-1]
        np.testing.assert_array_equal(column[picked], labels[picked])


@pytest.mark.parametrize("at_once", [1, 30, 100])
def test_rows_at_random_are_read_in_pieces(monkeypatch, at_once):
    monkeypatch.setattr(joined, "PICKED_AT_ONCE", at_once)
    X = np.random.default_rng(0).normal(size=(50, 3))
    picked = np.random.default_rng(1).integers(0, 50, 70)
    np.testing.assert_array_equal(FeatureRows(shards_of(X, [20, 0, 30]))[picked], X[picked])


def test_rows_are_looked_through_for_nan_once_a_block(monkeypatch):
    looked = []
    monkeypatch.setattr(joined, "check_finite", lambda X, name, rows: looked.append(rows))
    rows = FeatureRows((HeldShard(np.ones((10, 2))),))
    for _ in range(3):
        rows[0:5], rows[5:10]
    assert looked == [slice(0, 5), slice(5, 10)]
    pickle.loads(pickle.dumps(rows))[0:5]
    assert len(looked) == 3


def test_a_bad_row_is_named_each_time_it_is_read():
    X = np.ones((10, 2))
    X[7, 1] = np.nan
    rows = FeatureRows((HeldShard(X, "x"),))
    for _ in range(2):
        with pytest.raises(LinocutError, match="x: row 7 holds nan in column 1"):
            rows[5:10]


def test_a_thousand_shards_take_a_part_of_a_task_each(tmp_path):
    for k in range(1000):
        np.save(tmp_path / f"x-{k}.npy", np.zeros((2, 3), np.uint8))
        np.save(tmp_path / f"y-{k}.npy", np.zeros(2, np.int64))
    source = open_rows(tmp_path)
    assert source.rows[:].shape == (2000, 3)  # more files than a process may map at once
    assert len(pickle.dumps(source)) < 2 * 1000 * (len(str(tmp_path)) + 100)
    assert len(pickle.dumps(source.between(900, 920))) < 10_000


def test_heavy_libraries_load_on_first_use():
    code = (
        "import sys, linocut.solve.rows;"
        "print(*{'pyarrow', 'h5py', 'fsspec', 'safetensors', 'pooch', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
