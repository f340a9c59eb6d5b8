"""Normalisation by moments: what it promises to make equal is equal afterwards."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.core.ink import InkMoments
from linocut.data import load_dataset
from linocut.features import Deskew, NormaliseMoments


def bars():
    """Draw bars of several sizes, places and slants."""
    images = np.zeros((6, 28, 28), np.float32)
    y, x = np.mgrid[:28, :28]
    for k in range(6):
        lean = (k - 2.5) / 6
        off = x - (12 + k % 3) + lean * (y - 13)
        images[k] = np.clip(2 + 0.4 * k - np.abs(off), 0, 1) * np.clip(5 + k - np.abs(y - 13), 0, 1)
    return images


def test_moments_are_those_of_the_ink():
    images = bars()
    moments = InkMoments.of(images)
    y, x = np.mgrid[:28, :28]
    for k, image in enumerate(images):
        p = image / image.sum()
        assert moments.row[k] == pytest.approx((p * y).sum(), abs=1e-3)
        tall = np.sqrt((p * (y - moments.row[k]) ** 2).sum())
        assert moments.height[k] == pytest.approx(tall, abs=1e-3)
        upright = x - moments.shear[k] * (y - moments.row[k])
        spread = np.sqrt((p * (upright - (p * upright).sum()) ** 2).sum())
        assert moments.upright_width[k] == pytest.approx(spread, abs=2e-3)
    np.testing.assert_allclose(moments.shear, Deskew().fit(images).slants(images), atol=1e-4)


def test_all_is_equal_afterwards():
    made = InkMoments.of(NormaliseMoments(1.0).fit_transform(bars()))
    np.testing.assert_allclose(made.row, 13.5, atol=0.05)
    np.testing.assert_allclose(made.column, 13.5, atol=0.05)
    np.testing.assert_allclose(made.shear, 0, atol=0.02)
    assert np.ptp(made.height) < 0.15
    assert (
        np.ptp(made.upright_width) < 0.25
    )  # a bar of two pixels is blurred by reading between pixels


def test_with_power_zero_sizes_stay_and_with_half_of_it_half_is_taken_out():
    images = bars()
    before = InkMoments.of(images).height
    kept = InkMoments.of(NormaliseMoments(0.0).fit_transform(images)).height
    half = InkMoments.of(NormaliseMoments(0.5).fit_transform(images)).height
    np.testing.assert_allclose(kept, before, rtol=0.03)
    np.testing.assert_allclose(
        half / np.median(before), np.sqrt(before / np.median(before)), rtol=0.03
    )


def test_blank_images_stay_blank_and_new_images_are_measured_by_the_training_ones():
    images = bars()
    step = NormaliseMoments(1.0).fit(images)
    assert not step.transform(np.zeros((2, 28, 28), np.uint8)).any()
    wide = np.zeros((1, 28, 28), np.float32)
    wide[0, 12:16, 8:20] = 1
    assert InkMoments.of(step.transform(wide)).upright_width[0] == pytest.approx(
        step.width_, rel=0.1
    )
    assert not NormaliseMoments().fit_transform(np.zeros((2, 9, 9), np.uint8)).any()


def test_an_image_does_not_depend_on_those_beside_it():
    images = load_dataset("digits").train.images
    step = NormaliseMoments().fit(images)
    np.testing.assert_array_equal(step.transform(images[700:701]), step.transform(images)[700:701])


def test_digits_of_one_class_come_to_lie_nearer_to_each_other():
    part = load_dataset("digits").train
    made = NormaliseMoments(0.8).fit_transform(part.images)

    def spread(images):
        rows = images.reshape(len(images), -1).astype(float)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        within = [rows[part.labels == k].var(axis=0).sum() for k in range(10)]
        return np.mean(within) / rows.var(axis=0).sum()

    assert spread(made) < 0.95 * spread(part.images)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: NormaliseMoments(1.5).fit(bars()), "strength=1.5"),
        (lambda: NormaliseMoments().fit(np.zeros((3, 64))), "takes images"),
        (lambda: NormaliseMoments().fit(bars()).transform(np.zeros((1, 8, 8))), "fitted on"),
    ],
)
def test_what_cannot_be_is_named(make, named):
    with pytest.raises(LinocutError, match=named):
        make()


@pytest.mark.parametrize("step", [NormaliseMoments(0.6), Deskew()])
def test_weights_are_taken_back_to_where_pixels_were_read(step):
    rng = np.random.default_rng(3)
    images = np.zeros((4, 14, 12))
    images[:, 3:10, 4:9] = rng.random((4, 7, 5))
    made = step.fit(images).transform(images)
    G = rng.normal(size=made.shape)
    back = step.local_weights(images, G)
    np.testing.assert_allclose(
        (G * made).sum(axis=(1, 2)), (back * images).sum(axis=(1, 2)), rtol=1e-4
    )
