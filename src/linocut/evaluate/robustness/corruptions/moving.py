"""Corruptions that move the ink: shift, rotation, scale and shear, about the middle of the image.

Each image draws its own direction; how far it goes is the same for all. Beyond the edge there is
paper.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.evaluate.robustness.corruptions.interpolating import straight_lines

Images = NDArray[np.float32]
Array = NDArray[Any]


def shift(images: Images, share: float, random: np.random.Generator) -> Images:
    """Move each image by a share of its shorter side, in any direction."""
    angle = random.uniform(0, 2 * np.pi, len(images))[:, None]
    height, width = images.shape[1:]
    far = share * min(height, width)
    down = straight_lines(np.arange(height) - far * np.sin(angle), height)
    across = straight_lines(np.arange(width) - far * np.cos(angle), width)
    return np.asarray(down @ images @ across.swapaxes(1, 2))


def rotation(images: Images, degrees: float, random: np.random.Generator) -> Images:
    """Turn each image either way."""
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return _either_way(images, np.array([[cos, -sin], [sin, cos]]), random)


def scale(images: Images, factor: float, random: np.random.Generator) -> Images:
    """Make each image so many times larger, or smaller."""
    return _either_way(images, factor * np.eye(2), random)


def shear(images: Images, columns: float, random: np.random.Generator) -> Images:
    """Slant each image either way, by so many columns a row."""
    return _either_way(images, np.array([[1.0, 0.0], [columns, 1.0]]), random)


def _either_way(images: Images, back: Array, random: np.random.Generator) -> Images:
    """Map some images by a matrix (2, 2), of rows and columns, and the others by its inverse."""
    out = np.empty_like(images)
    chosen = random.random(len(images)) < 0.5
    for some, matrix in ((chosen, back), (~chosen, np.linalg.inv(back))):
        reading = _reading(images.shape[1:], matrix)
        out[some] = (reading @ images[some].reshape(-1, reading.shape[1]).T).T.reshape(
            -1, *images.shape[1:]
        )
    return out


def _reading(shape: tuple[int, ...], back: Array) -> sparse.csr_array:
    """Return the matrix (h·w, h·w) that reads each pixel where it comes from.

    Four pixels around that place have a share in it.
    """
    height, width = shape
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.moveaxis(np.indices(shape), 0, -1).reshape(-1, 2)
    sources = (places - middle) @ back.T + middle
    corner = np.floor(sources).astype(np.intp)
    rows, columns, shares = [], [], []
    for neighbour in np.ndindex(2, 2):
        at = corner + neighbour
        share = (1 - np.abs(sources - at)).prod(axis=1)
        inside = ((at >= 0) & (at < shape)).all(axis=1)
        rows.append(np.flatnonzero(inside))
        columns.append((at @ (width, 1))[inside])
        shares.append(share[inside].astype(np.float32))
    entries = np.concatenate(shares), (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_array(entries, shape=(height * width, height * width))
