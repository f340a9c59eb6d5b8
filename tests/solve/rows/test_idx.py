"""IDX files, plain and gzipped, are found by MNIST's names and mapped."""

import gzip

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.solve.rows import open_rows
from support.files import idx_bytes, toy_images, write_idx, write_idx_set

images, labels = toy_images(24)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_pair_is_found_by_its_names(tmp_path, ending):
    write_idx_set(tmp_path, (images, labels), (images[:5], labels[:5]), ending)
    for where, n in (("train-images-idx3-ubyte", 24), ("t10k-images-idx3-ubyte", 5)):
        source = open_rows(tmp_path / (where + ending))
        assert (source.n, source.d, source.image_shape) == (n, 30, (6, 5))
        assert source.rows.dtype == source.labels.dtype == np.uint8
        np.testing.assert_array_equal(source.rows[:], images[:n].reshape(n, 30))
        np.testing.assert_array_equal(source.labels[:], labels[:n])


def test_the_training_and_test_part_are_two_sets(tmp_path):
    write_idx_set(tmp_path, (images, labels), (images[:5], labels[:5]))
    with pytest.raises(LinocutError, match=r"several sets \(test, train\)"):
        open_rows(tmp_path)
    assert open_rows(tmp_path, part="train").n == 24
    assert open_rows(tmp_path, part="test").n == 5


def test_a_gzipped_file_beside_the_unpacked_one_is_left(tmp_path, cache):
    write_idx_set(tmp_path, (images, labels), ending="")
    write_idx_set(tmp_path, (images, labels), ending=".gz")
    assert open_rows(tmp_path).n == open_rows(tmp_path / "train-images-idx3-ubyte").n == 24
    assert not list(cache.rglob("content"))


def test_a_gzipped_file_is_unpacked_once(tmp_path, cache):
    write_idx_set(tmp_path, (images, labels))
    open_rows(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("content")}
    assert len(before) == 2
    open_rows(tmp_path).read(0, 24)
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("content")} == before


def test_a_file_that_changed_is_unpacked_anew_and_its_old_copy_removed(tmp_path, cache):
    write_idx_set(tmp_path, (images, labels))
    open_rows(tmp_path)
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", images[::-1])
    np.testing.assert_array_equal(open_rows(tmp_path).rows[:], images[::-1].reshape(24, 30))
    assert len(list(cache.rglob("content"))) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(idx_bytes(images))[:-200], "gzip stream is broken|ends before"),
        (gzip.compress(idx_bytes(images)[:-7]), "ends before the 736 bytes it promises"),
        (gzip.compress(idx_bytes(images) + b"more"), "goes on after the 736 bytes"),
        (gzip.compress(b"\0\0\x08\x03" + b"\x7f\xff\xff\xff" * 3), "more than any file can hold"),
        (gzip.compress(b"\0\0\x08\x01" + b"\x7f\xff\xff\xff"), "more than the file can hold"),
        (idx_bytes(images)[:-7], "truncated: the header promises 720 bytes"),
        (idx_bytes(images) + b"more", "oversized"),
        (b"", "begins with 0x"),
        (gzip.compress(b"hello"), "begins with 0x68656c6c"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_is_broken_is_named_and_leaves_nothing_behind(tmp_path, cache, content, told):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(content)
    with pytest.raises(LinocutError, match=rf"train-images-idx3-ubyte.gz: .*({told})"):
        open_rows(path)
    assert not [each for each in cache.rglob("*") if each.is_file()]


def test_real_mnist_is_read(real_data):
    source = open_rows(real_data("mnist"), part="train")
    assert (source.n, source.d, source.image_shape) == (60_000, 784, (28, 28))
    assert source.classes().tolist() == list(range(10))
    assert source.read(0, 1)[1] == [5]
