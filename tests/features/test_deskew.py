"""Deskewing: what leaned stands upright, and nothing else changes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import affine_transform

from linocut.core import LinocutError
from linocut.features import Deskew


def bar(lean, size=29):
    """Draw a vertical bar, sheared by ``lean`` columns a row."""
    upright = np.zeros((size, size))
    upright[6:23, 12:17] = 200.0
    middle = size // 2
    matrix = np.array([[1.0, 0.0], [-lean, 1.0]])
    return affine_transform(upright, matrix, offset=[0.0, lean * middle], order=1)


@given(lean=st.floats(-0.45, 0.45))
@settings(max_examples=30, deadline=None)
def test_a_leaning_bar_stands_upright(lean):
    deskew = Deskew()
    image = bar(lean)[None]
    assert deskew.fit(image).slants(image)[0] == pytest.approx(lean, abs=0.03)
    upright = deskew.transform(image)
    assert abs(deskew.slants(upright)[0]) < 0.02
    assert upright.sum() == pytest.approx(image.sum(), rel=1e-3)


def test_images_do_not_depend_on_those_beside_them():
    rng = np.random.default_rng(0)
    images = np.stack([bar(lean) for lean in rng.uniform(-0.6, 0.6, 30)]).astype(np.uint8)
    together = Deskew().fit_transform(images)
    apart = np.concatenate([Deskew().fit_transform(image[None]) for image in images])
    np.testing.assert_array_equal(together, apart)
    assert together.dtype == np.uint8


def test_blank_images_and_single_rows_stay_what_they_are():
    blank = np.zeros((2, 5, 6), np.uint8)
    np.testing.assert_array_equal(Deskew().fit_transform(blank), blank)
    row = blank.copy()
    row[0, 2, 1:4] = 99
    np.testing.assert_array_equal(Deskew().fit_transform(row), row)


def test_rows_are_refused():
    with pytest.raises(LinocutError, match="takes images"):
        Deskew().fit(np.zeros((3, 64)))
    with pytest.raises(LinocutError, match="max_shear="):
        Deskew(0).fit(np.zeros((3, 8, 8)))
