"""Corruptions of the strokes: their thickness, and parts that are hidden."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]


def thickness(images: Images, share: float, random: np.random.Generator) -> Images:
    """Make strokes thicker or thinner all around, by a share of the shorter side.

    A fraction of a pixel is the same fraction of the way to the next whole one.
    """
    radius = share * min(images.shape[1:])
    thin = random.random(len(images)) < 0.5
    out = np.empty_like(images)
    out[~thin] = _dilated(images[~thin], radius)
    # Thinner ink is thicker paper; beyond the edge there is paper.
    framed = np.pad(images[thin], ((0, 0), (1, 1), (1, 1)))
    out[thin] = -_dilated(-framed, radius)[:, 1:-1, 1:-1]
    return out


def occlusion(images: Images, share: float, random: np.random.Generator) -> Images:
    """Hide a square behind paper, anywhere in the image, its side a share of the shorter one."""
    n, height, width = images.shape
    side = share * min(height, width)
    hidden = np.ones(1, np.float32)
    for size, shape in ((height, (n, -1, 1)), (width, (n, 1, -1))):
        start = random.uniform(0, size - side, n)[:, None]
        at = np.arange(size)
        # How much of each pixel lies in the square.
        covered = np.minimum(at + 1, start + side) - np.maximum(at, start)
        hidden = hidden * np.clip(covered, 0, 1).astype(np.float32).reshape(shape)
    return images * (1 - hidden)


def _dilated(images: Images, radius: float) -> Images:
    """Return the largest value within a radius, in an octagon: crosses and squares in turn."""
    whole = int(radius)
    for step in range(whole):
        images = _spread(images, square=step % 2 == 1)
    part = np.float32(radius - whole)
    if part > 0:
        images = images + part * (_spread(images, square=whole % 2 == 1) - images)
    return images


def _spread(images: Images, *, square: bool) -> Images:
    """Return the largest value of each pixel and its neighbours, of all eight or of four."""
    across = _beside(images, 2)
    return (
        np.maximum(_beside(across, 1), across) if square else np.maximum(_beside(images, 1), across)
    )


def _beside(images: Images, axis: int) -> Images:
    """Return the largest value of each pixel and the two beside it along an axis."""
    size = images.shape[axis]
    edge = [(0, 0)] * 3
    edge[axis] = (1, 1)
    wide = np.pad(images, edge, mode="edge")
    parts = (np.take(wide, range(k, k + size), axis=axis) for k in range(3))
    return reduce(np.maximum, parts)
