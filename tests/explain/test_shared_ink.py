"""Shared ink: the dot product of black-and-white images is a common area."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linocut.core import LinocutError
from linocut.explain import SharedInk
from linocut.models import ClassMeans


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images, found.target


def test_a_dot_product_counts_common_pixels(digits):
    images, y = digits
    ink = SharedInk.fit(images, y, threshold=7.5)
    one, other = images[3] > 7.5, images[90] > 7.5
    area = ink.common_area(images[3], images[90])
    assert area == np.count_nonzero(one & other) == int(one.ravel() @ other.ravel().astype(int))


def test_the_overlap_is_the_mean_common_area_with_the_class(digits):
    images, y = digits
    ink = SharedInk.fit(images, y, threshold=7.5)
    found = ink.overlap(images[12])
    for k in (0, 4):
        mine = images[y == k]
        areas = [ink.common_area(images[12], other) for other in mine]
        assert found.areas[k] == pytest.approx(np.mean(areas))
    assert found.areas.sum() == pytest.approx(found.shared.sum())
    assert found.rows()[0]["shared"] == found.areas.max()
    assert str(found.classes[int(found.areas.argmax())]) in found.sentence
    assert len(found.plot().axes) >= 11


def test_most_shared_ink_is_the_dot_product_with_the_class_mean(digits):
    images, y = digits
    black = (images > 7.5).astype(np.uint8)
    model = ClassMeans("dot").fit(black[:900], y[:900])
    ink = SharedInk.fit(images[:900], y[:900], threshold=7.5)
    assert ink.accuracy(images[900:], y[900:]) == model.score(black[900:], y[900:])


def test_other_shapes_are_refused(digits):
    images, y = digits
    ink = SharedInk.fit(images, y, threshold=7.5)
    with pytest.raises(LinocutError, match="images of shape"):
        ink.overlap(np.zeros((9, 9)))
    with pytest.raises(LinocutError, match="images of shape"):
        SharedInk.fit(images.reshape(-1, 64), y)
