"""The intake: a file gives exactly the pixels that its row gave."""

import io
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from linocut.core import LinocutError
from linocut.data import Intake, load_dataset, one_image
from linocut.data.unlabelled import unlabelled_images
from support.files import toy_images, write_idx_set, write_images
from support.photos import write_photos


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits").train


def assert_files_give_their_rows(dataset, folder):
    for part in (dataset.train, dataset.test):
        for name, row in zip(part.names, part.images, strict=True):
            np.testing.assert_array_equal(dataset.intake.read(folder / name), row)


@pytest.mark.parametrize("invert", [False, True], ids=["light ink", "dark ink"])
@pytest.mark.parametrize("size", [None, (8, 8), (4, 7)], ids=str)
def test_a_file_gives_exactly_the_pixels_that_its_row_gave(tmp_path, invert, size):
    images, labels = toy_images(24, (8, 6))
    write_images(tmp_path, 255 - images if invert else images, labels)
    dataset = load_dataset(tmp_path, size=size)
    assert dataset.image_shape == (size or (8, 6)) == dataset.intake.shape
    assert_files_give_their_rows(dataset, tmp_path)
    assert (dataset.train.images[:, :, 0] == 0).all()  # paper is zero, whatever it was


def test_a_normalised_file_gives_exactly_the_pixels_that_its_row_gave(tmp_path, digits):
    names = [str(k) for k in range(10)]
    folder = write_photos(tmp_path / "photos", digits.images[:80], digits.labels[:80], names)
    dataset = load_dataset(folder, normalise=True)
    assert dataset.intake == replace(Intake.normalising(28), white=255)
    assert_files_give_their_rows(dataset, folder)


def test_a_set_of_mixed_polarity_is_decided_image_by_image(tmp_path):
    images, labels = toy_images(24, (8, 6))
    mixed = np.where((np.arange(24) % 3 == 0)[:, None, None], 255 - images, images)
    dataset = load_dataset(write_images(tmp_path, mixed.astype(np.uint8), labels))
    assert dataset.intake.ink == "each"
    assert (dataset.images[:, 0] == 0).all()
    assert "33% of the images have a light border; those were inverted" in " ".join(dataset.notes)
    assert_files_give_their_rows(dataset, tmp_path)


def test_a_few_that_fill_their_frame_do_not_decide(tmp_path):
    images, labels = toy_images(40, (8, 6))
    images[:2] = 250
    dataset = load_dataset(write_images(tmp_path, images, labels))
    assert dataset.intake.ink == "light-on-dark"
    assert any(
        "5% of the images have a light border and the others" in note for note in dataset.notes
    )
    assert_files_give_their_rows(dataset, tmp_path)


def test_arrays_get_the_same_look_at_polarity_as_files(tmp_path):
    images, labels = toy_images(24, (6, 6))
    dataset = load_dataset(write_idx_set(tmp_path, (images, labels)))
    dark = load_dataset(write_idx_set(tmp_path / "dark", (255 - images, labels)))
    np.testing.assert_array_equal(np.unique(dataset.images), np.unique(images))
    np.testing.assert_array_equal(dark.images, dataset.images)
    assert any("100% of the images have a light border" in note for note in dark.notes)
    row = dataset.train.images[0]
    for image in (row, 255 - row):  # a later file may be of either
        np.testing.assert_array_equal(dataset.intake.read(np.array(image)), row)


@pytest.mark.parametrize("ink", ["light-on-dark", "dark-on-light", "each"])
def test_the_user_may_say_which_grey_is_ink(tmp_path, ink):
    images, labels = toy_images(24, (6, 6))
    dataset = load_dataset(write_images(tmp_path, images, labels), ink=ink)
    assert dataset.intake.ink == ink
    assert (dataset.images[:, 0] == (255 if ink == "dark-on-light" else 0)).all()
    assert_files_give_their_rows(dataset, tmp_path)


@pytest.mark.parametrize(
    ("scale", "white"),
    [(1 / 255, 1), (16 / 255, 16), (1.0, 255), (4095 / 255, 4095), (257.0, 65535)],
    ids=str,
)
@pytest.mark.parametrize("invert", [False, True], ids=["light ink", "dark ink"])
@pytest.mark.parametrize("size", [None, (4, 7)], ids=str)
def test_files_of_any_depth_give_the_pixels_of_their_rows(tmp_path, scale, white, invert, size):
    images, labels = toy_images(24, (8, 6))
    images[-1, 3, 3] = 255
    deep = np.rint((255 - images if invert else images) * scale)
    files = deep.astype(np.uint8 if white < 256 else np.uint16)
    dataset = load_dataset(write_images(tmp_path, files, labels), size=size)
    assert dataset.intake.white == white
    assert dataset.images.max() >= 250 or size
    assert_files_give_their_rows(dataset, tmp_path)


def test_a_dim_class_and_a_bright_one_of_16_bits_stay_apart(tmp_path):
    images, _ = toy_images(24, (8, 6))
    bright = images.astype(np.uint16) * 250
    write_images(tmp_path, [*bright[:12], *(bright[12:] // 8)], np.arange(24) // 12)
    dataset = load_dataset(tmp_path)
    dim, full = (dataset.images[dataset.labels == k].max() for k in (1, 0))
    assert 25 < dim < 35
    assert full > 240
    assert any("on one scale, 65,535 to 255" in note for note in dataset.notes)
    assert_files_give_their_rows(dataset, tmp_path)


def test_images_of_8_bits_beside_some_of_16_keep_their_own_scale(tmp_path):
    images, labels = toy_images(24, (8, 6))
    write_images(tmp_path, images[:12], labels[:12])
    write_images(tmp_path / "2" / "deep", images[12:].astype(np.uint16) * 257, labels[12:])
    dataset = load_dataset(tmp_path)
    assert (np.sort(dataset.images.max(axis=(1, 2)))[:12] > 100).all()
    assert_files_give_their_rows(dataset, tmp_path)


def test_a_later_file_on_the_usual_scale_is_not_clipped_by_few_levels(tmp_path):
    images, labels = toy_images(24, (8, 6))
    dataset = load_dataset(write_images(tmp_path, images // 16, labels))
    assert dataset.intake.white == 15
    np.testing.assert_array_equal(dataset.intake.read(images[0]), images[0])


def test_the_scale_of_the_training_images_serves_for_others(tmp_path):
    images, labels = toy_images(24, (8, 6))
    intake = load_dataset(write_images(tmp_path / "a", images // 16, labels)).intake
    dim = load_dataset(write_images(tmp_path / "b", images // 64, labels), intake=intake)
    assert dim.images.max() == round(3 * 255 / 15)  # alone it would be stretched to 255
    assert dim.intake == intake
    assert_files_give_their_rows(dim, tmp_path / "b")


def test_bright_garments_that_fill_their_frame_are_no_paper(tmp_path):
    rng = np.random.default_rng(0)
    images, labels = toy_images(40, (12, 12))
    images[:18] = rng.integers(120, 256, (18, 12, 12))  # textured to the edge
    images[18:20] = 240
    dataset = load_dataset(write_images(tmp_path, images, labels))
    assert dataset.intake.ink == "light-on-dark"
    assert_files_give_their_rows(dataset, tmp_path)


def test_an_image_is_read_from_whatever_holds_it(tmp_path):
    image = Image.fromarray(toy_images(1, (12, 9))[0][0])
    path = tmp_path / "a.png"
    image.save(path)
    intake = Intake((6, 6))
    expected = intake.read(path)
    for source in (
        str(path),
        path.read_bytes(),
        io.BytesIO(path.read_bytes()),
        image,
        image.convert("RGB"),
        np.asarray(image),
        np.asarray(image.convert("RGB")),
    ):
        np.testing.assert_array_equal(intake.read(source), expected)


def test_an_intake_serves_for_other_images(tmp_path):
    images, labels = toy_images(24, (9, 9))
    intake = Intake((6, 6), ink="dark-on-light", resampling="nearest")
    dataset = load_dataset(write_images(tmp_path, 255 - images, labels), intake=intake)
    assert dataset.intake == replace(intake, white=255)
    assert_files_give_their_rows(dataset, tmp_path)
    with pytest.raises(LinocutError, match="leave out size, normalise, ink, binarise and colour"):
        load_dataset(tmp_path, intake=intake, size=(6, 6))


def test_nearest_keeps_the_greys_there_are():
    image = np.kron(np.array([[0, 90], [200, 10]], np.uint8), np.ones((3, 3), np.uint8))
    made = Intake((4, 4), "light-on-dark", "nearest").read(image)
    assert set(np.unique(made)) <= {0, 90, 200, 10}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"ink": "blue"}, "ink='blue' — one of light-on-dark, dark-on-light, each"),
        ({"resampling": "lanczos"}, "resampling='lanczos' — one of area, nearest"),
        ({"shape": (0, 4)}, r"shape=\(0, 4\) — height and width"),
        ({"shape": (4, 6), "box": 3}, "a square shape"),
        ({"white": 0}, "white=0 — an integer from 1 to"),
        ({"shape": (6, 6), "box": 7}, "box=7 — an integer from 1 to 6"),
    ],
)
def test_what_does_not_go_together_is_refused(wrong, told):
    with pytest.raises(LinocutError, match=told):
        Intake(**wrong)


def test_what_is_no_image_is_named(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"nothing")
    with pytest.raises(LinocutError, match=r"a\.png: not an image"):
        Intake().read(path)
    with pytest.raises(LinocutError, match="an array of shape"):
        Intake().read(np.zeros((2, 3, 4, 5), np.uint8))
    with pytest.raises(LinocutError, match="no ink can be found in so few"):
        Intake.normalising().read(np.zeros((2, 9), np.uint8))


def test_a_dataset_and_its_intake_go_together(digits):
    dataset = load_dataset("digits")
    assert dataset.intake.shape == (8, 8)
    with pytest.raises(LinocutError, match="the intake is what made the images"):
        replace(dataset, intake=Intake((9, 8)))


def test_the_fingerprint_tells_training_parts_apart():
    one, same, other = (load_dataset("digits", seed=seed).fingerprint for seed in (1, 1, 2))
    assert one == same != other


def test_images_without_labels_are_found_in_every_container(tmp_path):
    images, labels = toy_images(5, (4, 3))
    write_images(tmp_path / "folder", images, labels)
    (tmp_path / "folder" / ".hidden.png").write_bytes(b"x")
    write_idx_set(tmp_path, (images, labels))
    np.savez(tmp_path / "a.npz", x_test=images, y_test=labels)
    flat = images.reshape(5, -1)
    np.savetxt(tmp_path / "bare.csv", flat, fmt="%d", delimiter=",")
    labelled = np.column_stack([labels, flat])
    header = ",".join(["label", *(f"p{k}" for k in range(12))])
    np.savetxt(tmp_path / "b.csv", labelled, fmt="%d", delimiter=",", header=header, comments="")

    def found(name):
        return list(unlabelled_images(tmp_path / name, (4, 3)))

    assert [each.image.name for each in found("folder")] == [
        "0.png", "3.png", "1.png", "4.png", "2.png"
    ]  # fmt: skip
    for name in ("train-images-idx3-ubyte.gz", "a.npz", "bare.csv", "b.csv"):
        rows = found(name)
        np.testing.assert_array_equal([row.image for row in rows], images)
        assert rows[2].name.endswith("[2]")
    (tmp_path / "tables").mkdir()
    for name in ("a.npz", "b.csv"):
        shutil.copy(tmp_path / name, tmp_path / "tables" / name)
    np.testing.assert_array_equal([row.image for row in found("tables")], [*images, *images])
    with pytest.raises(LinocutError, match="no such file"):
        found("none")
    np.savez(tmp_path / "c.npz", first=images, second=images)
    with pytest.raises(LinocutError, match="holds first, second"):
        found("c.npz")


def test_binarised_images_hold_ink_and_paper_only_and_the_intake_remembers_it():
    grey, two = load_dataset("digits"), load_dataset("digits", binarise=True)
    assert set(np.unique(two.train.images)) == {0, 255}
    np.testing.assert_array_equal(two.train.images == 255, grey.train.images > 127)
    np.testing.assert_array_equal(two.test.images == 255, grey.test.images > 127)
    assert two.intake.binarise
    assert not grey.intake.binarise
    assert "becomes ink" in two.intake.sentence
    page = grey.test.images[0]
    np.testing.assert_array_equal(two.intake.read(page), two.test.images[0])
    again = load_dataset("digits", intake=two.intake, **vars(two.loaded_with))
    np.testing.assert_array_equal(again.train.images, two.train.images)


def test_the_first_rows_are_taken_before_a_set_is_split():
    some = load_dataset("digits", rows=200)
    assert len(some.train) + len(some.test) == 200
    assert some.loaded_with.rows == 200
    assert "--rows 200" in some.loaded_with.as_typed
    again = load_dataset("digits", **vars(some.loaded_with))
    np.testing.assert_array_equal(again.test.images, some.test.images)
    with pytest.raises(LinocutError, match="rows=0"):
        load_dataset("digits", rows=0)


def test_one_image_is_its_label_and_its_numbers():
    digits = load_dataset("digits")
    found = one_image(digits, 8)
    np.testing.assert_array_equal(found.pixels, digits.train.images[8])
    assert found.label == digits.class_names[digits.train.labels[8]]
    assert found.rows()[0]["2"] == digits.train.images[8][0, 2]
    with pytest.raises(LinocutError, match="training images 0 to 1437"):
        one_image(digits, 1438)
