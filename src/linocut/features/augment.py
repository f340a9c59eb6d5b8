"""Augmentation: distorted copies of training images, which keep their labels."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.arrays import checked_images
from linocut.core.colour import for_planes
from linocut.core.ink import InkMoments, paper_level
from linocut.core.randomness import RandomState, seed_of
from linocut.features.images import in_parts

Array = NDArray[Any]

AT_ONCE = 500  # images whose arrays stay within the caches


@dataclass(frozen=True)
class Augmentation:
    """How far a copy of an image may be from it; each amount is drawn anew for each copy.

    Affine maps are about the centre of mass of the ink, so that a turned image stays where it is.

    Attributes
    ----------
    shift : float
        Largest shift along either axis, pixels.
    rotation : float
        Largest turn either way, degrees.
    scale : float
        Largest stretching or squeezing along either axis, as a share: 0.1 is 10 %.
    shear : float
        Largest shear either way, columns a row.
    elastic : float
        Root mean square of a smooth random displacement along either axis, pixels (Simard,
        Steinkraus and Platt 2003).
    smoothness : float
        Standard deviation of the Gaussian that makes the displacement smooth, pixels.
    noise : float
        Standard deviation of noise on each pixel, as a share of full ink.

    Examples
    --------
    >>> images = np.zeros((2, 8, 8), np.uint8)
    >>> images[:, 2:6, 3:5] = 255
    >>> copies = Augmentation(shift=1, rotation=10).copies(images, random_state=0)
    >>> copies.shape, copies.dtype, bool((copies != images).any())
    ((2, 8, 8), dtype('uint8'), True)
    """

    shift: float = 0.0
    rotation: float = 0.0
    scale: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    smoothness: float = 4.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (np.isfinite(value) and value >= 0):
                raise LinocutError(f"{field.name}={value!r} — a finite number, zero or more")
        if self.scale >= 1:
            raise LinocutError(f"scale={self.scale!r} — a share below 1")
        if self.smoothness == 0:
            raise LinocutError(f"smoothness={self.smoothness!r} — above 0, in pixels")

    def copies(self, X: Any, *, random_state: RandomState, full: float = 255.0) -> Array:
        """Return one distorted copy of each image.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
            Images. All planes of one are distorted alike.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None
            Of all draws. Copies of the same images by the same integer are the same.
        full : float
            The value of full ink.

        Returns
        -------
        array, of the shape and type of X
            Bytes are rounded; beyond the edge of an image there is paper of its own grey, the
            median of its border; of an image in colour, black.
        """
        images = checked_images(X, "Augmentation", colour=True)
        seed = seed_of(random_state)

        def distorted(part: Array, start: int) -> Array:
            # Seeded by where the part begins, so that threads may take parts in any order.
            return self._distorted(part, np.random.default_rng([seed, start]), np.float32(full))

        return in_parts(images, distorted, AT_ONCE)

    def _distorted(self, images: Array, random: np.random.Generator, full: np.float32) -> Array:
        n, height, width = images.shape[:3]
        back, offset = self._affine(n, random)
        paper = paper_level(images)
        ink = images - paper
        centre = InkMoments.of(np.abs(ink)).centre
        # Pixels of the copy, from the centre of the ink; each is read where it comes from.
        y = np.arange(height, dtype=np.float32) - centre[:, 0, None]
        x = np.arange(width, dtype=np.float32) - centre[:, 1, None]
        sources = []
        for axis in (0, 1):
            fixed = (centre + offset)[:, axis, None]
            down, across = back[:, axis, 0, None], back[:, axis, 1, None]
            sources.append((down * y + fixed)[:, :, None] + (across * x)[:, None, :])
        if self.elastic:
            sources = [source + self._smooth_field(source.shape, random) for source in sources]
        moved = sampled(ink, *sources) + paper
        if self.noise:
            moved += random.normal(0, self.noise, moved.shape).astype(np.float32) * full
            np.clip(moved, 0, full, out=moved)
        return moved

    def _affine(self, n: int, random: np.random.Generator) -> tuple[Array, Array]:
        """Draw n inverse maps (n, 2, 2), of (row, column), and offsets (n, 2)."""

        def up_to(most: float, *more: int) -> Array:
            return random.uniform(-most, most, (n, *more)).astype(np.float32)

        turn = np.deg2rad(up_to(self.rotation))
        cos, sin = np.cos(turn), np.sin(turn)
        rotation = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
        stretched = np.zeros((n, 2, 2), np.float32)
        stretched[:, [0, 1], [0, 1]] = 1 / (1 + up_to(self.scale, 2))
        stretched[:, 1, 0] = up_to(self.shear)
        return np.asarray(stretched @ rotation), up_to(self.shift, 2)

    def _smooth_field(self, shape: tuple[int, ...], random: np.random.Generator) -> Array:
        _, height, width = shape
        noise = random.standard_normal(shape, np.float32)
        down, across = (_smoothing(size, self.smoothness) for size in (height, width))
        return np.asarray(np.float32(self.elastic) * (down @ noise @ across.T))


def sampled(images: Array, rows: Array, columns: Array) -> Array:
    """Read images (n, h, w) at fractional rows and columns (n, H, W), interpolating linearly.

    Beyond the edge there is paper. All planes of images (n, h, w, 3) are read alike.
    """
    n, height, width, *planes = images.shape
    # Paper all around; on the far sides twice, so that the last neighbour is paper, too.
    wide = np.zeros((n, height + 3, width + 3, *planes), np.float32)
    wide[:, 1:-2, 1:-2] = images
    y, x = np.clip(rows + 1, 0, height + 1), np.clip(columns + 1, 0, width + 1)
    top, left = y.astype(np.int32), x.astype(np.int32)
    y -= top
    x -= left
    line = width + 3
    at = top * line + left + (np.arange(n) * (height + 3) * line)[:, None, None]
    flat = wide.reshape(-1, *planes)
    x, y = for_planes(x, images.shape[1:]), for_planes(y, images.shape[1:])
    upper, lower = flat.take(at, axis=0), flat.take(at + line, axis=0)
    upper += x * (flat.take(at + 1, axis=0) - upper)
    lower += x * (flat.take(at + line + 1, axis=0) - lower)
    lower -= upper
    lower *= y
    return np.asarray(upper + lower)


def sampled_back(
    weights: Array, rows: Array, columns: Array, shape: tuple[int, ...] | None = None
) -> Array:
    """Take weights on what `sampled` reads back to the images, float64.

    Those are (n, h, w) with h and w of the ``shape``, or else of that of the weights.
    """
    if weights.ndim == 4:
        planes = [sampled_back(weights[..., k], rows, columns) for k in range(weights.shape[3])]
        return np.stack(planes, axis=-1)
    n = len(weights)
    height, width = shape or weights.shape[1:]
    line = width + 3
    wide = np.zeros((n, height + 3, line))
    y, x = np.clip(rows + 1, 0, height + 1), np.clip(columns + 1, 0, width + 1)
    top, left = y.astype(np.intp), x.astype(np.intp)
    y, x = y - top, x - left
    at = top * line + left + (np.arange(n) * (height + 3) * line)[:, None, None]
    for step, share in (
        (0, (1 - y) * (1 - x)), (1, (1 - y) * x), (line, y * (1 - x)), (line + 1, y * x)
    ):  # fmt: skip
        np.add.at(wide.reshape(-1), at + step, share * weights)
    return wide[:, 1:-2, 1:-2]


def _smoothing(size: int, sigma: float) -> Array:
    """Return the matrix (size, size) that smooths white noise to variance 1 everywhere."""
    at = np.arange(size)
    A = np.exp(-0.5 * ((at[:, None] - at) / sigma) ** 2)
    return np.asarray(A / np.linalg.norm(A, axis=1, keepdims=True), np.float32)
