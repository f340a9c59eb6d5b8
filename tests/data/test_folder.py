"""A folder with one sub-folder a class, as people have it."""

import numpy as np
import pytest
from PIL import Image

from linocut.core import LinocutError
from linocut.data import load_dataset
from linocut.data.decode import decode
from support.files import toy_images, write_images


@pytest.fixture
def toys():
    return toy_images()


def all_images(dataset):
    """The images by file name."""
    names = [*dataset.train.names, *dataset.test.names]
    return dict(zip(names, dataset.images, strict=True))


@pytest.mark.parametrize("ending", [".png", ".bmp", ".tiff", ".PNG"])
def test_lossless_files_are_read_exactly(tmp_path, toys, ending):
    images, labels = toys
    found = all_images(load_dataset(write_images(tmp_path, images, labels, ending)))
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        np.testing.assert_array_equal(found[f"{label}/{k}{ending}"], image)


@pytest.mark.parametrize("ending", [".jpg", ".webp"])
def test_lossy_files_are_read_nearly(tmp_path, ending):
    smooth = np.zeros((16, 16), np.uint8)
    smooth[4:12, 4:12] = 200
    folder = write_images(tmp_path, [smooth] * 6, [0, 1] * 3, ending)
    for image in load_dataset(folder).images:
        assert np.abs(image.astype(int) - smooth).mean() < 8


def test_classes_are_in_the_order_people_count(tmp_path, toys):
    images, labels = toys
    folder = write_images(tmp_path, images, labels, names=["10", "9", "1"])
    assert load_dataset(folder).class_names == ("1", "9", "10")


def test_class_names_may_be_of_any_script(tmp_path, toys):
    folder = write_images(tmp_path, *toys, names=["೫", "を", "ا"])
    assert set(load_dataset(folder).class_names) == {"೫", "を", "ا"}


def test_train_and_test_folders_are_kept(tmp_path, toys):
    images, labels = toys
    write_images(tmp_path / "train", images[:18], labels[:18])
    write_images(tmp_path / "Test", images[18:], labels[18:])
    write_images(tmp_path / "val", images[:3], labels[:3])
    dataset = load_dataset(tmp_path)
    assert (len(dataset.train), len(dataset.test), dataset.split) == (18, 6, "given")
    assert any("val/" in note for note in dataset.notes)


def test_dark_ink_on_light_paper_is_inverted_and_said(tmp_path, toys):
    images, labels = toys
    dark = load_dataset(write_images(tmp_path / "dark", images, labels))
    light = load_dataset(write_images(tmp_path / "light", 255 - images, labels))
    np.testing.assert_array_equal(light.train.images, dark.train.images)
    assert any("inverted" in note for note in light.notes)
    assert not any("inverted" in note for note in dark.notes)


def test_hidden_and_other_files_are_left_aside(tmp_path, toys):
    write_images(tmp_path, *toys)
    (tmp_path / "0" / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    (tmp_path / "0" / "._0.png").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "0" / "notes.md").write_text("seven")
    (tmp_path / ".git").mkdir()
    assert len(load_dataset(tmp_path).images) == 24


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("RGB", 200), ("P", 204), ("1", 255), ("I;16", 200), ("LA", 200), ("L", 200)],
)
def test_every_mode_becomes_grey(tmp_path, mode, expected):
    grey = np.full((5, 4), expected, np.uint8)
    image = Image.fromarray(grey)
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    elif mode != "L":
        image = image.convert("RGB").convert(mode) if mode == "P" else image.convert(mode)
    image.save(tmp_path / "a.png")
    assert np.abs(decode(tmp_path / "a.png").astype(int) - expected).max() <= 2


def test_transparency_is_paper(tmp_path):
    pixels = np.zeros((4, 4, 4), np.uint8)
    pixels[1, 1, 3] = 255
    Image.fromarray(pixels, "RGBA").save(tmp_path / "a.png")
    grey = decode(tmp_path / "a.png")
    assert grey[1, 1] == 0
    assert grey[0, 0] == 255


def test_exif_rotation_is_applied(tmp_path):
    image = Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.png", exif=exif)
    assert decode(tmp_path / "a.png").shape == (4, 3)


def test_size_keeps_the_shape_and_fills_with_paper(tmp_path):
    tall = np.zeros((40, 10), np.uint8)
    tall[10:30, 2:8] = 255
    folder = write_images(tmp_path, [tall] * 4, [0, 1, 0, 1])
    dataset = load_dataset(folder, size=(20, 20))
    assert dataset.image_shape == (20, 20)
    image = dataset.train.images[0]
    assert image[:, :7].max() == 0
    assert image[10, 9:11].min() == 255


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda root: None, "holds no images"),
        (lambda root: Image.new("L", (4, 4)).save(root / "a.png"), "no sub-folder for each class"),
        (lambda root: (root / "a").mkdir(), "holds no images"),
        (lambda root: write_images(root, *toy_images(classes=1)), "one class"),
        (lambda root: write_images(root, *toy_images(4, classes=3)), "'1' has a single image"),
    ],
    ids=["empty", "flat", "empty class", "one class", "single image"],
)
def test_what_is_wrong_is_named(tmp_path, make, told):
    make(tmp_path)
    with pytest.raises(LinocutError, match=told):
        load_dataset(tmp_path)


def test_different_sizes_are_listed(tmp_path, toys):
    write_images(tmp_path, *toys)
    Image.new("L", (9, 7)).save(tmp_path / "0" / "odd.png")
    with pytest.raises(LinocutError, match=r"6×5 \(24\), 7×9 \(1\).*0/odd\.png.*--size"):
        load_dataset(tmp_path)
    assert load_dataset(tmp_path, size=(6, 5)).image_shape == (6, 5)


def test_bad_images_are_listed_and_can_be_skipped(tmp_path, toys):
    write_images(tmp_path, *toys)
    (tmp_path / "0" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n????")
    (tmp_path / "1" / "empty.jpg").write_bytes(b"")
    with pytest.raises(LinocutError, match=r"2 of 26 images.*0/broken\.png.*1/empty\.jpg.*--skip"):
        load_dataset(tmp_path)
    dataset = load_dataset(tmp_path, skip_bad=True)
    assert len(dataset.images) == 24
    assert any("2 of 26" in note for note in dataset.notes)


def test_a_decompression_bomb_is_refused(tmp_path, toys):
    write_images(tmp_path, *toys)
    Image.new("1", (20_000, 20_000)).save(tmp_path / "0" / "bomb.png")
    with pytest.raises(LinocutError, match=r"0/bomb\.png \(.*(bomb|million)"):
        load_dataset(tmp_path)


def test_large_images_need_a_size(tmp_path):
    write_images(tmp_path, [np.zeros((300, 200), np.uint8)] * 4, [0, 1, 0, 1])
    with pytest.raises(LinocutError, match=r"300×200 pixels.*--size"):
        load_dataset(tmp_path)


def test_a_class_only_in_the_test_part_is_refused(tmp_path, toys):
    images, labels = toys
    write_images(tmp_path / "train", images[labels < 2], labels[labels < 2])
    write_images(tmp_path / "test", images, labels)
    with pytest.raises(LinocutError, match="'2' has no image in the training part"):
        load_dataset(tmp_path)


def test_progress_is_told(tmp_path, toys):
    told = []
    load_dataset(write_images(tmp_path, *toys), progress=lambda *what: told.append(what))
    assert told[-1] == ("reading images", 24, 24)


def test_photos_of_any_size_are_brought_into_one_form(tmp_path):
    rng = np.random.default_rng(0)
    for label, across in (("bar", False), ("dash", True)):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for k in range(6):
            page = np.full((80 + 5 * k, 70 + 3 * k), 200.0) + np.arange(70 + 3 * k)
            where = (slice(38, 44), slice(15, 55)) if across else (slice(20, 60), slice(30, 36))
            page[where] -= 150
            page += rng.normal(0, 2, page.shape)
            Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).save(
                tmp_path / "photos" / label / f"{k}.png"
            )
    found = load_dataset(tmp_path / "photos", normalise=True)
    assert found.image_shape == (28, 28)
    images = np.concatenate([found.train.images, found.test.images])
    labels = np.concatenate([found.train.labels, found.test.labels])
    tall = np.array([np.ptp(np.flatnonzero(image.any(axis=1))) for image in images])
    assert (tall[labels == 0] >= 17).all()
    assert (tall[labels == 1] <= 6).all()
    assert not any("inverted" in note for note in found.notes)
    with pytest.raises(LinocutError, match="a square, such as"):
        load_dataset(tmp_path / "photos", size=(28, 20), normalise=True)
