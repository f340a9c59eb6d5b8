"""Small sets of strings as files, in every layout that is read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont


@lru_cache
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def line_image(text: str, *, height: int = 24, dark: bool = True) -> NDArray[np.uint8]:
    """Write a text on one line, dark on light or the other way round."""
    font = _font(height * 0.7)
    wide = max(8, round(font.getlength(text)) + 8)
    image = Image.new("L", (wide, height), 255 if dark else 0)
    ImageDraw.Draw(image).text((4, 1), text, fill=0 if dark else 255, font=font)
    return np.asarray(image)


def texts(
    n: int = 24, *, symbols: str = "2345bc", lengths: Sequence[int] = (4,), seed: int = 0
) -> list[str]:
    """Draw different texts at random, each symbol in at least two."""
    rng = np.random.default_rng(seed)
    made: dict[str, None] = {}
    while len(made) < n:
        made["".join(rng.choice(list(symbols), rng.choice(lengths)))] = None
    return list(made)


def write_lines(
    folder: Path,
    names: Sequence[str],
    written: Sequence[str],
    *,
    height: int = 24,
    dark: bool = True,
) -> Path:
    """Write an image of each text under a name."""
    for name, text in zip(names, written, strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(line_image(text, height=height, dark=dark)).save(path)
    return folder
