"""Corruptions: what each does to an image, and what none may do."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from linocut.core import LinocutError
from linocut.evaluate.robustness.corruptions import CORRUPTIONS, corruption, corruptions

KINDS = [each.kind for each in CORRUPTIONS]


def strokes(n=40, height=28, width=28):
    """Give images with a dark cross, each a little elsewhere."""
    images = np.zeros((n, height, width), np.uint8)
    for row, image in enumerate(images):
        at = row % max(1, height // 8)
        image[height // 4 + at : -height // 4 or None, width // 2] = 255
        image[height // 2, width // 4 : -width // 4 or None] = 200
    return images


def far_from(images, changed):
    return np.abs(changed.astype(float) - images).mean()


def test_there_are_fifteen_kinds_in_five_strengths():
    assert len(set(KINDS)) == 15
    assert {len(each.amounts) for each in CORRUPTIONS} == {5}


@pytest.mark.parametrize("kind", KINDS)
def test_strength_zero_leaves_images_as_they_are(kind):
    images = strokes()
    np.testing.assert_array_equal(corruption(kind).apply(images, 0), images)


@pytest.mark.parametrize("kind", KINDS)
def test_a_greater_strength_changes_more(kind):
    images = strokes(200)
    changes = [far_from(images, corruption(kind).apply(images, s)) for s in range(6)]
    assert changes == sorted(changes)
    assert changes[1] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_images_and_leaves_those_given(kind):
    images = strokes(600)  # more than are changed at a time
    before = images.copy()
    once, again = (corruption(kind).apply(images, 3, random_state=5) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=4, deadline=None)
@given(height=st.integers(8, 128), width=st.integers(8, 128), strength=st.integers(1, 5))
def test_images_of_any_size_keep_it(kind, height, width, strength):
    images = strokes(3, height, width)
    changed = corruption(kind).apply(images, strength)
    assert changed.shape == images.shape
    assert changed.dtype == np.uint8


@pytest.mark.parametrize("kind", KINDS)
def test_no_images_give_none(kind):
    assert corruption(kind).apply(np.zeros((0, 12, 9), np.uint8), 4).shape == (0, 12, 9)


@pytest.mark.parametrize("kind", ["shift", "rotation", "scale", "shear", "thickness", "occlusion"])
def test_blank_paper_stays_blank(kind):
    assert not corruption(kind).apply(np.zeros((20, 16, 16), np.uint8), 5).any()


@pytest.mark.parametrize("kind", ["shift", "blur", "thickness"])
def test_the_change_is_in_proportion_to_the_image(kind):
    small = strokes(200, 24, 24)
    large = small.repeat(3, axis=1).repeat(3, axis=2)
    changes = [far_from(each, corruption(kind).apply(each, 4)) for each in (small, large)]
    assert changes[1] == pytest.approx(changes[0], rel=0.25)


def test_a_shift_moves_the_centre_by_its_share_of_the_side():
    images = np.zeros((50, 40, 40), np.uint8)
    images[:, 18:22, 18:22] = 255
    moved = corruption("shift").apply(images, 2).astype(float)  # 0.08 of 40 pixels
    at = np.arange(40) - 19.5
    ink = moved.sum(axis=(1, 2))
    down, right = (moved.sum(axis=2) @ at) / ink, (moved.sum(axis=1) @ at) / ink
    np.testing.assert_allclose(np.hypot(down, right), 3.2, atol=0.02)


def test_a_turn_of_a_quarter_is_that_of_numpy_one_way_or_the_other():
    images = np.random.default_rng(0).integers(0, 256, (20, 9, 9), dtype=np.uint8)
    turned = corruption("rotation").change(images.astype(np.float32), 90, np.random.default_rng(0))
    for image, made in zip(images, np.rint(turned), strict=True):
        assert any(np.array_equal(made, np.rot90(image, k)) for k in (1, 3))


def test_whole_pixels_of_thickness_are_the_largest_value_nearby():
    image = np.zeros((1, 11, 11), np.float32)
    image[0, 5, 5] = 255
    for seed in range(20):
        made = corruption("thickness").change(image, 1 / 11, np.random.default_rng(seed))
        assert made.astype(bool).sum() in {0, 5}  # thinner: gone; thicker: a cross


def test_half_the_images_become_thicker_and_half_thinner():
    images = strokes(400)
    ink = corruption("thickness").apply(images, 3).sum(axis=(1, 2), dtype=np.int64)
    thicker = (ink > images.sum(axis=(1, 2), dtype=np.int64)).mean()
    assert 0.4 < thicker < 0.6


def test_images_written_on_one_sheet_are_those_written_alone():
    images = np.random.default_rng(0).integers(0, 256, (7, 20, 13), dtype=np.uint8)
    made = corruption("JPEG").apply(images, 3)
    for image, together in zip(images, made, strict=True):
        file = io.BytesIO()
        Image.fromarray(image).save(file, format="jpeg", quality=14)
        np.testing.assert_array_equal(together, np.asarray(Image.open(file)))


def test_shot_noise_keeps_the_mean_and_blank_paper():
    images = np.full((200, 20, 20), 100, np.uint8)
    images[:, :10] = 0
    noisy = corruption("shot noise").apply(images, 1)
    assert not noisy[:, :10].any()
    assert noisy[:, 10:].mean() == pytest.approx(100, rel=0.02)


def test_salt_replaces_its_share_of_the_pixels():
    grey = np.full((100, 20, 20), 99, np.uint8)
    noisy = corruption("salt").apply(grey, 5)
    assert (noisy != 99).mean() == pytest.approx(0.2, abs=0.01)
    assert set(np.unique(noisy)) == {0, 99, 255}


@pytest.mark.parametrize("strength", [-1, 6, 2.5])
def test_an_unknown_strength_is_refused(strength):
    with pytest.raises(LinocutError, match="an integer from 0 to 5"):
        corruption("fog").apply(strokes(1), strength)


def test_unknown_kinds_and_other_arrays_are_refused():
    with pytest.raises(LinocutError, match="'smoke' is no kind of corruption — known: shift"):
        corruptions(["fog", "smoke"])
    with pytest.raises(LinocutError, match="uint8 images"):
        corruption("fog").apply(strokes(1) / 255, 1)
