"""A memory map, or a slice of one, is found again in its file."""

import pickle

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows

N, D = 3000, 7


@pytest.fixture
def path(tmp_path):
    rng = np.random.default_rng(0)
    np.save(tmp_path / "rows.npy", rng.normal(size=(N, D)).astype(np.float32))
    return tmp_path / "rows.npy"


@pytest.mark.parametrize(
    "view",
    [
        lambda m: m,
        lambda m: m[1001:],
        lambda m: m[:5],
        lambda m: m[2000:2900][7:100],
        lambda m: m[1:].reshape(-1, D * 1),
        lambda m: m[:2800].reshape(2800 // 4, 4, D),
    ],
)
def test_the_map_travels_without_its_numbers(path, view):
    array = view(np.load(path, mmap_mode="r"))
    y = np.load(path, mmap_mode="r")[: len(array), 0] > 0
    source = open_rows((array, y.astype(np.int64)[:]))
    packed = pickle.dumps(source.rows)
    assert len(packed) < 1000
    for rows in (source.rows, pickle.loads(packed)):
        np.testing.assert_array_equal(rows[:], array.reshape(len(array), -1))
        np.testing.assert_array_equal(rows[3:5], array[3:5].reshape(2, -1))


def test_a_map_with_an_offset_and_of_images(tmp_path):
    pixels = np.arange(60, dtype=np.uint8)
    (tmp_path / "raw").write_bytes(b"header!" + pixels.tobytes())
    mapped = np.memmap(tmp_path / "raw", np.uint8, "r", offset=7, shape=(5, 3, 4))
    source = open_rows((mapped[1:], [0, 1, 0, 1]))
    assert (source.n, source.d, source.image_shape) == (4, 12, (3, 4))
    np.testing.assert_array_equal(source.rows[:], pixels.reshape(5, 12)[1:])


def test_a_map_in_fortran_order(tmp_path):
    made = np.memmap(tmp_path / "raw", np.float64, "w+", shape=(6, 3), order="F")
    made[:] = np.arange(18).reshape(6, 3)
    rows = pickle.loads(pickle.dumps(open_rows(made).rows))
    np.testing.assert_array_equal(rows[2:4], [[6, 7, 8], [9, 10, 11]])


def test_a_map_just_written_is_not_taken_for_a_changed_one(tmp_path):
    made = np.memmap(tmp_path / "raw", np.float32, "w+", shape=(6, 3))
    made[:] = 1
    source = open_rows(made)
    made.flush()
    del made
    assert source.rows[:].sum() == 18


def test_a_map_that_leaves_gaps_is_refused(path):
    mapped = np.load(path, mmap_mode="r")
    for view in (mapped[::2], mapped[:, 1:], mapped[::-1]):
        with pytest.raises(LinocutError, match=r"a view of .*rows.npy that leaves gaps"):
            open_rows(view)


def test_an_array_in_memory_is_taken_as_it_is(path):
    X = np.load(path)
    for given in (X, np.load(path, mmap_mode="r") + 0):
        source = open_rows(given, labels=X[:, 0] > 0, weights=np.ones(N))
        read, labels, weights = source.read(10, 20)
        np.testing.assert_array_equal(read, X[10:20])
        np.testing.assert_array_equal(labels, X[10:20, 0] > 0)
        assert weights.sum() == 10
        assert pickle.loads(pickle.dumps(source)).fingerprint == source.fingerprint


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((np.ones((3, 2)), [0, 1]), r"the arrays: 3 rows, but .* 2 labels|3 rows, but .*holds 2"),
        ((np.ones(3), [0, 1, 1]), r"shape \(3,\) — features are \(n, d\)"),
        ((np.ones((3, 2)), [0, None, 1]), "holds Python objects"),
        ((np.ones((3, 2)), 5), "an array with one row for each sample"),
    ],
)
def test_arrays_that_do_not_fit_are_named(given, told):
    with pytest.raises(LinocutError, match=told):
        open_rows(given)


def test_labels_are_not_given_twice():
    with pytest.raises(LinocutError, match="labels are given twice"):
        open_rows((np.ones((3, 2)), [0, 1, 0]), labels=[0, 1, 0])
