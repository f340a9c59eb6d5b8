"""Which folders are classes, which are parts, and what is left out and named."""

from __future__ import annotations

import os
import unicodedata

import numpy as np
import pytest
from PIL import Image

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.data.unlabelled import image_files
from support.files import toy_images, write_images


@pytest.fixture
def toys():
    return toy_images()


def notes_of(dataset):
    return " ".join(dataset.notes)


# Parts of a set are no classes


@pytest.mark.parametrize("train", ["train", "Training"])
@pytest.mark.parametrize("held", ["test", "Testing", "val", "valid", "validation", "dev", "Dev"])
def test_two_parts_are_train_and_test(tmp_path, toys, train, held):
    images, labels = toys
    write_images(tmp_path / train, images[:18], labels[:18])
    write_images(tmp_path / held, images[18:], labels[18:])
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("0", "1", "2")
    assert (len(dataset.train), len(dataset.test), dataset.split) == (18, 6, "given")
    told = f"{held}/ is taken as the test part" in notes_of(dataset)
    assert told != held.casefold().startswith("test")


@pytest.mark.parametrize("part", ["train", "test", "val"])
def test_a_single_part_stands_for_the_whole_set(tmp_path, toys, part):
    write_images(tmp_path / part, *toys)
    dataset = load_dataset(tmp_path)
    assert (len(dataset.images), dataset.split) == (24, "stratified")
    assert (f"All images are in {part}/" in notes_of(dataset)) != (part == "train")


def test_a_test_part_without_labels_is_ignored_and_said(tmp_path, toys):
    write_images(tmp_path / "train", *toys)
    (tmp_path / "test").mkdir()
    (tmp_path / "train" / "0" / "0.png").rename(tmp_path / "test" / "0.png")
    dataset = load_dataset(tmp_path)
    assert (len(dataset.images), dataset.split) == (23, "stratified")
    assert "test/ was ignored: it has no folder for each class" in notes_of(dataset)


def test_folders_beside_the_parts_are_ignored_and_said(tmp_path, toys):
    for folder in ("train", "test", "drafts"):
        write_images(tmp_path / folder, *toys)
    dataset = load_dataset(tmp_path)
    assert len(dataset.images) == 48
    assert "Ignored, since it stands beside train/: drafts/" in notes_of(dataset)


def test_a_class_may_lie_one_folder_deeper(tmp_path, toys):
    write_images(tmp_path / "archive" / "digits", *toys)
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("0", "1", "2")
    assert "The images are in archive/digits/." in dataset.notes


@pytest.mark.parametrize(
    ("folders", "told"),
    [
        (("train/0", "Training/0"), "train/ and Training/|Training/ and train/"),
        (("train/0", "val/0", "dev/0"), "dev/ and val/ — which is the validation part"),
        (("test/0", "val/0"), "test/ and val/ but no train/|val/ and test/ but no train/"),
        (("bus", "train", "car"), "train/ stands beside bus/, car/: is it a class or a part"),
        (("alpha", "dev/1"), "dev/ stands beside alpha/: is it a class or a part"),
        (("train",), "train: holds images, but no sub-folder for each class"),
    ],
    ids=" ".join,
)
def test_what_may_be_two_things_is_refused(tmp_path, toys, folders, told):
    for folder in folders:
        write_images(tmp_path / folder / "..", toys[0][:4], [folder.split("/")[-1]] * 4)
    with pytest.raises(LinocutError, match=told):
        load_dataset(tmp_path)


# What is left out is named


@pytest.mark.parametrize(
    "litter",
    [".ipynb_checkpoints/0-checkpoint.png", "__MACOSX/0.png", "._0.png", "@eaDir/0.png"],
)
def test_what_systems_leave_behind_is_not_read(tmp_path, toys, litter):
    write_images(tmp_path, *toys)
    copy = tmp_path / "0" / litter
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes((tmp_path / "0" / "0.png").read_bytes())
    dataset = load_dataset(tmp_path)
    assert len(dataset.images) == 24 == len(image_files(tmp_path))
    note = f"Left out: 1 file hidden or left by the system (0/{litter})."
    assert note in dataset.notes


def test_files_of_other_kinds_and_outside_of_classes_are_counted_and_named(tmp_path, toys):
    write_images(tmp_path, *toys)
    (tmp_path / "0" / "Thumbs.db").write_bytes(b"\xd0\xcf")
    for k in range(4):
        (tmp_path / "1" / f"{k}.heic").write_bytes(b"?")
    (tmp_path / "stray.png").write_bytes((tmp_path / "0" / "0.png").read_bytes())
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "read.pdf").write_bytes(b"%PDF")
    told = notes_of(load_dataset(tmp_path))
    assert "1 file hidden or left by the system (0/Thumbs.db)" in told
    assert "5 files of no kind that is read as an image (1/0.heic, 1/1.heic, 1/2.heic, …)" in told
    assert "1 file in no class's folder (stray.png)" in told
    assert "No class, since no image that is read lies there: docs/." in told


def test_the_frames_left_out_are_counted(tmp_path, toys):
    write_images(tmp_path, *toys)
    frames = [Image.fromarray(image) for image in toys[0][:5]]
    frames[0].save(tmp_path / "0" / "a.gif", save_all=True, append_images=frames[1:])
    dataset = load_dataset(tmp_path)
    assert len(dataset.images) == 25
    assert "Left out: 4 frames after the first of 1 file (0/a.gif)." in dataset.notes


def test_every_kind_that_pillow_reads_is_read(tmp_path, toys):
    images, labels = toys
    endings = [".png", ".pgm", ".tga", ".pcx", ".ico", ".sgi", ".dib"]
    for ending in endings:
        write_images(tmp_path, images, labels, ending)
    sized = load_dataset(tmp_path, size=(6, 5))
    assert len(sized.images) == len(endings) * 24
    assert "Left out" not in notes_of(sized)


# Names


def test_one_name_in_two_forms_of_unicode_is_one_class(tmp_path, toys):
    images, labels = toys
    composed, apart = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    write_images(tmp_path / "train", images[:18], labels[:18], names=["a", composed, "z"])
    write_images(tmp_path / "test", images[18:], labels[18:], names=["a", apart, "z"])
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("a", "z", composed)
    assert dataset.test.counts(3).tolist() == [2, 2, 2]


@pytest.mark.parametrize("name", ["[x]", "a\x1b[31m", "$x$", "a:b", "%s", "\u202e"])
def test_any_name_is_a_class(tmp_path, toys, name):
    dataset = load_dataset(write_images(tmp_path, *toys, names=[name, "b", "c"]))
    assert name in dataset.class_names
    assert "\x1b" not in repr(dataset)


def test_names_that_are_no_utf8_are_read_and_can_be_written(tmp_path, toys):
    write_images(tmp_path, *toys, names=["a", "b", "c"])
    (tmp_path / "b").rename(tmp_path / os.fsdecode(b"caf\xe9"))
    (tmp_path / "a" / "0.png").rename(tmp_path / "a" / os.fsdecode(b"\xff.png"))
    (tmp_path / "c" / "broken\udcfe.png").write_bytes(b"?")
    dataset = load_dataset(tmp_path, skip_bad=True)
    assert dataset.class_names == ("a", "c", r"caf\xe9")
    told = "".join(
        (*dataset.class_names, *dataset.train.names, *dataset.test.names, *dataset.notes)
    )
    assert rb"a/\xff.png" in told.encode()
    assert rb"c/broken\xfe.png" in told.encode()


def test_a_path_with_a_datasets_name_is_not_passed_over_in_silence(tmp_path, toys, monkeypatch):
    write_images(tmp_path / "digits", *toys)
    monkeypatch.chdir(tmp_path)
    note = "digits is taken as the dataset of that name, not as the path ./digits."
    assert note in load_dataset("digits").notes
    own = load_dataset("./digits")
    assert note not in own.notes
    assert len(own.images) == 24


def test_large_images_are_refused_before_they_are_kept(tmp_path):
    big = np.zeros((200, 200), np.uint8)
    write_images(tmp_path, [big] * 4, [0, 1, 0, 1])
    with pytest.raises(LinocutError, match=r"200×200 pixels — linocut is for small images"):
        load_dataset(tmp_path)


def test_a_link_that_leads_back_up_is_no_endless_way_down(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "again").symlink_to(tmp_path / "set")
    with pytest.raises(LinocutError, match="holds no images"):
        load_dataset(tmp_path / "set")


@pytest.mark.parametrize("word", ["tst", "t10k", "tra"])
def test_the_words_for_parts_of_files_are_those_of_folders(tmp_path, toys, word):
    part = "train" if word == "tra" else "test"
    for folder in ("train", "test"):
        write_images(tmp_path / (word if folder == part else folder), *toys)
    assert load_dataset(tmp_path).split == "given"
