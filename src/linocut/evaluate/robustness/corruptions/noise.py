"""Corruptions by noise of every pixel: Gaussian, shot, salt and pepper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]

FULL = 255


def gaussian_noise(images: Images, deviation: float, random: np.random.Generator) -> Images:
    """Add Gaussian noise, its standard deviation a share of full ink."""
    noise = random.standard_normal(images.shape, np.float32)
    return np.clip(images + np.float32(FULL * deviation) * noise, 0, FULL)


def shot_noise(images: Images, photons: float, random: np.random.Generator) -> Images:
    """Count particles of ink: so many on average where there is full ink, none on paper."""
    inked = images > 0
    out = np.zeros_like(images)
    counted = random.poisson(images[inked] * np.float32(photons / FULL))
    out[inked] = np.minimum(counted * (FULL / photons), FULL)
    return out


def salt_and_pepper(images: Images, share: float, random: np.random.Generator) -> Images:
    """Replace a share of the pixels, half of them by full ink and half by paper."""
    draw = random.random(images.shape, np.float32)
    replaced = np.where(draw < share / 2, np.float32(0), np.float32(FULL))
    return np.where(draw < share, replaced, images)
