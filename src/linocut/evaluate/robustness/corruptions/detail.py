"""Corruptions that take detail away: blur, and compression as JPEG."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Images = NDArray[np.float32]

BLOCK = 8  # pixels that JPEG encodes together, along either side
WIDEST = 4096  # pixels of a sheet


def blur(images: Images, share: float, random: np.random.Generator) -> Images:
    """Blur with a Gaussian, its standard deviation a share of the shorter side."""
    sigma = share * min(images.shape[1:])
    down, across = (_gaussian(size, sigma) for size in images.shape[1:])
    return np.asarray(down @ images @ across.T)


def jpeg(images: Images, quality: float, random: np.random.Generator) -> Images:
    """Write each image as JPEG of a quality from 1 to 95, and read it again.

    All are written on one sheet: blocks of 8 × 8 pixels do not know each other.
    """
    n, height, width = images.shape
    if n == 0:
        return images
    tall, wide = (-(-size // BLOCK) * BLOCK for size in (height, width))
    a_row = min(n, max(1, WIDEST // wide))
    rows = -(-n // a_row)
    sheet = np.zeros((rows * a_row, tall, wide), np.uint8)
    # What does not fill a block is continued, as an encoder does.
    sheet[:n] = np.pad(images, ((0, 0), (0, tall - height), (0, wide - width)), mode="edge")
    sheet = sheet.reshape(rows, a_row, tall, wide).swapaxes(1, 2).reshape(rows * tall, -1)
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, format="jpeg", quality=round(quality))
    read = np.asarray(Image.open(file)).reshape(rows, tall, a_row, wide).swapaxes(1, 2)
    return read.reshape(-1, tall, wide)[:n, :height, :width].astype(np.float32)


def _gaussian(size: int, sigma: float) -> NDArray[np.float32]:
    """Return the matrix (size, size) that blurs a line of pixels among paper."""
    at = np.arange(size)
    beyond = int(4 * sigma) + 1
    kernel = np.exp(-0.5 * (np.arange(-beyond, beyond + 1) / sigma) ** 2).sum()
    return np.asarray(np.exp(-0.5 * ((at[:, None] - at) / sigma) ** 2) / kernel, np.float32)
