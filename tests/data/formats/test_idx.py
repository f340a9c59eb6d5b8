"""IDX: what is written is read, and what is broken is named."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.data.formats.idx_file import read_idx
from support.files import idx_bytes, write_idx, write_idx_set

IMAGES = np.arange(6 * 4 * 3, dtype=np.uint8).reshape(6, 4, 3)
LABELS = np.array([0, 1, 0, 1, 0, 1], np.uint8)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3, max_side=6)), st.booleans())
def test_what_is_written_is_read(tmp_path_factory, array, zipped):
    folder = tmp_path_factory.mktemp("idx")
    path = write_idx(folder / ("a.gz" if zipped else "a"), array)
    np.testing.assert_array_equal(read_idx(path, 3), array)


def test_a_plain_file_is_mapped_not_copied(tmp_path):
    found = read_idx(write_idx(tmp_path / "images", IMAGES), 3)
    assert isinstance(found, np.memmap)
    dataset = load_dataset(
        write_idx_set(tmp_path / "set", (IMAGES, LABELS), (IMAGES, LABELS), ending="")
    )
    assert isinstance(dataset.train.images, np.memmap)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "nothing"),
        (b"\x00\x00\x0d\x03" + idx_bytes(IMAGES)[4:], "truncated"),
        (idx_bytes(LABELS), "0x00000801"),
        (idx_bytes(IMAGES)[:9], "ends inside the IDX header"),
        (idx_bytes(IMAGES)[:-5], "truncated"),
        (idx_bytes(IMAGES) + b"x", "oversized|goes on after"),
        (idx_bytes(IMAGES)[:4] + b"\xff" * 12, "promises"),
    ],
    ids=["empty", "floats", "labels", "short header", "truncated", "oversized", "lying header"],
)
def test_what_is_broken_is_named(tmp_path, data, told, zipped):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(gzip.compress(data) if zipped else data)
    with pytest.raises(LinocutError, match=told) as caught:
        read_idx(path, 3)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_gzip_stream_is_named(tmp_path):
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(idx_bytes(IMAGES))[:-12])
    with pytest.raises(LinocutError, match="gzip stream is broken"):
        read_idx(path, 3)


def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "images.gz"
    with gzip.open(path, "wb") as file:
        file.write(idx_bytes(IMAGES))
        for _ in range(64):
            file.write(bytes(1 << 20))
    with pytest.raises(LinocutError, match="goes on after"):
        read_idx(path, 3)


def test_counts_that_differ_are_named(tmp_path):
    write_idx_set(tmp_path, (IMAGES, LABELS[:-1]))
    with pytest.raises(LinocutError, match=r"6 images.*5 labels"):
        load_dataset(tmp_path)


def test_missing_labels_are_named(tmp_path):
    write_idx(tmp_path / "train-images-idx3-ubyte", IMAGES)
    with pytest.raises(LinocutError, match="train-labels-idx1-ubyte is wanted"):
        load_dataset(tmp_path)


def test_several_sets_in_a_folder_need_one_to_be_named(tmp_path):
    for name in ("a", "b"):
        write_idx(tmp_path / f"{name}-images-idx3-ubyte", IMAGES)
        write_idx(tmp_path / f"{name}-labels-idx1-ubyte", LABELS)
    with pytest.raises(LinocutError, match="several sets"):
        load_dataset(tmp_path)
    assert len(load_dataset(tmp_path / "b-images-idx3-ubyte", test_size=0.5).images) == 6


def test_labels_that_do_not_begin_at_zero_name_the_classes(tmp_path):
    dataset = load_dataset(write_idx_set(tmp_path, (IMAGES, LABELS * 4 + 3)))
    assert dataset.class_names == ("3", "7")
    assert set(dataset.labels.tolist()) == {0, 1}


def test_the_letters_of_emnist_have_their_names_by_path_as_by_name(tmp_path):
    labels = np.array([1, 2, 26, 1, 2, 26], np.uint8)
    for part in ("train", "test"):
        write_idx(tmp_path / f"emnist-letters-{part}-images-idx3-ubyte", IMAGES)
        write_idx(tmp_path / f"emnist-letters-{part}-labels-idx1-ubyte", labels)
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("A", "B", "Z")
    assert dataset.train.labels.tolist() == [0, 1, 2, 0, 1, 2]


def test_what_is_only_called_like_the_letters_of_emnist_keeps_its_labels(tmp_path):
    write_idx(tmp_path / "emnist-letters-train-images-idx3-ubyte", IMAGES)
    write_idx(tmp_path / "emnist-letters-train-labels-idx1-ubyte", LABELS)
    assert load_dataset(tmp_path).class_names == ("0", "1")
