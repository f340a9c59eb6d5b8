"""Corruptions of grey values: contrast, brightness, stripes and fog."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.robustness.corruptions.interpolating import straight_lines

Images = NDArray[np.float32]

FULL = 255
STRIPES = 4  # along the shorter side
FINEST = 4  # pixels between the points of the finest layer of fog


def contrast(images: Images, share: float, random: np.random.Generator) -> Images:
    """Leave a share of each pixel's distance from the mean of its image."""
    mean = images.mean(axis=(1, 2), keepdims=True)
    return np.asarray(mean + np.float32(share) * (images - mean))


def brightness(images: Images, amount: float, random: np.random.Generator) -> Images:
    """Add a share of full ink to every pixel."""
    return np.asarray(np.minimum(images + np.float32(FULL * amount), FULL))


def stripes(images: Images, amount: float, random: np.random.Generator) -> Images:
    """Add a wave in any direction, between nothing and a share of full ink."""
    n, height, width = images.shape
    angle, phase = random.uniform(0, 2 * np.pi, (2, n, 1, 1)).astype(np.float32)
    frequency = np.float32(2 * np.pi * STRIPES / min(height, width))
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    wave = np.sin(frequency * (np.sin(angle) * y + np.cos(angle) * x) + phase)
    return np.asarray(np.minimum(images + np.float32(FULL * amount / 2) * (1 + wave), FULL))


def fog(images: Images, share: float, random: np.random.Generator) -> Images:
    """Replace a share of the image by fog: random clouds of all sizes, from paper to full ink."""
    return (1 - np.float32(share)) * images + np.float32(share * FULL) * _clouds(images, random)


def _clouds(images: Images, random: np.random.Generator) -> Images:
    """Sum layers of random values, each twice as fine and half as strong as the one before."""
    n, height, width = images.shape
    clouds, cells, strength = np.zeros(images.shape, np.float32), 1, 1.0
    while cells == 1 or cells * FINEST <= min(height, width):
        points = random.random((n, cells + 1, cells + 1), np.float32)
        down, across = (
            straight_lines(np.linspace(0, cells, size), cells + 1) for size in (height, width)
        )
        clouds += np.float32(strength) * (down @ points @ across.T)
        cells, strength = 2 * cells, strength / 2
    clouds -= clouds.min(axis=(1, 2), keepdims=True)
    return np.asarray(clouds / np.maximum(clouds.max(axis=(1, 2), keepdims=True), 1e-6))
