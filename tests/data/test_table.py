"""CSV with one image a row."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linocut.core import LinocutError
from linocut.data import load_dataset
from support.files import toy_images


def csv_lines(images, labels, separator=",", label_at=0, header=True):
    rows = [[str(v) for v in image.ravel()] for image in images]
    names = [f"pixel{k}" for k in range(images[0].size)]
    names.insert(label_at, "label")
    for row, label in zip(rows, labels, strict=True):
        row.insert(label_at, str(label))
    lines = [separator.join(row) for row in ([names] if header else []) + rows]
    return "\n".join(lines) + "\n"


@settings(max_examples=20, deadline=None)
@given(
    separator=st.sampled_from([",", ";", "\t"]),
    label_at=st.sampled_from([0, 7, 36]),
    zipped=st.booleans(),
    seed=st.integers(0, 100),
)
def test_what_is_written_is_read(tmp_path_factory, separator, label_at, zipped, seed):
    images, labels = toy_images(shape=(6, 6), seed=seed)
    text = csv_lines(images, labels, separator, label_at)
    path = tmp_path_factory.mktemp("csv") / ("set.csv.gz" if zipped else "set.csv")
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    dataset = load_dataset(path)
    both = {image.tobytes() for image in dataset.images}
    assert both == {image.tobytes() for image in images}
    for image, label in zip(dataset.images, dataset.labels, strict=True):
        row = next(k for k in range(len(images)) if np.array_equal(images[k], image))
        assert dataset.class_names[label] == str(labels[row])


def test_without_a_header_the_label_comes_first(tmp_path):
    images, labels = toy_images(shape=(5, 5))
    (tmp_path / "a.csv").write_text(csv_lines(images, labels, header=False))
    assert len(load_dataset(tmp_path / "a.csv").images) == 24


def test_labels_may_be_words(tmp_path):
    images, labels = toy_images(shape=(5, 5))
    words = [["cat", "dog", "ಆನೆ"][k] for k in labels]
    (tmp_path / "a.csv").write_text(csv_lines(images, words), encoding="utf-8")
    assert load_dataset(tmp_path / "a.csv").class_names == ("cat", "dog", "ಆನೆ")


def test_train_and_test_tables_belong_together(tmp_path):
    images, labels = toy_images(shape=(5, 5))
    (tmp_path / "mnist_train.csv").write_text(csv_lines(images[:18], labels[:18]))
    (tmp_path / "mnist_test.csv").write_text(csv_lines(images[18:], labels[18:]))
    dataset = load_dataset(tmp_path)
    assert (len(dataset.train), len(dataset.test)) == (18, 6)


def test_a_test_table_without_labels_is_left_aside(tmp_path):
    images, labels = toy_images(shape=(5, 5))
    (tmp_path / "train.csv").write_text(csv_lines(images, labels))
    bare = [line.partition(",")[2] for line in csv_lines(images, labels).splitlines()]
    (tmp_path / "test.csv").write_text("\n".join(bare))
    dataset = load_dataset(tmp_path)
    assert len(dataset.images) == 24
    assert any("no column of labels" in note for note in dataset.notes)


def test_images_that_are_not_square_need_a_size(tmp_path):
    images, labels = toy_images(shape=(6, 5))
    (tmp_path / "a.csv").write_text(csv_lines(images, labels))
    with pytest.raises(LinocutError, match="30 pixel columns are not a square"):
        load_dataset(tmp_path / "a.csv")
    assert load_dataset(tmp_path / "a.csv", size=(6, 5)).image_shape == (6, 5)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("nan", "line 4, column 3: pixel 'nan'"),
        ("256", "line 4, column 3: pixel '256'"),
        ("-1", "line 4, column 3: pixel '-1'"),
        ("0.5", "line 4, column 3: pixel '0.5'.*multiply by 255"),
        ("x", "line 4, column 3: pixel 'x'"),
        ("", "line 4, column 3: pixel ''"),
        ("1,1", "line 4 has 27 cells where the first line has 26"),
        ("inf", "pixel 'inf'"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path, cell, told):
    lines = csv_lines(*toy_images(shape=(5, 5))).splitlines()
    cells = lines[3].split(",")
    cells[2] = cell
    lines[3] = ",".join(cells)
    (tmp_path / "a.csv").write_text("\n".join(lines))
    with pytest.raises(LinocutError, match=told):
        load_dataset(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("label,a,b,c,d\n", "a header but no images"),
        ("p,a,b,c,d\n1,2,3,4,5\n", "none of the 5 columns is named label"),
        ("label,a,b,c,d\n1,2,3,4\n", "line 2 has 4 cells"),
        ("label,a,b,c,d\n,2,3,4,5\n", "label is empty"),
    ],
)
def test_a_wrong_table_is_named(tmp_path, text, told):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(LinocutError, match=told):
        load_dataset(tmp_path / "a.csv")


def test_bytes_that_are_no_text_are_named(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"label,a\n\xff\xfe\x00\x01")
    with pytest.raises(LinocutError, match="not text in UTF-8"):
        load_dataset(tmp_path / "a.csv")
