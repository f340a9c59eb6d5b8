"""Parquet and Arrow: columns are chosen by names and types, and copied once."""

import os
import re
import shutil

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows

from .conftest import as_table, write_parquet


@pytest.fixture(autouse=True)
def pa(need_extra):
    need_extra("pyarrow")
    return pytest.importorskip("pyarrow")


def write(folder, file="a.parquet", **columns):
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(columns), folder / file)
    return folder / file


def copies(cache):
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.npy")}


def test_a_copy_is_made_once_and_told_with_its_size(tmp_path, cache, X, y):
    write_parquet(tmp_path, X, y)
    source = open_rows(tmp_path)
    before = copies(cache)
    assert len(before) == 8
    told = f"Read from copies in {cache / 'rows'}, {40 * (6 * 4 + 8):,} bytes."
    assert source.notes == ("Features: column x; labels: label.", told)
    open_rows(tmp_path).read(0, 40)
    assert copies(cache) == before


def test_a_file_that_changed_is_copied_anew_and_its_old_copy_removed(tmp_path, cache, X, y):
    write_parquet(tmp_path, X, y)
    open_rows(tmp_path)
    write_parquet(tmp_path, X + 1, y)
    np.testing.assert_array_equal(open_rows(tmp_path).rows[:], X + 1)
    assert len(copies(cache)) == 8


def test_a_copy_that_is_gone_is_made_again(tmp_path, cache, X, y):
    """Another machine has no copies of this one's."""
    write_parquet(tmp_path, X, y)
    source = open_rows(tmp_path)
    shutil.rmtree(cache / "rows")
    np.testing.assert_array_equal(source.rows[:], X)
    assert len(copies(cache)) == 8


def test_other_columns_are_another_copy(tmp_path, cache, y):
    path = write(tmp_path, a=[1.0] * 40, b=[2.0] * 40, label=y)
    both, one = open_rows(path), open_rows(path, features="b")
    assert (both.d, both.columns, one.d) == (2, ("a", "b"), 1)
    assert one.rows[:].tolist() == [[2.0]] * 40
    assert both.rows[:].tolist() == [[1.0, 2.0]] * 40


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, cache, X, y, monkeypatch):
    write_parquet(tmp_path, X, y)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LinocutError, match="No space left on device — make room there, or set LIN"):
        open_rows(tmp_path)
    assert not [each for each in cache.rglob("*") if each.name.endswith((".npy", ".part"))]


def test_a_copy_that_cannot_fit_is_not_begun(tmp_path, cache, X, y, monkeypatch):
    write_parquet(tmp_path, X, y)
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr("linocut.core.caching.shutil.disk_usage", lambda _: usage)
    with pytest.raises(LinocutError, match=r"does not fit into .* make room, or set LINOCUT_CACHE"):
        open_rows(tmp_path)
    assert not copies(cache)


def test_lists_of_one_length_and_nested_ones_are_rows(tmp_path, pa):
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    path = write(
        tmp_path, image=pa.array(images.tolist(), pa.list_(pa.list_(pa.uint8()))), y=[0, 1]
    )
    source = open_rows(path)
    assert (source.rows.dtype, source.image_shape) == (np.uint8, (3, 4))
    np.testing.assert_array_equal(source.rows[:], images.reshape(2, 12))


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("uint8", "uint8"), ("bool", "uint8"), ("float16", "float16"), ("float32", "float32"),
        ("float64", "float64"), ("int8", "float32"), ("uint16", "float32"), ("int64", "float64"),
    ],
)  # fmt: skip
def test_numbers_are_kept_as_bytes_or_floats_that_hold_them(tmp_path, pa, kind, dtype):
    numbers = np.array([[0, 1], [1, 1]])
    kept = pa.array(numbers.astype(kind).ravel())
    path = write(tmp_path, x=pa.FixedSizeListArray.from_arrays(kept, 2), label=[0, 1])
    flat = write(tmp_path, "b.parquet", a=kept[::2], b=kept[1::2], label=[0, 1])
    for each in (path, flat):
        source = open_rows(each)
        assert source.rows.dtype == dtype
        np.testing.assert_array_equal(source.rows[:], numbers)


def test_columns_of_several_types_share_one_that_holds_them(tmp_path, pa):
    path = write(tmp_path, a=pa.array([1, 2], pa.uint8()), b=pa.array([0.5, 1], pa.float32()))
    assert open_rows(path).rows[:].dtype == np.float32


def test_labels_may_be_strings_or_a_dictionary_of_them(tmp_path, pa):
    texts = ["cat", "elephant", "cat", "dog"]
    for labels in (pa.array(texts), pa.array(texts, pa.large_string()),
                   pa.array(texts).dictionary_encode()):  # fmt: skip
        source = open_rows(write(tmp_path, x=[[1.0], [2.0], [3.0], [4.0]], label=labels))
        assert source.labels[:].tolist() == texts
        assert source.classes().tolist() == ["cat", "dog", "elephant"]


def test_weights_are_a_column_by_name(tmp_path):
    path = write(tmp_path, x=[[1.0], [2.0]], y=[0, 1], w=[0.5, 2])
    assert open_rows(path, weights="w").read(0, 2)[2].tolist() == [0.5, 2]
    with pytest.raises(LinocutError, match=r"has no 'v' \(weights=\) — it holds x, y, w"):
        open_rows(path, weights="v")


def test_what_pandas_and_hubs_add_is_left_aside(tmp_path):
    index = {"__index_level_0__": [7, 8]}
    source = open_rows(write(tmp_path, a=[1.0, 2], label=[0, 1], name=["p", "q"], **index))
    assert source.d == 1
    assert "Left aside: name, __index_level_0__." in source.notes


def test_two_columns_that_may_be_meant_are_both_named(tmp_path):
    path = write(tmp_path, x=[[1.0]], z=[[2.0]], y=[0], label=[0])
    with pytest.raises(LinocutError, match=r"'y' and 'label' may both hold the labels"):
        open_rows(path)
    with pytest.raises(LinocutError, match=r"'x' and 'z' may both hold the features"):
        open_rows(path, label_column="y")
    assert open_rows(path, label_column="y", features="z").rows[:].tolist() == [[2.0]]


def test_labels_given_apart_leave_the_column_aside(tmp_path):
    path = write(tmp_path, x=[[1.0], [2.0]], label=[0, 1])
    source = open_rows(path, labels=[5, 6])
    assert source.labels[:].tolist() == [5, 6]
    assert source.d == 1


def test_a_shard_without_the_label_column_is_named(tmp_path, X, y):
    write_parquet(tmp_path, X, y)
    from pyarrow import parquet

    parquet.write_table(as_table(X, y).drop_columns("label"), tmp_path / "part-2.parquet")
    with pytest.raises(LinocutError, match=r"part-2.parquet: has no column 'label', which the fir"):
        open_rows(tmp_path)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"x": [[1.0, 2], [3.0]], "y": [0, 1]}, "column 'x': row 1 is a list of 1 — row 0 is one"),
        ({"x": [[1.0, 2], None], "y": [0, 1]}, "column 'x': row 1 has no value"),
        ({"x": [[1.0, 2], [3.0, None]], "y": [0, 1]}, "column 'x': row 1 has no value"),
        ({"x": [[1.0, 2], [3.0, 4]], "y": [0, None]}, "column 'y': row 1 has no value"),
        ({"a": [1.0, None], "y": [0, 1]}, "column 'a': row 1 has no value"),
        ({"a": ["p", "q"], "y": [0, 1]}, r"holds a \(string\), y \(int64\) — features are"),
        ({"a": [1.0, 2], "y": [[0], [1]]}, "several|column 'y'"),
        ({"a": np.array([], float), "y": np.array([], int)}, "holds no rows"),
    ],
)
def test_gaps_and_odd_columns_are_named(tmp_path, columns, told):
    with pytest.raises(LinocutError, match=rf"a.parquet: .*({told})"):
        open_rows(write(tmp_path, **columns))


def test_a_list_of_another_length_in_a_later_batch_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "linocut.solve.rows.sources.formats.arrow_files._rows_at_once", lambda *_: 4
    )
    path = write(tmp_path, x=[[1.0, 2]] * 8 + [[1.0]] * 4, y=[0] * 12)
    with pytest.raises(LinocutError, match=r"row 8 is of shape \(1,\) — row 0 is of \(2,\)"):
        open_rows(path)


def test_sets_in_one_folder_are_told_apart(tmp_path, X, y):
    from pyarrow import parquet

    for name, n in (("train-0", 30), ("train-1", 10), ("test-0", 4)):
        parquet.write_table(as_table(X[:n], y[:n]), tmp_path / f"{name}.parquet")
    with pytest.raises(LinocutError, match=r"several sets \(test, train\)"):
        open_rows(tmp_path)
    assert open_rows(tmp_path, part="train").n == 40


def test_garbage_is_one_line(tmp_path):
    for name, content in (("a.parquet", b"PAR1" * 9), ("b.arrow", b"ARROW1" * 9), ("c.pq", b"x")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LinocutError, match=rf"{re.escape(name)}: is no Parquet or Arrow"):
            open_rows(tmp_path / name)


def test_without_pyarrow_it_says_what_to_install(tmp_path, monkeypatch):
    path = write(tmp_path, x=[[1.0]], y=[0])
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(LinocutError, match=r"pip install 'linocut\[parquet\]'"):
        open_rows(path)
