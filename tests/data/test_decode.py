"""One image decoder: what each kind of file becomes, and that damage is one line."""

from __future__ import annotations

import io
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fuzz.readers import reader_of
from fuzz.running import run_here
from linocut.core import LinocutError
from linocut.data import Intake
from linocut.data.decode import decode, decoded, image_formats, is_image_name

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus" / "images"


def encoded(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, format=kind, **options)
    return file.getvalue()


def stroke(shape=(9, 7)):
    """A light stroke on black."""
    image = np.zeros(shape, np.uint8)
    image[2:-2, 3:5] = 200
    return image


# Names


@pytest.mark.parametrize("name", ["a.png", "a.JPEG", "a.b.tif", "a.pgm", "a.tga", "a.jp2", "a.ico"])
def test_what_pillow_reads_is_an_image(name):
    assert is_image_name(name)


@pytest.mark.parametrize("name", ["a.pdf", "a.eps", "a.ps", "a.wmf", "a.mpg", "a.h5", "a.txt", "a"])
def test_documents_programs_and_films_are_none(name):
    assert not is_image_name(name)


def test_a_program_in_an_images_clothes_is_not_run():
    assert "EPS" not in image_formats()
    with pytest.raises(LinocutError, match="not an image"):
        decode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")


# Modes


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_printing_inks_are_no_light(kind):
    cmyk = Image.fromarray(stroke((40, 40))).convert("RGB").convert("CMYK")
    grey = decode(encoded(cmyk, kind))
    assert np.abs(grey.astype(int) - stroke((40, 40))).mean() < 8


def test_lab_becomes_its_lightness():
    pixels = np.full((4, 5, 3), 128, np.uint8)
    pixels[..., 0] = 77
    lab = Image.frombytes("LAB", (5, 4), pixels.tobytes())
    assert (decode(encoded(lab, "TIFF")) == 77).all()


@pytest.mark.parametrize("ink", [0, 255], ids=["black ink", "white ink"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_ink_on_nothing_stands_out_from_its_paper(ink, mode):
    alpha = stroke()
    pixels = np.full((*alpha.shape, 4), ink, np.uint8)
    pixels[..., 3] = alpha
    image = Image.fromarray(pixels)
    if mode == "P":
        palette = Image.fromarray(np.where(alpha, 1, 0).astype(np.uint8), "P")
        palette.putpalette([9, 9, 9, ink, ink, ink])
        data, cover = encoded(palette, transparency=0), np.where(alpha, 255, 0)
    else:
        data, cover = encoded(image.convert(mode)), alpha
    np.testing.assert_array_equal(decode(data), cover if ink else 255 - cover)


def test_an_image_of_nothing_is_blank():
    assert np.ptp(decode(encoded(Image.new("RGBA", (4, 3))))) == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16", "P"])
def test_one_pixel_is_an_image(mode):
    assert decode(encoded(Image.new(mode, (1, 1)))).shape == (1, 1)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_every_exif_order_is_put_upright(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = np.zeros((32, 48), np.uint8)
    page[:16, :24] = 255  # upper left, as stored
    grey = decode(encoded(Image.fromarray(page).convert("RGB"), kind, exif=exif))
    assert grey.shape == ((32, 48) if orientation < 5 else (48, 32))
    top = orientation in {1, 2, 5, 6}
    left = orientation in {1, 4, 5, 8}
    h, w = grey.shape[0] // 2, grey.shape[1] // 2
    inked = grey[:h] if top else grey[h:]
    assert (inked[:, :w] if left else inked[:, w:]).mean() > 240
    assert grey.mean() < 80


def test_damaged_exif_does_not_cost_the_image():
    data = encoded(Image.fromarray(stroke()), exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    np.testing.assert_array_equal(decode(data), stroke())


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "PNG", "WEBP"])
def test_the_first_frame_counts_and_the_others_are_counted(kind):
    frames = [Image.fromarray(np.roll(stroke(), k, axis=1)) for k in range(4)]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    read = decoded(data)
    assert read.frames == 4
    np.testing.assert_array_equal(read.pixels, stroke())


# Depth


def test_sixteen_bits_are_on_the_scale_of_the_set():
    deep = stroke().astype(np.uint16) * 20
    data = encoded(Image.fromarray(deep))
    assert decode(data).max() == round(4000 / 65535 * 255)
    assert decode(data, white=4095).max() == round(4000 / 4095 * 255)
    assert decode(data, white=16).max() == decode(data).max()  # it cannot be on that scale


@pytest.mark.parametrize(("top", "white"), [(1, 1), (3, 3), (15, 15), (16, 16), (200, 255)])
def test_few_levels_are_brought_to_full_range(top, white):
    image = np.where(stroke(), top, 0).astype(np.uint8)
    assert decode(encoded(Image.fromarray(image)), white).max() == round(top * 255 / white)


# Damage


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not an image"),
        (b"nothing", "not an image"),
        (encoded(Image.fromarray(stroke((90, 90))), "JPEG")[:400], "truncated"),
        (encoded(Image.effect_noise((30, 30), 50))[:300], "truncated"),
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "not an image"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", "not an image|broken|decode"),
        (encoded(Image.new("F", (3, 3), float("nan")), "TIFF"), "below zero or not finite"),
        (encoded(Image.new("I", (3, 3), -5), "TIFF"), "below zero or not finite"),
    ],
    ids=["empty", "text", "jpeg", "png", "heif", "avif", "not a number", "negative"],
)
def test_damage_is_one_line(data, told):
    with pytest.raises(LinocutError, match=told) as caught:
        decode(data)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_fuzzing_found_once_is_read_or_refused(path):
    try:
        reader_of("images").read(path.read_bytes())
    except LinocutError as error:
        assert "\n" not in str(error)


def test_a_few_hundred_changed_files_are_read_or_refused():
    reader = reader_of("images")
    outcome = run_here(reader, reader.seeds(), range(300), random_state=1)
    assert not outcome.failures
    assert outcome.read > 30
    assert outcome.refused > 100


def test_pillows_warnings_stay_inside_even_with_several_threads(tmp_path):
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\xff\xff\0\0\0\0\0\0"
    data = encoded(Image.fromarray(stroke()), "JPEG", exif=exif)
    before = list(warnings.filters)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ThreadPoolExecutor(4) as pool:
            assert len(list(pool.map(decode, [data] * 200))) == 200
    assert warnings.filters == before


def test_ink_in_a_large_photograph_is_found_as_in_a_small_one():
    small = np.full((400, 300), 220, np.uint8)
    small[120:280, 130:170] = 30
    intake = Intake.normalising()
    large = np.kron(small, np.ones((8, 8), np.uint8))
    difference = intake.read(large).astype(int) - intake.read(small)
    assert np.abs(difference).mean() < 5


def test_a_page_with_a_single_dot_is_blank():
    page = np.full((40, 40), 230, np.uint8)
    page[20, 20] = 0
    assert Intake.normalising().read(page).max() == 0
