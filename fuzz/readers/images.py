"""Image files of the common kinds, as `linocut.data.Intake` reads them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.random import Generator
from PIL import Image

from fuzz.mutations import changed, spliced
from linocut.data import Intake
from linocut.data.decode import decode

SIZES = ((1, 1), (9, 7), (28, 28))
KINDS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("PNG", ("L", "1", "P", "LA", "RGB", "RGBA", "I;16"), {}),
    ("JPEG", ("L", "RGB", "CMYK"), {}),
    ("JPEG", ("L",), {"progressive": True}),
    ("BMP", ("L", "1", "P", "RGB"), {}),
    ("TIFF", ("L", "1", "RGBA", "CMYK", "LAB", "I;16", "I", "F"), {}),
    ("TIFF", ("L", "RGB"), {"compression": "tiff_lzw"}),
    ("TIFF", ("L",), {"compression": "tiff_adobe_deflate"}),
    ("TIFF", ("RGB",), {"compression": "jpeg"}),
    ("TIFF", ("1",), {"compression": "group4"}),
    ("WEBP", ("RGB", "RGBA"), {}),
    ("WEBP", ("RGBA",), {"lossless": True}),
    ("GIF", ("L", "P"), {}),
    ("PPM", ("L", "RGB"), {}),
    ("TGA", ("L", "RGB"), {"compression": "tga_rle"}),
)
ANIMATED = ("GIF", "TIFF", "PNG", "WEBP")
ORIENTATIONS = (3, 6)
INTAKES = (Intake((8, 8)), Intake((28, 28), ink="dark-on-light", white=16))
SMALLEST = 3  # pixels a side from which ink can be found


class ImageFiles:
    """`linocut.data.Intake.read`."""

    def seeds(self) -> list[bytes]:
        """Return files of every kind and mode, of one pixel and of many, with frames and EXIF."""
        made = [
            _encoded([_image(size, mode)], kind, **options)
            for kind, modes, options in KINDS
            for mode in modes
            for size in SIZES
        ]
        made += [_encoded([_image((9, 7), "L", k) for k in range(3)], kind) for kind in ANIMATED]
        for orientation in ORIENTATIONS:
            exif = Image.Exif()
            exif[0x0112] = orientation
            for kind in ("JPEG", "PNG", "TIFF", "WEBP"):
                made.append(_encoded([_image((9, 7), "RGB")], kind, exif=exif))
        return made

    def mutated(self, seeds: list[bytes], random: Generator) -> bytes:
        """Change one of them, or join two."""
        seed = seeds[random.integers(len(seeds))]
        if random.random() < 0.1:
            return spliced(seed, seeds[random.integers(len(seeds))], random)
        return changed(seed, random)

    def read(self, data: bytes) -> Any:
        """Read an image in each of the ways a model may want it."""
        read = [intake.read(data) for intake in INTAKES]
        if min(decode(data).shape) >= SMALLEST:
            read.append(Intake.normalising().read(data))
        return read


def _image(size: tuple[int, int], mode: str, seed: int = 0) -> Image.Image:
    """Return a stroke with some noise, in a mode of Pillow."""
    height, width = size
    pixels = np.random.default_rng(seed).integers(0, 40, (height, width, 4)).astype(np.uint8)
    pixels[height // 4 : height - height // 4, width // 3 : width // 2 + 1] += 200
    image = Image.fromarray(pixels)
    if mode in {"I;16", "I", "F"}:
        kind = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        return Image.fromarray(pixels[..., 0].astype(kind) * kind(16))
    if mode == "LAB":
        return Image.frombytes("LAB", (width, height), pixels[..., :3].tobytes())
    return (
        image if mode == "RGBA" else image.convert("RGB" if mode == "CMYK" else mode).convert(mode)
    )


def _encoded(frames: list[Image.Image], kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:]}
    frames[0].save(file, format=kind, **options)
    return file.getvalue()


READER = ImageFiles()
