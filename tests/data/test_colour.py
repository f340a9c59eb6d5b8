"""Colour as three planes: what is kept, what becomes grey, and why."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from linocut.core import LinocutError
from linocut.core.colour import in_grey, luminance, opponents
from linocut.data import Intake, load_dataset
from linocut.data.colours import share_with_colour
from linocut.data.decode import decode
from support.coloured import coloured_shapes, write_folder


@pytest.fixture(scope="module")
def shapes():
    return coloured_shapes(120, seed=1)


def test_a_folder_of_coloured_images_keeps_its_colours_and_says_why(tmp_path, shapes):
    images, labels, names = shapes
    dataset = load_dataset(write_folder(tmp_path, images, labels, names))
    assert dataset.image_shape == (16, 16, 3)
    assert dataset.in_colour and dataset.intake.colour
    assert "Colours were kept, since grey would lose something of 100%" in " ".join(dataset.notes)


def test_the_model_of_a_coloured_set_gets_the_same_of_one_file(tmp_path, shapes):
    images, labels, names = shapes
    folder = write_folder(tmp_path, images, labels, names)
    dataset = load_dataset(folder)
    read = dataset.intake.read(folder / dataset.train.names[3])
    assert np.array_equal(read, dataset.train.images[3])


def test_a_grey_folder_stays_grey_even_where_its_files_have_three_planes(tmp_path, shapes):
    images, labels, names = shapes
    grey = np.repeat(in_grey(images)[..., None], 3, axis=-1)
    dataset = load_dataset(write_folder(tmp_path, grey, labels, names))
    assert dataset.image_shape == (16, 16)
    assert not any("olour" in note for note in dataset.notes)


def test_writing_in_one_coloured_ink_on_tinted_paper_stays_grey():
    rng = np.random.default_rng(0)
    ink, paper = np.array([30, 40, 160.0]), np.array([250, 240, 215.0])
    share = (rng.random((20, 12, 12, 1)) < 0.2) * rng.uniform(0.6, 1, (20, 12, 12, 1))
    pages = paper + share * (ink - paper) + rng.normal(0, 3, (20, 12, 12, 3))
    assert share_with_colour(list(pages)) == 0


def test_a_few_coloured_images_among_many_grey_ones_do_not_make_a_set_coloured(shapes):
    images, _, _ = shapes
    grey = np.repeat(in_grey(images)[..., None], 3, axis=-1)
    mixed = np.concatenate([*[grey] * 4, images[:3]])
    assert 0 < share_with_colour(list(mixed)) < 0.05


@pytest.mark.parametrize("layout", ["last", "first", "float"])
def test_arrays_with_planes_first_or_last_give_the_same_images(tmp_path, shapes, layout):
    images, labels, _ = shapes
    given = {"last": images, "first": np.moveaxis(images, -1, 1), "float": images / 255}[layout]
    np.savez(tmp_path / "set.npz", images=given, labels=labels)
    dataset = load_dataset(tmp_path / "set.npz", split="ordered")
    assert dataset.image_shape == (16, 16, 3)
    assert np.array_equal(np.sort(dataset.images.ravel()), np.sort(images.ravel()))


@pytest.mark.parametrize("by_plane", [True, False])
def test_rows_of_pixels_are_taken_as_cifar_or_pixel_by_pixel(tmp_path, shapes, by_plane):
    images, labels, _ = shapes
    rows = (np.moveaxis(images, -1, 1) if by_plane else images).reshape(len(images), -1)
    np.savez(tmp_path / "set.npz", images=rows, labels=labels)
    dataset = load_dataset(tmp_path / "set.npz", shape=(16, 16, 3))
    known = {image.tobytes() for image in images}
    assert {image.tobytes() for image in dataset.images} == known
    assert ("Rows were taken as one plane after the other, red, green and blue." in dataset.notes) \
        == by_plane  # fmt: skip


def test_rows_of_colours_without_a_shape_say_which_they_may_have(tmp_path, shapes):
    images, labels, _ = shapes
    np.savez(tmp_path / "set.npz", images=images.reshape(len(images), -1), labels=labels)
    with pytest.raises(LinocutError, match="in colour they may be --shape 16x16x3"):
        load_dataset(tmp_path / "set.npz")


@pytest.mark.parametrize("option", [{"normalise": True}, {"binarise": True}, {"ink": "each"}])
def test_what_is_for_grey_images_makes_them_grey_or_is_refused_with_colour(
    tmp_path, shapes, option
):
    folder = write_folder(tmp_path, *shapes)
    assert len(load_dataset(folder, **option).image_shape) == 2
    with pytest.raises(LinocutError, match="with --colour — that is for grey images"):
        load_dataset(folder, colour=True, **option)


def test_colours_can_be_had_of_grey_images_and_grey_ones_of_colours(tmp_path, shapes):
    folder = write_folder(tmp_path, *shapes)
    assert load_dataset(folder, colour=False).image_shape == (16, 16)
    digits = load_dataset("digits", colour=True)
    assert digits.image_shape == (8, 8, 3)
    assert (digits.train.images == digits.train.images[..., :1]).all()


def test_images_of_several_sizes_are_resized_in_colour(tmp_path):
    for k, (name, side) in enumerate([("a", 20), ("b", 31)] * 4):
        images, labels, _ = coloured_shapes(1, side=side, seed=k)
        write_folder(tmp_path / f"{name}", images, labels * 0, (str(k),))
    dataset = load_dataset(tmp_path, size=(12, 10))
    assert dataset.image_shape == (12, 10, 3)


@pytest.mark.parametrize("light", [True, False])
def test_transparent_colours_lie_on_the_paper_that_they_stand_out_from(light):
    ink = (250, 230, 120) if light else (90, 20, 20)
    image = Image.new("RGBA", (4, 4), (*ink, 0))
    image.putpixel((1, 1), (*ink, 255))
    read = decode(image, colour=True)
    assert read[1, 1].tolist() == list(ink)
    assert read[0, 0].tolist() == [0, 0, 0] if light else [255, 255, 255]


@settings(deadline=None, max_examples=30)
@given(arrays(np.uint8, st.tuples(*[st.integers(1, 6)] * 2, st.just(3))))
def test_arrays_become_grey_as_files_do(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    assert np.array_equal(in_grey(pixels[None])[0], decode(file.getvalue()))


@settings(deadline=None, max_examples=30)
@given(arrays(np.uint8, (2, 3, 4)))
def test_where_planes_are_the_same_the_luminance_is_one_of_them_and_the_rest_is_nothing(grey):
    images = np.repeat(grey[..., None], 3, axis=-1)
    assert np.allclose(luminance(images), grey, atol=1e-4)
    first, *others = opponents(images)
    assert np.allclose(first, grey, atol=1e-4)
    assert np.allclose(others, 0, atol=1e-4)


def test_an_intake_of_colour_takes_nothing_that_is_for_ink():
    assert Intake((8, 8), colour=True).image_shape == (8, 8, 3)
    with pytest.raises(LinocutError, match="box=5 with colour"):
        Intake((8, 8), box=5, colour=True)
    with pytest.raises(LinocutError, match="ink='dark-on-light' with colour"):
        Intake((8, 8), ink="dark-on-light", colour=True)
