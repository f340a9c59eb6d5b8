"""A shard that does not fit is one line that names it, whatever the format."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows
from linocut.solve.rows.sources.checking import check_finite

from .conftest import FORMATS


@pytest.fixture(params=FORMATS)
def write(request, need_extra):
    writer, modules = FORMATS[request.param]
    for module in modules:
        need_extra(module)
    return writer


def write_two(write, tmp_path, first, second):
    """Two folders of one format, the second's files moved beside the first's under names after."""
    for k, (X, y) in enumerate((first, second)):
        folder = tmp_path / str(k)
        folder.mkdir()
        write(folder, X, y)
        for path in folder.iterdir():
            path.rename(tmp_path / path.name.replace(".", f"0{k}.", 1))
        folder.rmdir()
    return tmp_path


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nan_and_infinities_are_found_where_they_are_read(write, tmp_path, X, y, value):
    X[17, 3] = value  # row 11 of the third shard
    source = open_rows(write(tmp_path, X, y))
    source.read(0, 17)
    wanted = rf"2\.\w+.*: row 11 holds {value} in column 3 — finite numbers"
    with pytest.raises(LinocutError, match=wanted):
        source.read(10, 30)
    with pytest.raises(LinocutError, match=wanted):
        source.take(np.array([20, 17, 0]))


def test_another_width_is_named(write, tmp_path, X, y):
    write_two(write, tmp_path, (X, y), (X[:, :5], y))
    with pytest.raises(LinocutError, match=r"001?\.\w+.*: rows of 5 features — .*00\.\w+.* has 6"):
        open_rows(tmp_path)


def test_another_type_is_named(write, tmp_path, X, y):
    write_two(write, tmp_path, (X, y), (X.astype(np.float64), y))
    with pytest.raises(LinocutError, match=r"01\.\w+.*: features of type float64 — .* has float32"):
        open_rows(tmp_path)


@pytest.mark.parametrize("lacking", [0, 1])
def test_a_shard_without_labels_is_named_wherever_it_is(write, tmp_path, X, y, lacking):
    both = [(X, y), (X, y)]
    both[lacking] = (X, None)
    write_two(write, tmp_path, *both)
    told = rf"(0{lacking}\.\w+: has no |the labels of x-0000{lacking}.npy are missing)"
    with pytest.raises(LinocutError, match=told):
        open_rows(tmp_path)


def test_labels_that_are_strings_in_one_shard_only_are_named(tmp_path, X, y):
    for k, labels in enumerate((y, y.astype(str))):
        np.save(tmp_path / f"x{k}.npy", X)
        np.save(tmp_path / f"y{k}.npy", labels)
    with pytest.raises(LinocutError, match=r"y1.npy: labels of type <U21 — .*y0.npy has int64"):
        open_rows(tmp_path)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_single_bad_number_is_found_in_any_float(dtype, value):
    block = np.random.default_rng(0).normal(size=(50, 30)).astype(dtype)
    check_finite(block, "x", slice(0, 50))
    block[49, 29] = value
    with pytest.raises(LinocutError, match=f"x: row 149 holds {value} in column 29"):
        check_finite(block, "x", slice(100, 150))


def test_numbers_whose_sum_overflows_are_finite():
    for dtype in (np.float16, np.float32, np.float64):
        check_finite(np.full((4, 4), np.finfo(dtype).max, dtype), "x", slice(0, 4))


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint16, np.complex64, np.bool_, "U3"])
def test_features_of_a_type_that_is_not_read_are_refused(tmp_path, dtype):
    np.save(tmp_path / "x.npy", np.ones((3, 2)).astype(dtype))
    with pytest.raises(LinocutError, match=r"x.npy: (features|holds values) of type .* — "):
        open_rows(tmp_path / "x.npy")


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, ">f4", ">f8"])
def test_features_come_in_their_type_and_the_byte_order_of_the_machine(tmp_path, dtype):
    X = np.arange(6).reshape(3, 2).astype(dtype)
    np.save(tmp_path / "x.npy", X)
    rows = open_rows(tmp_path / "x.npy").rows
    assert rows.dtype == X.dtype.newbyteorder("=")
    assert rows[0:2].dtype.isnative
    np.testing.assert_array_equal(rows[np.array([2, 1])], X[[2, 1]])


def test_fewer_labels_than_rows_name_both_files(tmp_path, X, y):
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", y[:-1])
    with pytest.raises(LinocutError, match=r"x.npy: 40 rows, but .*y.npy holds 39 labels"):
        open_rows(tmp_path)


def test_labels_for_all_shards_must_be_as_many_as_all_rows(tmp_path, X, y):
    np.save(tmp_path / "x0.npy", X)
    np.save(tmp_path / "x1.npy", X)
    np.save(tmp_path / "labels.npy", y)
    with pytest.raises(LinocutError, match=r"80 rows, but .*labels.npy holds 40 labels"):
        open_rows(tmp_path)


@pytest.mark.parametrize("bad", [0.5, np.nan, np.inf])
def test_labels_that_are_no_whole_numbers_are_named(tmp_path, X, y, bad):
    labels = y.astype(float)
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", labels)
    np.testing.assert_array_equal(open_rows(tmp_path).labels[:], y)
    labels[7] = bad
    np.save(tmp_path / "y.npy", labels)
    with pytest.raises(LinocutError, match=rf"y.npy: row 7 has the label {bad}"):
        open_rows(tmp_path).read(0, 40)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_weights_that_are_negative_or_not_finite_are_named(tmp_path, X, y, bad):
    np.save(tmp_path / "x.npy", X)
    weights = np.ones(40)
    weights[9] = bad
    source = open_rows(tmp_path / "x.npy", weights=weights)
    with pytest.raises(LinocutError, match=rf"array of weights: row 9 has the weight {bad}"):
        source.read(5, 15)


def test_one_hot_labels_are_refused(tmp_path, X, y):
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "labels.npy", np.eye(3)[y])
    with pytest.raises(LinocutError, match=r"labels.npy: labels of shape \(40, 3\) — one a row"):
        open_rows(tmp_path)
