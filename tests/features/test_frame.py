"""Blurring and cropping: what they do to images, and which images they refuse."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.features import Blur, Crop

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 6, 8), dtype=np.uint8)
ROWS = IMAGES.reshape(5, 48)


def test_blurring_is_linear_and_moves_ink_without_losing_it_inside():
    dot = np.zeros((1, 21, 21))
    dot[0, 10, 10] = 100
    blurred = Blur(1.5).fit_transform(dot)
    assert blurred.sum() == pytest.approx(100, rel=1e-4)
    assert 0 < blurred[0, 10, 13] < blurred[0, 10, 11] < blurred[0, 10, 10] < 100
    np.testing.assert_allclose(Blur(1.5).fit_transform(3 * dot), 3 * blurred)


def test_bytes_are_blurred_in_single_precision_and_cropped_as_they_are():
    assert Blur().fit_transform(IMAGES).dtype == np.float32
    assert Blur().fit_transform(IMAGES.astype(np.float64)).dtype == np.float64
    assert Crop(0, 0, 2, 2).fit_transform(IMAGES).dtype == np.uint8


def test_a_crop_is_a_window():
    np.testing.assert_array_equal(Crop(1, 2, 3, 4).fit_transform(IMAGES), IMAGES[:, 1:4, 2:6])


def test_rows_are_images_once_the_shape_is_known():
    expected = IMAGES[:, 1:4, 2:6].reshape(5, 12)
    given = Crop(1, 2, 3, 4, image_shape=(6, 8))
    np.testing.assert_array_equal(given.fit_transform(ROWS), expected)
    np.testing.assert_array_equal(Crop(1, 2, 3, 4).fit(IMAGES).transform(ROWS), expected)


@pytest.mark.parametrize(
    ("step", "X", "named"),
    [
        (Blur(), ROWS, r"rows of 48 pixels — Blur takes images.* image_shape=\(h, w\)"),
        (Blur(image_shape=(6, 7)), ROWS, r"rows of 48 pixels .* rows of 6 · 7 pixels"),
        (Blur(image_shape=(8, 6)), IMAGES, r"image_shape=\(8, 6\) but the images are of shape"),
        (Blur(0.0), IMAGES, r"sigma=0\.0 — a finite number above zero"),
        (Blur(), IMAGES[0, 0], "takes images"),
        (Crop(0, 0, 7, 8), IMAGES, "a window of 7 × 8 pixels .* which have 6 × 8"),
        (Crop(0, 0, 0, 8), IMAGES, "a window of 0 × 8 pixels"),
        (Crop(-1, 0, 2, 2), IMAGES, "at row -1"),
    ],
)
def test_what_cannot_be_is_named(step, X, named):
    with pytest.raises(LinocutError, match=named):
        step.fit(X)
