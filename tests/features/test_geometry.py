"""Ink found on uneven paper, brought to MNIST's form, and measured."""

import numpy as np
import pytest

from linocut.core import LinocutError
from linocut.core.ink import InkMoments
from linocut.features import Centre, SizeNormalise, find_ink, stroke_statistics


def centres_of_mass(images):
    return InkMoments.of(images).centre


def stroke(height=120, width=90, thickness=9, angle=0.0):
    """Draw a soft-edged bar, 1 where there is ink."""
    y, x = np.mgrid[:height, :width]
    t = np.deg2rad(angle)
    off = np.cos(t) * (x - width / 2) + np.sin(t) * (y - height / 2)
    along = -np.sin(t) * (x - width / 2) + np.cos(t) * (y - height / 2)
    return np.clip(thickness / 2 + 0.5 - np.abs(off), 0, 1) * np.clip(40.5 - np.abs(along), 0, 1)


def photo(ink, seed=0, light=True):
    """Photograph it: lit from one corner, with noise and a speck of dirt."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]]
    paper = 120 + 0.5 * y + 0.8 * x
    grey = paper * (1 - 0.75 * ink) + rng.normal(0, 3, ink.shape)
    grey[5, 5] = 20
    grey = np.clip(grey, 0, 255)
    return (grey if light else 255 - grey).astype(np.uint8)


@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("angle", [0, 30, -60])
def test_ink_is_found_on_uneven_paper_either_way_round(light, angle):
    drawn = stroke(angle=angle)
    ink = find_ink(photo(drawn, light=light))
    both = ((ink > 0.5) & (drawn > 0.5)).sum() / ((ink > 0.5) | (drawn > 0.5)).sum()
    assert both > 0.85
    assert ink[5, 5] == 0
    assert (ink[drawn == 0] > 0.3).mean() < 0.01


@pytest.mark.parametrize("paper", [np.full((40, 40), 200.0), None])
def test_an_empty_page_has_no_ink(paper):
    if paper is None:
        paper = photo(np.zeros((60, 60)))[10:, 10:]
    assert not (find_ink(paper) > 0.5).any()


def test_a_photo_becomes_what_mnist_is():
    made = SizeNormalise().fit_transform([photo(stroke(angle=20)), photo(stroke(200, 150))])
    assert made.shape == (2, 28, 28)
    for image in made:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert 18 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
        assert image.max() > 240
    np.testing.assert_allclose(centres_of_mass(made.astype(np.float32)), 13.5, atol=0.75)


def test_the_aspect_ratio_is_kept():
    made = SizeNormalise(clean=False).fit_transform([stroke(thickness=20)])[0]
    height, width = (np.ptp(np.flatnonzero(made.max(axis=a) > 127)) + 1 for a in (1, 0))
    assert height / width == pytest.approx(81 / 20, rel=0.25)


def test_most_of_mnists_images_are_left_as_they_are(real_data):
    real_data("mnist")
    from linocut.data import load_dataset

    images = load_dataset("mnist").test.images[:2000]
    again = SizeNormalise(clean=False).fit_transform(images)
    assert (again == images).all(axis=(1, 2)).mean() > 0.85  # to the last bit


def test_a_page_without_ink_becomes_a_blank_image():
    assert not SizeNormalise().fit_transform(np.full((1, 50, 50), 240, np.uint8)).any()


def test_centring_moves_whole_pixels_and_loses_nothing_inside():
    images = np.zeros((2, 9, 11), np.uint8)
    images[0, :2, :3] = 7
    images[1, 4, 5] = 9
    moved = Centre().fit_transform(images)
    np.testing.assert_array_equal(moved.sum(axis=(1, 2)), images.sum(axis=(1, 2)))
    assert np.abs(centres_of_mass(moved.astype(np.float32)) - [4, 5]).max() <= 0.5


@pytest.mark.parametrize("thickness", [2, 4, 7])
@pytest.mark.parametrize("angle", [0, 25])
def test_thickness_is_measured(thickness, angle):
    drawn = stroke(thickness=thickness, angle=angle)
    measured = stroke_statistics(drawn[None], full=1.0).thickness[0]
    assert measured == pytest.approx(thickness, rel=0.15)


def test_a_stroke_that_leans_to_the_right_has_a_slant_above_zero():
    strokes = stroke_statistics(np.stack([stroke(angle=15), stroke(angle=-15), stroke()]), full=1.0)
    y, x = np.argwhere(stroke(angle=15) > 0.5).T
    rightwards = -np.polyfit(y, x, 1)[0]  # columns gained a row upwards
    assert np.sign(strokes.slant[0]) == np.sign(rightwards)
    np.testing.assert_allclose(np.abs(strokes.slant), [15, 15, 0], atol=1.5)


def test_a_blank_image_has_no_measures_and_no_warning():
    strokes = stroke_statistics(np.zeros((2, 8, 8), np.uint8))
    assert np.isnan(strokes.thickness).all()
    assert not strokes.ink.any()


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: SizeNormalise(30).fit([]), "box=30"),
        (lambda: find_ink(np.zeros(5)), "at least 3 pixels"),
        (lambda: stroke_statistics(np.zeros((3, 64))), "takes images"),
    ],
)
def test_what_cannot_be_is_named(make, named):
    with pytest.raises(LinocutError, match=named):
        make()
