"""Photos of handwritten digits, made of real ones: uneven paper, any size, ink anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def photo_of(
    image: NDArray[np.uint8], rng: np.random.Generator, *, light_ink: bool = False
) -> NDArray[np.uint8]:
    """A page of uneven brightness with the ink of an image somewhere on it."""
    height, width = rng.integers(80, 140, 2)
    page = 190 + 30 * np.linspace(0, 1, width) + rng.normal(0, 3, (height, width))
    side = int(rng.integers(45, 70))
    ink = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)) / 255
    top, left = rng.integers(0, height - side), rng.integers(0, width - side)
    page[top : top + side, left : left + side] -= 150 * ink
    made = np.clip(page, 0, 255).astype(np.uint8)
    return 255 - made if light_ink else made


def write_photos(
    folder: Path,
    images: Iterable[NDArray[np.uint8]],
    labels: Iterable[int],
    names: Sequence[str],
    *,
    seed: int = 0,
    light_ink: Callable[[int], bool] = lambda k: False,
) -> Path:
    """One sub-folder a class, one photo an image."""
    rng = np.random.default_rng(seed)
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = folder / names[label] / f"{k}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo_of(image, rng, light_ink=light_ink(k))).save(path)
    return folder
