"""Distorted copies: as far from the image as asked for, and the same for the same random state."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.core.ink import InkMoments
from linocut.features import Augmentation
from linocut.features.augment import sampled

ALL = Augmentation(shift=1, rotation=10, scale=0.1, shear=0.1, elastic=0.6, noise=0.05)


def centres_of_mass(images):
    return InkMoments.of(images).centre


def bar(height=28, width=28):
    image = np.zeros((1, height, width), np.uint8)
    image[0, 6:22, 12:16] = 255
    return image


def test_without_any_distortion_a_copy_is_the_image():
    images = load_digits().images
    np.testing.assert_allclose(Augmentation().copies(images, random_state=1), images, atol=1e-4)


def test_copies_depend_on_the_random_state_and_on_nothing_else():
    images = (load_digits().images * 15).astype(np.uint8)
    first = ALL.copies(images, random_state=3)
    np.testing.assert_array_equal(first, ALL.copies(images, random_state=3))
    assert (first != ALL.copies(images, random_state=4)).any()
    assert first.dtype == np.uint8
    assert first.shape == images.shape


def test_two_copies_of_one_image_differ():
    images = np.repeat(bar(), 2, axis=0)
    one, other = ALL.copies(images, random_state=0)
    assert (one != other).any()


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_a_shift_moves_the_centre_no_further_than_asked(shift):
    images = np.repeat(bar(), 300, axis=0)
    moved = centres_of_mass(
        Augmentation(shift=shift).copies(images.astype(np.float32), random_state=0)
    )
    far = np.abs(moved - centres_of_mass(images.astype(np.float32)))
    assert far.max() <= shift + 0.01
    assert far.max() > 0.9 * shift


def test_a_rotation_turns_the_ink_about_its_centre_by_no_more_than_asked():
    images = np.repeat(bar(), 200, axis=0).astype(np.float32)
    turned = Augmentation(rotation=20).copies(images, random_state=0)
    y, x = np.mgrid[:28, :28] - centres_of_mass(images[:1])[0][:, None, None]
    total = turned.sum(axis=(1, 2))
    syy, sxx, sxy = ((turned * part).sum(axis=(1, 2)) / total for part in (y * y, x * x, x * y))
    angle = np.degrees(0.5 * np.arctan2(2 * sxy, syy - sxx))
    assert np.abs(angle).max() < 20.5
    assert angle.min() < -17 < 17 < angle.max()


def test_stretching_changes_the_size_and_keeps_the_place():
    images = np.repeat(bar(), 200, axis=0).astype(np.float32)
    stretched = Augmentation(scale=0.2).copies(images, random_state=0)
    ink = stretched.sum(axis=(1, 2)) / images[0].sum()
    assert 0.6 < ink.min() < 0.8
    assert 1.2 < ink.max() < 1.5
    np.testing.assert_allclose(centres_of_mass(stretched), centres_of_mass(images), atol=0.15)


def test_an_elastic_field_has_the_size_asked_for():
    field = Augmentation(elastic=0.7)._smooth_field((500, 20, 20), np.random.default_rng(0))
    assert np.sqrt(np.square(field).mean()) == pytest.approx(0.7, rel=0.05)
    steps = np.abs(np.diff(field, axis=1)).mean()
    assert steps < 0.3 * np.abs(field).mean()  # and is smooth


def test_noise_stays_within_paper_and_full_ink():
    noisy = Augmentation(noise=0.2).copies(np.repeat(bar(), 20, axis=0), random_state=0)
    paper = noisy[:, :4]
    assert 0.06 < paper.mean() / 255 < 0.1  # the half of the noise that is above zero
    assert noisy.min() == 0
    assert noisy.max() == 255


def test_reading_between_pixels_is_linear_and_paper_lies_beyond_the_edge():
    images = np.array([[[0.0, 4.0], [8.0, 12.0]]], np.float32)
    rows = np.array([[[0.5, 1.0, 5.0]]], np.float32)
    columns = np.array([[[0.5, 0.25, 0.0]]], np.float32)
    np.testing.assert_allclose(sampled(images, rows, columns)[0, 0], [6.0, 9.0, 0.0], atol=1e-5)


def test_a_blank_image_stays_blank():
    assert not ALL.copies(np.zeros((3, 9, 9), np.uint8), random_state=0)[:, 4, 4].all()
    quiet = Augmentation(shift=1, rotation=10, elastic=1)
    assert not quiet.copies(np.zeros((3, 9, 9), np.uint8), random_state=0).any()


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"shift": -1}, "shift=-1"),
        ({"rotation": np.nan}, "rotation=nan"),
        ({"scale": 1}, "scale=1"),
        ({"smoothness": 0}, "smoothness=0"),
    ],
)
def test_wrong_amounts_are_named(wrong, named):
    with pytest.raises(LinocutError, match=named):
        Augmentation(**wrong)
