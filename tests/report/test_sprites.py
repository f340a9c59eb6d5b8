from __future__ import annotations

import base64
import io

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from linocut.report import sprites
from linocut.report.sprites import SHEET_PIXELS, sprite, tiles

few_images = st.tuples(st.integers(1, 12), st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: arrays(np.uint8, shape)
)


def opened(uri: str) -> Image.Image:
    assert uri.startswith("data:image/png;base64,")
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@settings(deadline=None)
@given(few_images)
def test_tiles_hold_the_same_pixels(images):
    np.testing.assert_array_equal(list(tiles(sprite(images))), images)


@settings(deadline=None)
@given(images=few_images, sheet=st.integers(1, 300))
def test_tiles_hold_the_same_pixels_over_several_sheets(images, sheet):
    with_small_sheets = sprites.SHEET_PIXELS
    sprites.SHEET_PIXELS = sheet
    try:
        made = sprite(images)
    finally:
        sprites.SHEET_PIXELS = with_small_sheets
    np.testing.assert_array_equal(list(tiles(made)), images)
    assert len(made.sheets) == -(-made.count // made.per_sheet)


def test_the_page_finds_a_tile_by_column_and_row():
    images = np.arange(7, dtype=np.uint8)[:, None, None] * np.ones((7, 3, 4), np.uint8)
    made = sprite(images)
    sheet = np.asarray(opened(made.sheets[0]))
    for index in range(7):
        top, left = index // made.columns * made.height, index % made.columns * made.width
        assert sheet[top, left] == index


def test_sheets_are_grey_and_at_most_four_megapixels():
    made = sprite(np.zeros((6000, 28, 28), np.uint8))
    sheets = [opened(uri) for uri in made.sheets]
    assert len(sheets) == 2
    assert all(sheet.mode == "L" for sheet in sheets)
    assert all(sheet.width * sheet.height <= SHEET_PIXELS for sheet in sheets)


def test_an_image_larger_than_a_sheet_has_one_of_its_own():
    images = np.zeros((2, 2100, 2100), np.uint8)
    images[1] = 9
    made = sprite(images)
    assert (made.per_sheet, made.columns, len(made.sheets)) == (1, 1, 2)
    assert [int(tile[0, 0]) for tile in tiles(made)] == [0, 9]


def test_no_images_make_no_sheets():
    made = sprite(np.zeros((0, 8, 8), np.uint8))
    assert (made.count, made.sheets) == (0, ())
