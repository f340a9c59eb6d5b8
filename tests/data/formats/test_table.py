"""CSV with one image a row."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.data import TableOptions, load_dataset
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
    with pytest.raises(LinocutError, match="rows of 30 pixels are not square images"):
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


DOTS, LABELS = (array[:200] for array in load_digits(return_X_y=True))
PIXELS = (DOTS * 15).astype(int)
NAMES = [f"pixel{k}" for k in range(64)]
NUMBERS = [str(k) for k in range(65)]


def table(*columns, names=None):
    rows = [",".join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join(([",".join(names)] if names else []) + rows) + "\n"


def with_pixels(*columns, last=(), pixels=PIXELS, names=None):
    return table(*columns, *pixels.T.tolist(), *last, names=names)


SPOILT = ["0", *(f"0.{k}" for k in range(1, 65))]  # an image that pandas took for names
ORDER = np.argsort(LABELS, kind="stable")
WORDS = [["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][k]
         for k in LABELS]  # fmt: skip

STRUCTURES = {
    "label first": with_pixels(LABELS),
    "label last": with_pixels(last=[LABELS]),
    "sorted by label": with_pixels(LABELS[ORDER], pixels=PIXELS[ORDER]),
    "sorted by label, which is last": with_pixels(last=[LABELS[ORDER]], pixels=PIXELS[ORDER]),
    "named label": with_pixels(LABELS, names=["label", *NAMES]),
    "named label, last": with_pixels(last=[LABELS], names=[*NAMES, "label"]),
    "named by a word we do not know": with_pixels(LABELS, names=["Ziffer", *NAMES]),
    "pandas without names": with_pixels(LABELS, names=NUMBERS),
    "pandas with a label": with_pixels(LABELS, names=["label", *NUMBERS[:64]]),
    "pandas with its index": with_pixels(range(200), LABELS, names=["", "label", *NAMES]),
    "pandas with its index, no names": with_pixels(range(200), LABELS, names=["", *NUMBERS]),
    "pandas that took an image for names": with_pixels(LABELS, names=SPOILT),
    "an id": with_pixels(range(1, 201), LABELS, names=["id", "label", *NAMES]),
    "row numbers without names": with_pixels(range(200), LABELS),
    "labels with fractions here and there": with_pixels(
        [f"{y}.0" if k % 2 else str(y) for k, y in enumerate(LABELS)], names=["label", *NAMES]
    ),
    "numbers as numpy.savetxt writes them": with_pixels(
        [f"{y:.18e}" for y in LABELS], pixels=np.char.mod("%.18e", PIXELS)
    ),
    "floats from 0 to 1": with_pixels(LABELS, pixels=np.char.mod("%.6f", PIXELS / 255)),
    "blanks between": with_pixels(LABELS).replace(",", "  "),
}


@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_structure_is_decided_by_what_is_there(tmp_path, structure):
    (tmp_path / "a.csv").write_text(STRUCTURES[structure])
    dataset = load_dataset(tmp_path / "a.csv")
    known = {p.astype(np.uint8).tobytes(): str(y) for p, y in zip(PIXELS, LABELS, strict=True)}
    found = [dataset.class_names[label] for label in dataset.labels]
    assert len(found) == 200
    assert found == [known[image.tobytes()] for image in dataset.images]


def test_words_are_labels_wherever_they_stand(tmp_path):
    (tmp_path / "a.csv").write_text(with_pixels(last=[WORDS]))
    assert set(load_dataset(tmp_path / "a.csv").class_names) == set(WORDS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STRUCTURES["label last"], "a.csv: the label is column 65, the last, whose values look"),
        (STRUCTURES["named by a word we do not know"], "column 1 ('Ziffer'), the only one whose"),
        (STRUCTURES["pandas with its index"], "column 1 counts the rows and was left aside"),
        (STRUCTURES["pandas without names"], "its first line, of numbers, was taken as names"),
    ],
)
def test_what_was_decided_is_said(tmp_path, text, said):
    (tmp_path / "a.csv").write_text(text)
    assert any(said in note for note in load_dataset(tmp_path / "a.csv").notes)


def test_two_possible_readings_are_both_named_and_either_can_be_chosen(tmp_path):
    other = (LABELS * 3 + 1) % 10
    (tmp_path / "a.csv").write_text(table(LABELS, *PIXELS[:, :8].T.tolist(), other))
    with pytest.raises(LinocutError, match="--label-column 1 or --label-column 10"):
        load_dataset(tmp_path / "a.csv", shape=(3, 3))
    for column, labels in (("1", LABELS), ("-1", other), ("10", other)):
        options = TableOptions(label_column=column)
        dataset = load_dataset(tmp_path / "a.csv", table=options, shape=(3, 3))
        assert np.bincount(dataset.labels).tolist() == np.bincount(labels).tolist()


def test_two_columns_of_labels_are_both_named(tmp_path):
    (tmp_path / "a.csv").write_text(with_pixels(LABELS, WORDS, names=["label", "class", *NAMES]))
    with pytest.raises(LinocutError, match="columns 'label' and 'class' may both hold the label"):
        load_dataset(tmp_path / "a.csv")
    options = TableOptions(label_column="class", skip_columns=("label",))
    assert set(load_dataset(tmp_path / "a.csv", table=options).class_names) == set(WORDS)


def test_the_user_knows_better_what_the_first_line_is(tmp_path):
    (tmp_path / "a.csv").write_text(with_pixels(LABELS))
    assert len(load_dataset(tmp_path / "a.csv").images) == 200
    assert len(load_dataset(tmp_path / "a.csv", table=TableOptions(header=True)).images) == 199


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (TableOptions(label_column="digit"), "--label-column 'digit' — a number from 1 to 65"),
        (TableOptions(label_column="66"), "--label-column '66' — a number from 1 to 65"),
        (TableOptions(label_column="0"), "--label-column '0' — a number from 1 to 65"),
        (TableOptions(skip_columns=("pixel64",)), "--skip-columns 'pixel64' — a number"),
        (TableOptions(label_column="1", skip_columns=("label",)), "cannot be both"),
    ],
)
def test_a_column_that_is_not_there_is_named(tmp_path, options, told):
    (tmp_path / "a.csv").write_text(STRUCTURES["named label"])
    with pytest.raises(LinocutError, match=told):
        load_dataset(tmp_path / "a.csv", table=options)


def test_kaggles_folder_is_its_training_table(tmp_path):
    (tmp_path / "train.csv").write_text(with_pixels(LABELS, names=["label", *NAMES]))
    (tmp_path / "test.csv").write_text(with_pixels(range(200), names=["id", *NAMES]))
    (tmp_path / "sample_submission.csv").write_text(
        table(range(200), LABELS, names=["id", "label"])
    )
    dataset = load_dataset(tmp_path)
    assert len(dataset.images) == 200
    assert "test.csv was left aside: it has no column of labels." in dataset.notes


def test_a_table_without_labels_takes_them_from_another_file(tmp_path):
    (tmp_path / "a.csv").write_text(with_pixels(names=NAMES))
    with pytest.raises(LinocutError, match=r"has no column of labels.*--labels"):
        load_dataset(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text(table(LABELS, names=["label"]))
    dataset = load_dataset(tmp_path / "a.csv", labels=tmp_path / "b.csv")
    assert np.bincount(dataset.labels).tolist() == np.bincount(LABELS).tolist()
