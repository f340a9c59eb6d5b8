from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from linocut.features import UnitPixels


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (5, 4, 3), dtype=np.uint8)


def test_bytes_become_shares_of_full_ink_in_single_precision(images):
    unit = UnitPixels().fit_transform(images)
    assert unit.dtype == np.float32
    assert unit.shape == (5, 12)
    np.testing.assert_allclose(unit, images.reshape(5, 12) / 255, rtol=1e-7)


def test_the_images_themselves_stay_as_they_are(images):
    before = images.copy()
    UnitPixels().fit_transform(images)
    np.testing.assert_array_equal(images, before)


def test_sparse_images_stay_sparse(images):
    rows = sparse.csr_array(images.reshape(5, 12))
    unit = UnitPixels().fit_transform(rows)
    assert sparse.issparse(unit)
    np.testing.assert_allclose(unit.toarray(), images.reshape(5, 12) / 255, rtol=1e-7)
