"""Small sets in colour, generated: classes told by colour alone, by shape alone, or by both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linocut.data import ImageDataset, ImagePart

Images = NDArray[np.uint8]

COLOURS = {"red": (230, 60, 50), "green": (30, 137, 60), "blue": (60, 100, 255)}
SHAPES = ("square", "disc", "cross")


def coloured_shapes(
    n: int,
    *,
    by: str = "both",
    side: int = 16,
    seed: int = 0,
    noise: float = 12.0,
) -> tuple[Images, NDArray[np.int64], tuple[str, ...]]:
    """Return images (n, side, side, 3), labels and class names.

    Parameters
    ----------
    n : int
        Images.
    by : {"colour", "shape", "both"}
        What tells the classes; the other is drawn at random. Three classes, or nine for both.
    side : int
        Pixels.
    seed : int
        Of all draws.
    noise : float
        Standard deviation of each value, grey levels.
    """
    rng = np.random.default_rng(seed)
    colour, shape = rng.integers(0, 3, n), rng.integers(0, 3, n)
    y, x = np.mgrid[:side, :side].astype(float)
    images = np.empty((n, side, side, 3))
    for k in range(n):
        size = side * rng.uniform(0.22, 0.34)
        down, across = (side - 1) / 2 + rng.uniform(-0.1, 0.1, 2) * side
        dy, dx = np.abs(y - down), np.abs(x - across)
        inside = (
            np.maximum(dy, dx) <= size,
            np.hypot(dy, dx) <= 1.13 * size,
            (np.minimum(dy, dx) <= 0.35 * size) & (np.maximum(dy, dx) <= 1.3 * size),
        )[shape[k]]
        images[k] = rng.uniform(20, 60, 3)
        light = rng.uniform(0.8, 1.1)
        images[k][inside] = np.array(list(COLOURS.values())[colour[k]]) * light
    images += rng.normal(0, noise, images.shape)
    made = np.clip(np.rint(images), 0, 255).astype(np.uint8)
    if by == "colour":
        return made, colour, tuple(COLOURS)
    if by == "shape":
        return made, shape, SHAPES
    names = tuple(f"{one} {other}" for one in COLOURS for other in SHAPES)
    return made, 3 * colour + shape, names


def colour_dataset(
    n: int = 240, *, by: str = "both", side: int = 16, seed: int = 0
) -> ImageDataset:
    """Return such images as a dataset, the last fifth of them as the test part."""
    images, labels, names = coloured_shapes(n, by=by, side=side, seed=seed)
    cut = n - n // 5
    return ImageDataset(
        "shapes",
        names,
        ImagePart(images[:cut], labels[:cut].astype(np.int64)),
        ImagePart(images[cut:], labels[cut:].astype(np.int64)),
    )


def write_folder(
    folder: Path,
    images: Images,
    labels: NDArray[np.int64],
    names: tuple[str, ...],
    ending: str = "png",
) -> Path:
    """Write images into one sub-folder a class."""
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = folder / names[label]
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{k:04d}.{ending}")
    return folder
