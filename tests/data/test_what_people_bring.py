"""Folders and arrays as people have them, and what each is taken for: one row a case."""

from __future__ import annotations

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.data import load_dataset

DIGITS = tuple("0123456789")
LIGHT = "light-on-dark"

# name, more arguments -> images (train, test), classes, white, ink, part of a note
CASES = [
    # Jupyter's copies are not read a second time.
    ("hidden_in_class", (), (240, 60), DIGITS, 255, "each", "Left out: 300 files hidden"),
    # A class may begin with an underscore.
    ("underscore_classes", (), (197, 49), ("_a", "_b", "A", "B"), 255, "each", ""),
    # val/ is no class, and the test part where there is no test/.
    ("train_val_folders", (), (480, 120), DIGITS, 255, "each", "val/ is taken as the test part"),
    # White ink on nothing is not blank.
    ("white_ink_alpha", (), (320, 80), DIGITS, 255, "each", ""),
    # 0 and 1 become 0 and 255.
    ("binary_pixels", ("other.npz",), (1438, 359), DIGITS, 1, "each", "run from 0 to 1 here"),
    # Arrays with dark ink are inverted as files are.
    ("white_npz", (), (1438, 359), DIGITS, 255, "each", "so all were inverted"),
    # Noise has no paper: nothing is inverted.
    ("few_large", (), (20, 10), DIGITS, 255, LIGHT, "all were left as they are"),
    # Nor has an image without an inside.
    ("small_images", (1, 2), (64, 16), ("0", "1"), 255, LIGHT, ""),
    ("small_images", (1, 30), (64, 16), ("0", "1"), 255, LIGHT, ""),
    ("small_images", (2, 2), (64, 16), ("0", "1"), 255, LIGHT, ""),
    ("small_images", (3, 3), (64, 16), ("0", "1"), 255, LIGHT, ""),
]
ARRAYS = {"binary_pixels", "white_npz", "few_large", "small_images"}


@pytest.mark.parametrize(
    ("name", "more", "counts", "classes", "white", "ink", "told"),
    CASES,
    ids=[f"{case[0]} {' '.join(map(str, case[1]))}".strip() for case in CASES],
)
def test_it_is_taken_for_what_it_is(
    tmp_path, name, more, counts, classes, white, ink, told, generated
):
    target = tmp_path / ("set.npz" if name in ARRAYS else "set")
    more = [tmp_path / each if str(each).endswith(".npz") else each for each in more]
    dataset = load_dataset(generated(name, target, *more))
    assert (len(dataset.train), len(dataset.test)) == counts
    assert dataset.class_names == classes
    assert (dataset.intake.white, dataset.intake.ink) == (white, ink)
    assert told in " ".join(dataset.notes)


def test_pixels_of_0_and_1_are_the_same_set_as_0_and_255(tmp_path, generated):
    generated("binary_pixels", tmp_path / "01.npz", tmp_path / "0255.npz")
    one, other = load_dataset(tmp_path / "01.npz"), load_dataset(tmp_path / "0255.npz")
    np.testing.assert_array_equal(one.images, other.images)
    assert one.fingerprint == other.fingerprint


def test_dark_arrays_and_one_of_their_images_as_a_file_become_the_same(tmp_path, generated):
    dataset = load_dataset(generated("white_npz", tmp_path / "white.npz"))
    rows = {row.tobytes() for row in dataset.images}
    files = sorted(tmp_path.glob("*.png"))
    assert len(files) == 10
    assert all(dataset.intake.read(file).tobytes() in rows for file in files)


def test_white_ink_on_nothing_is_the_ink_of_its_alpha(tmp_path, generated):
    dataset = load_dataset(generated("white_ink_alpha", tmp_path / "set"))
    plain = load_dataset("digits").images
    assert np.quantile(dataset.images.mean(axis=(1, 2)), 0.01) > 50
    assert abs(dataset.images.mean() - plain.mean()) < 5


def test_a_tiff_with_one_changed_byte_is_named_and_can_be_skipped(tmp_path, generated):
    folder = generated("tiff_rational_offset", tmp_path / "set")
    with pytest.raises(LinocutError, match=r"^1 of 101 .*0/broken\.tif \(broken .*--skip-bad$"):
        load_dataset(folder)
    dataset = load_dataset(folder, skip_bad=True)
    assert len(dataset.images) == 100
    assert "1 of 101 images cannot be read: 0/broken.tif" in " ".join(dataset.notes)
