"""Local contrast: the same in any even light, of any polarity; nothing where there is nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.features import NormaliseContrast

IMAGES = load_digits().images[:40]


@given(level=st.integers(0, 255), height=st.integers(1, 9), width=st.integers(1, 9))
def test_an_image_of_one_grey_becomes_zeros(level, height, width):
    blank = np.full((2, height, width), level, np.uint8)
    made = NormaliseContrast(2.0).fit_transform(blank)
    assert made.shape == blank.shape
    np.testing.assert_allclose(made, 0, atol=1e-5)


@given(offset=st.floats(-8, 8), light=st.floats(0.5, 1.0))
def test_even_light_changes_little_and_an_offset_nothing(offset, light):
    contrast = NormaliseContrast(2.0, floor=0.02, full=16).fit(IMAGES)
    before = contrast.transform(IMAGES)
    np.testing.assert_allclose(contrast.transform(IMAGES + offset), before, atol=1e-3)
    weaker = contrast.transform(IMAGES * light)
    assert np.linalg.norm(weaker - before) < 0.1 * np.linalg.norm(before)


def test_light_from_one_side_changes_less_than_it_does_pixels():
    slope = np.linspace(0.5, 1, 8)
    contrast = NormaliseContrast(2.0, full=16).fit(IMAGES)

    def change(before, after):
        return np.linalg.norm(after - before) / np.linalg.norm(before)

    assert change(contrast.transform(IMAGES), contrast.transform(IMAGES * slope)) < 0.6 * change(
        IMAGES, IMAGES * slope
    )


def test_the_other_polarity_is_the_other_sign():
    contrast = NormaliseContrast(2.0, full=16).fit(IMAGES)
    np.testing.assert_allclose(
        contrast.transform(16 - IMAGES), -contrast.transform(IMAGES), atol=1e-5
    )


def test_the_local_mean_and_variance_are_those_of_a_gaussian_window():
    x = np.random.default_rng(0).random((1, 41, 41))
    made = NormaliseContrast(2.0, floor=0.1, full=1).fit_transform(x)[0, 20, 20]
    centred = x[0] - gaussian_filter(x[0], 2.0, truncate=9)
    variance = gaussian_filter(centred**2, 2.0, truncate=9)
    # Far from the edge the window is not cut off.
    assert made == pytest.approx(centred[20, 20] / np.sqrt(variance[20, 20] + 0.01), abs=1e-4)


@pytest.mark.parametrize("wrong", [{"sigma": 0}, {"floor": 0.0}, {"full": -1}])
def test_what_is_not_above_zero_is_refused(wrong):
    (name,) = wrong
    with pytest.raises(LinocutError, match=f"{name}=.* a number above zero"):
        NormaliseContrast(**wrong).fit(IMAGES)
