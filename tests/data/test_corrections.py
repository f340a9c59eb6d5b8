from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, apply_corrections, load_dataset

HEADER = "part,index,file,given,proposed,score\n"


@pytest.fixture
def dataset() -> ImageDataset:
    images = np.arange(8 * 4, dtype=np.uint8).reshape(8, 2, 2)
    labels = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    names = [f"{k}.png" for k in range(6)]
    return ImageDataset(
        "some",
        ("cat", "собака, big"),
        ImagePart(images[:6], labels[:6], names),
        ImagePart(images[6:], labels[6:]),
    )


def written(tmp_path: Path, rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_labels_are_changed_and_images_left_out(dataset, tmp_path):
    rows = 'train,2,2.png,cat,"собака, big",0.9\ntrain,1,1.png,"собака, big",,0.5\n'
    made = apply_corrections(dataset, written(tmp_path, rows))
    assert made.train.labels.tolist() == [0, 1, 1, 0, 1]
    assert list(made.train.names) == ["0.png", "2.png", "3.png", "4.png", "5.png"]
    assert made.test is not dataset.test and made.test.labels.tolist() == [0, 1]
    assert made.notes[-1] == "By table.csv, 1 label was corrected and 1 image was left out."
    assert made.loaded_with.corrections == str(tmp_path / "table.csv")
    assert dataset.train.labels.tolist() == [0, 1, 0, 1, 0, 1]


def test_spreadsheets_may_write_semicolons_a_mark_and_other_columns(dataset, tmp_path):
    rows = "cat;собака, big;0;test\r\n"
    path = written(tmp_path, rows, "\ufeffGiven;Proposed;Index;Part\r\n")
    assert apply_corrections(dataset, path).test.labels.tolist() == [1, 1]


def test_an_empty_table_changes_nothing(dataset, tmp_path):
    made = apply_corrections(dataset, written(tmp_path, "\n"))
    assert made.fingerprint == dataset.fingerprint


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("valid,0,,cat,cat,1\n", "table.csv, row 2: part 'valid' — train or test"),
        ("train,six,,cat,cat,1\n", "row 2: index 'six' — a position"),
        ("train,6,,cat,cat,1\n", "row 2: index 6 — the train part of some has images 0 to 5"),
        ("train,-1,,cat,cat,1\n", "index '-1'"),
        # A bug: int() takes no more than 4,300 digits, and its ValueError was a traceback.
        (f"train,{'9' * 5000},,cat,cat,1\n", "row 2: index '999999999999999999…' — a position"),
        ("train,0,,cat,dog,1\n", "row 2: proposed 'dog' is no class — they are cat"),
        ("train,0,,,cat,1\n", "row 2: given '' is no class"),
        ("\ntrain,1,,cat,cat,1\n", "row 3: given 'cat', but train image 1 is labelled 'собака"),
        ("train,0,9.png,cat,cat,1\n", "file '9.png', but train image 0 is '0.png'"),
        ("train,0,,cat,cat,1\ntrain,0,,cat,,1\n", "train image 0 stands in row 2 already"),
        ("train,0,,cat\n", "row 2: 4 cells — the first line has 6 columns"),
        ("train,0,,cat,,\ntrain,2,,cat,,\ntrain,4,,cat,,\n", "no training image of class 'cat'"),
        ('test,0,,cat,,\ntest,1,,"собака, big",,\n', "leaves no test image"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(dataset, tmp_path, rows, message):
    with pytest.raises(LinocutError, match=message) as raised:
        apply_corrections(dataset, written(tmp_path, rows))
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_such_table_is_refused(dataset, tmp_path):
    with pytest.raises(LinocutError, match="has no column 'part'"):
        apply_corrections(dataset, written(tmp_path, "1,2\n", "a,b\n"))
    with pytest.raises(LinocutError, match="cannot be read: No such file"):
        apply_corrections(dataset, tmp_path / "nothing.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LinocutError, match="no text in UTF-8"):
        apply_corrections(dataset, tmp_path / "bytes.csv")


def test_a_model_file_remembers_the_corrections(tmp_path):
    digits = load_dataset("digits")
    given = digits.class_names[digits.train.labels[3]]
    path = written(tmp_path, f"train,3,,{given},,1\n")
    corrected = load_dataset("digits", corrections=path)
    assert len(corrected.train) == len(digits.train) - 1
    model = ImageClassifier().fit(corrected)
    model.save(tmp_path / "model.linocut")
    known = ImageClassifier.load(tmp_path / "model.linocut").provenance_.loaded_with
    assert known.corrections == str(path.resolve())
    assert "--corrections" in known.as_typed
    again = load_dataset("digits", **vars(known))
    assert again.fingerprint == corrected.fingerprint
    assert replace(known, corrections=None) == digits.loaded_with
