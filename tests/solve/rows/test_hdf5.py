"""HDF5: what lies in one piece is mapped, what lies in chunks is read."""

import sys

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows
from linocut.solve.rows.sources.formats.hdf5 import ChunkedShard
from linocut.solve.rows.sources.mapped import MappedShard


@pytest.fixture(autouse=True)
def h5py(need_extra):
    return need_extra("h5py")


def write(h5py, folder, name="a.h5", **datasets):
    with h5py.File(folder / name, "w") as file:
        for key, data in datasets.items():
            file[key.replace("__", "/")] = data
    return folder / name


def test_a_dataset_in_one_piece_is_mapped(h5py, tmp_path, X, y):
    source = open_rows(write(h5py, tmp_path, x=X, y=y))
    assert isinstance(source.rows.shards[0], MappedShard)
    np.testing.assert_array_equal(source.rows[:], X)


def test_a_block_of_the_users_before_it_is_counted(h5py, tmp_path, X):
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=512) as file:
        file["x"] = X
    source = open_rows(tmp_path / "a.h5")
    assert isinstance(source.rows.shards[0], MappedShard)
    np.testing.assert_array_equal(source.rows[:], X)


@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f2", "|u1", "<f8"])
@pytest.mark.parametrize(
    "options",
    [{"chunks": (7, 2)}, {"chunks": (1, 6), "fletcher32": True}, {}],
)  # fmt: skip
def test_chunks_of_each_type_are_read(h5py, tmp_path, X, kind, options):
    numbers = (X * 10).astype(np.uint8 if kind == "|u1" else np.dtype(kind))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", data=numbers, **options)
    rows = open_rows(tmp_path / "a.h5").rows
    assert isinstance(rows.shards[0], ChunkedShard if options else MappedShard)
    assert rows.dtype == numbers.dtype.newbyteorder("=")
    np.testing.assert_array_equal(rows[3:33], numbers[3:33])
    picked = np.random.default_rng(0).integers(0, 40, 60)
    np.testing.assert_array_equal(rows[picked], numbers[picked])


def test_a_dataset_that_was_never_written_is_zeros(h5py, tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", (5, 2), "f4")
    assert open_rows(tmp_path / "a.h5").rows[:].tolist() == [[0, 0]] * 5


def test_compressed_datasets_are_unpacked_once(h5py, tmp_path, cache, X, y):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", data=X.astype(">f4"), chunks=(7, 2), compression="gzip")
        file["y"] = y
    source = open_rows(tmp_path / "a.h5")
    np.testing.assert_array_equal(source.rows[:], X)
    (copy,) = cache.rglob("dataset.npy")
    assert source.notes[-1] == f"Read from copies in {cache / 'rows'}, 960 bytes."
    before = copy.stat().st_mtime_ns
    open_rows(tmp_path / "a.h5").read(0, 40)
    assert copy.stat().st_mtime_ns == before


def test_strings_of_any_length_are_copied_once(h5py, tmp_path, cache, X):
    texts = ["cat", "élan", "", "elephant"] * 10
    path = write(h5py, tmp_path, features=X, labels=np.array(texts, dtype=h5py.string_dtype()))
    assert open_rows(path).labels[:].tolist() == texts
    assert len(list(cache.rglob("dataset.npy"))) == 1
    fixed = write(h5py, tmp_path, "b.h5", x=X, y=np.array(["a", "bc"] * 20, "S2"))
    assert open_rows(fixed).classes().tolist() == ["a", "bc"]


def test_groups_and_names_choose_datasets(h5py, tmp_path, X, y):
    path = write(h5py, tmp_path, train__x=X, train__y=y, test__x=X[:3], test__y=y[:3])
    with pytest.raises(LinocutError, match=r"several sets \(test, train\)"):
        open_rows(path)
    np.testing.assert_array_equal(open_rows(path, part="test").labels[:], y[:3])
    source = open_rows(path, features="train/x", label_column="train/y")
    np.testing.assert_array_equal(source.rows[:], X)
    np.testing.assert_array_equal(open_rows(path, features="test/x").labels[:], y[:3])
    with pytest.raises(LinocutError, match=r"has no 'x' \(features=\) — it holds test/x, test/y"):
        open_rows(path, features="x")
    weighted = open_rows(path, features="train/x", label_column="train/y", weights="train/y")
    assert weighted.weights.dtype == np.float64


def test_a_file_that_was_read_may_be_written(h5py, tmp_path, X):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", data=X, chunks=(7, 2))
    source = open_rows(tmp_path / "a.h5")
    source.read(0, 40)
    write(h5py, tmp_path, x=X + 1)
    with pytest.raises(LinocutError, match=r"a.h5: has changed since it was opened"):
        source.read(0, 40)


def test_a_dataset_of_labels_in_other_files_is_read_by_the_library(h5py, tmp_path, X):
    write(h5py, tmp_path, "part.h5", x=X)
    layout = h5py.VirtualLayout(X.shape, X.dtype)
    layout[:] = h5py.VirtualSource(str(tmp_path / "part.h5"), "x", X.shape)
    with h5py.File(tmp_path / "whole.h5", "w") as file:
        file.create_virtual_dataset("x", layout)
    np.testing.assert_array_equal(open_rows(tmp_path / "whole.h5").rows[:], X)


def test_garbage_is_one_line(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(LinocutError, match=r"a.h5: is no HDF5 that can be read \("):
        open_rows(tmp_path)


def test_without_h5py_it_says_what_to_install(h5py, tmp_path, X, monkeypatch):
    path = write(h5py, tmp_path, x=X)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(LinocutError, match=r"pip install 'linocut\[hdf5\]'"):
        open_rows(path)
