"""Images read by the page's arithmetic are those that Python reads, byte for byte."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from linocut.data import Intake, load_dataset
from support import typescript
from support.photos import photo_of

Reader = Callable[[list[np.ndarray], Intake], np.ndarray]

IN_NODE = """
import { read } from './read.mjs';
const length = given.readUInt32LE(0);
let at = 4 + length;
for (const { width, height, intake } of JSON.parse(given.subarray(4, at))) {
  const rgba = new Uint8ClampedArray(given.subarray(at, (at += 4 * width * height)));
  answer(read(rgba, width, height, intake));
}
"""

IN_CHROMIUM = """
async ({ code, file, intake }) => {
  const module = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const { readBlob } = await import(module);
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  try {
    return { bytes: [...(await readBlob(new Blob([bytes]), intake))] };
  } catch (error) {
    return { told: error.message };
  }
}
"""

SIZES = [(1, 1), (1, 9), (7, 1), (2, 2), (3, 3), (5, 40), (28, 28), (27, 28), (60, 20), (97, 131)]
SHAPES = [(28, 28), (20, 33), (1, 1), (64, 8)]


@pytest.fixture(scope="module")
def in_node(node: None, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("intake")
    typescript.bundled("engine/intake/read.ts", folder)

    def read(pictures: list[np.ndarray], intake: Intake) -> np.ndarray:
        cases = [
            {"height": each.shape[0], "width": each.shape[1], "intake": asdict(intake)}
            for each in pictures
        ]
        head = json.dumps(cases).encode()
        pixels = b"".join(each.tobytes() for each in pictures)
        given = len(head).to_bytes(4, "little") + head + pixels
        made = np.frombuffer(typescript.run_node(IN_NODE, folder, given), np.uint8)
        assert intake.image_shape is not None
        return made.reshape(len(pictures), *intake.image_shape)

    return read


def canvas_of(picture: np.ndarray) -> np.ndarray:
    """A picture in grey or colour as a canvas gives it, (h, w, 4)."""
    return np.asarray(Image.fromarray(picture).convert("RGBA"))


def noise(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(0, 256, shape, np.uint8)


def scribble(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Strokes of dark ink on clean paper."""
    page = Image.new("L", (width, height), int(rng.integers(200, 256)))
    points = [(int(rng.integers(width)), int(rng.integers(height))) for _ in range(5)]
    thick = max(1, min(height, width) // 12)
    ImageDraw.Draw(page).line(points, fill=int(rng.integers(80)), width=thick)
    return np.asarray(page)


def scan(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Strokes on uneven, noisy paper with specks of dirt."""
    page = scribble(rng, height, width) * np.linspace(0.6, 1, width)
    page += rng.normal(0, 4, page.shape)
    page[rng.integers(height, size=6), rng.integers(width, size=6)] = 30
    return np.clip(page, 0, 255).astype(np.uint8)


def assert_as_python(read: Reader, pictures: list[np.ndarray], intake: Intake) -> None:
    expected = np.stack([intake.read(each) for each in pictures])
    np.testing.assert_array_equal(read(pictures, intake), expected)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("resampling", ["area", "nearest"])
def test_any_size_becomes_any_other(in_node, shape, resampling):
    rng = np.random.default_rng(1)
    pictures = [canvas_of(noise(rng, *size)) for size in SIZES for _ in range(3)]
    assert_as_python(in_node, pictures, Intake(shape, resampling=resampling))


@pytest.mark.parametrize("ink", ["light-on-dark", "dark-on-light", "each"])
def test_ink_becomes_light(in_node, ink):
    rng = np.random.default_rng(2)
    pages = [scribble(rng, *size) for size in SIZES]
    pictures = [canvas_of(each) for page in pages for each in (page, 255 - page)]
    assert_as_python(in_node, pictures, Intake((28, 28), ink=ink))


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
def test_colours_become_grey_or_are_kept_and_what_is_transparent_gets_paper(in_node, colour):
    rng = np.random.default_rng(3)
    opaque = [canvas_of(noise(rng, *size, 3)) for size in SIZES]
    covered = [noise(rng, *size, 4) for size in SIZES]
    strokes = [np.dstack([np.full((9, 9, 3), ink, np.uint8), noise(rng, 9, 9)]) for ink in (0, 255)]
    nothing = [np.zeros((9, 9, 4), np.uint8)]
    pictures = opaque + covered + strokes + nothing
    assert_as_python(in_node, pictures, Intake((28, 28), colour=colour))


@pytest.mark.parametrize("white", [1, 15, 16, 255, 4095])
def test_few_levels_are_stretched_unless_a_value_lies_above_them(in_node, white):
    rng = np.random.default_rng(4)
    pictures = [canvas_of(noise(rng, 12, 9) % top) for top in (2, 16, 17, 255)]
    assert_as_python(in_node, pictures, Intake((8, 8), white=white))


def test_what_is_above_half_becomes_ink_where_the_model_asks_for_it(in_node):
    rng = np.random.default_rng(5)
    pictures = [canvas_of(noise(rng, *size)) for size in SIZES]
    assert_as_python(in_node, pictures, Intake((28, 28), binarise=True))


@pytest.mark.parametrize("draw", [scribble, scan, noise])
def test_ink_is_found_scaled_and_centred_as_in_python(in_node, draw):
    rng = np.random.default_rng(6)
    sizes = [rng.integers(3, 180, 2) for _ in range(40)]
    pages = [draw(rng, int(height), int(width)) for height, width in sizes]
    pictures = [canvas_of(each) for page in pages for each in (page, 255 - page)]
    assert_as_python(in_node, pictures, Intake.normalising(28))


def test_photographs_of_digits_in_uneven_light_are_found(in_node):
    rng = np.random.default_rng(7)
    images = load_dataset("digits").train.images[:60]
    pictures = [
        canvas_of(photo_of(image, rng, light_ink=k % 2 == 1)) for k, image in enumerate(images)
    ]
    assert_as_python(in_node, pictures, Intake.normalising(28))
    assert_as_python(in_node, pictures, Intake.normalising(16))


def test_ink_whose_centre_lies_between_two_places_goes_to_the_same_one(in_node):
    rng = np.random.default_rng(8)
    blocks = [
        np.pad(np.full((height, width), 255, np.uint8), ((down, down), (across, across)))
        for height, width, down, across in rng.integers(3, 40, (60, 4))
    ]
    assert_as_python(in_node, list(map(canvas_of, blocks)), Intake.normalising(28))


def test_ink_of_a_large_photograph_is_looked_for_in_a_smaller_one(in_node):
    rng = np.random.default_rng(9)
    assert_as_python(in_node, [canvas_of(scan(rng, 900, 1300))], Intake.normalising(28))


@pytest.fixture
def in_chromium(
    node: None, browser: Any, tmp_path: Any
) -> Callable[[bytes, Intake], dict[str, Any]]:
    """Read a file by the bundled module in a page that is blank otherwise."""
    code = typescript.bundled("engine/intake/blob.ts", tmp_path).read_text(encoding="utf-8")
    page = browser.new_page()

    def read(file: bytes, intake: Intake) -> dict[str, Any]:
        given = {
            "code": code,
            "file": base64.b64encode(file).decode(),
            "intake": asdict(intake),
        }
        return page.evaluate(IN_CHROMIUM, given)

    yield read
    page.close()


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_png_in_the_browser_is_the_one_that_python_opens(in_chromium, mode):
    page = Image.fromarray(scan(np.random.default_rng(10), 90, 70)).convert(mode)
    for intake in (Intake((28, 28)), Intake.normalising(28), Intake((8, 8), colour=True)):
        file = encoded(page)
        assert in_chromium(file, intake)["bytes"] == intake.read(file).ravel().tolist()


@pytest.mark.parametrize("kind", ["BMP", "GIF", "JPEG", "WEBP"])
def test_other_files_are_decoded_alike(in_chromium, kind):
    picture = Image.fromarray(noise(np.random.default_rng(11), 30, 40, 3))
    file = encoded(picture.resize((120, 90)), kind)
    for intake in (Intake((28, 28)), Intake((28, 28), colour=True)):
        assert in_chromium(file, intake)["bytes"] == intake.read(file).ravel().tolist()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright(in_chromium, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = Image.fromarray(scan(np.random.default_rng(12), 90, 60))
    file, intake = encoded(page, "JPEG", quality=95, exif=exif), Intake((28, 28))
    assert in_chromium(file, intake)["bytes"] == intake.read(file).ravel().tolist()


def test_a_canvas_rounds_what_is_half_transparent_by_one_grey_level_at_most(in_chromium):
    file = encoded(Image.fromarray(noise(np.random.default_rng(13), 28, 28, 4)))
    intake = Intake((28, 28))
    made = np.array(in_chromium(file, intake)["bytes"])
    assert np.abs(made - intake.read(file).ravel()).max() <= 1


def test_what_a_browser_cannot_read_is_told_in_a_sentence(in_chromium):
    deep = encoded(Image.fromarray(np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000))
    assert "16 bits" in in_chromium(deep, Intake((8, 8)))["told"]
    assert "no image" in in_chromium(b"nothing", Intake((8, 8)))["told"]
    small = encoded(Image.new("L", (2, 2)))
    assert "no ink can be found" in in_chromium(small, Intake.normalising(28))["told"]
    large = encoded(Image.new("1", (10_000, 5_001)))
    assert "50 million" in in_chromium(large, Intake((8, 8)))["told"]
