"""Ink is what differs from an image's own paper, whatever the grey of either."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from linocut.core.ink import border_pixels, ink_of, paper_level
from linocut.data import load_dataset
from linocut.features import Augmentation, Centre, Deskew, NormaliseMoments

STEPS = [Centre(), Deskew(), NormaliseMoments(0.4), NormaliseMoments(0.8)]


@pytest.fixture(scope="module")
def digits():
    """Return digits with a blank border, half as strong as ink can be."""
    images = load_dataset("digits").test.images[:100] // 2
    return np.pad(images, ((0, 0), (2, 2), (2, 2)))


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_paper_and_polarity_make_no_difference(step, digits):
    made = step.fit(digits).transform(digits)
    np.testing.assert_array_equal(step.transform(255 - digits), made)
    np.testing.assert_array_equal(step.transform(digits + np.uint8(100)), made)
    np.testing.assert_array_equal(step.fit(255 - digits).transform(digits), made)
    assert made.max() > 50


@given(arrays(np.uint8, st.tuples(st.just(3), st.integers(1, 6), st.integers(1, 6))))
def test_the_paper_is_the_lower_median_of_the_border(images):
    h, w = images.shape[1:]
    at = [(y, x) for y in {0, h - 1} for x in range(w)]
    at += [(y, x) for y in range(1, h - 1) for x in {0, w - 1}]
    if min(h, w) > 1:  # of images of one line, each border pixel counts twice
        for image, level in zip(images, paper_level(images).ravel(), strict=True):
            border = sorted(int(image[y, x]) for y, x in at)
            assert level == border[(len(border) - 1) // 2]
    assert border_pixels(images).shape[0] == 3


@given(arrays(np.float32, (2, 5, 5), elements=st.floats(0, 255, width=32)))
def test_images_with_a_blank_border_stay_as_they_are_to_the_last_bit(images):
    images = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    np.testing.assert_array_equal(ink_of(images), images)


def test_copies_of_inverted_images_are_inverted_copies(digits):
    distort = Augmentation(shift=2, rotation=20, scale=0.2, elastic=0.5)
    copies = distort.copies(digits, random_state=0).astype(int)
    inverted = distort.copies(255 - digits, random_state=0).astype(int)
    assert np.abs(255 - inverted - copies).max() <= 1  # halves are rounded the other way
    assert (copies[:, 0].max(axis=-1) == 0).mean() > 0.5  # beyond the edge there is paper
