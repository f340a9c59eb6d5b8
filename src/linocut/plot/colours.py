"""The colour scales that the figures share with the page; equal steps look equal (CIELAB)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
TO_SRGB = np.array(
    [
        [3.2404542, -1.5371385, -0.4985314],
        [-0.969266, 1.8760108, 0.041556],
        [0.0556434, -0.2040259, 1.0572252],
    ]
)
RED, BLUE = 35.0, 262.0  # hue angles in degrees, apart for every common colour blindness
INK, SOFT, RULE, PAPER = "#1a1814", "#6b665c", "#cfcabf", "#ffffff"
ACCENT = "#b0341c"

# Share of the scale, lightness and chroma, as in web/src/lib/colour.ts.
DIVERGING = ((0.0, 100.0, 0.0), (0.5, 72.0, 36.0), (1.0, 33.0, 50.0))
RIGHT = ((0.0, 97.0, 1.0), (1.0, 30.0, 20.0))
WRONG = ((0.0, 96.0, 4.0), (1.0, 46.0, 68.0))

Stops = tuple[tuple[float, float, float], ...]


@lru_cache(maxsize=1)
def diverging() -> ListedColormap:
    """Return the scale for signed values: blue below zero, white at zero, red above.

    Examples
    --------
    >>> [round(float(part), 2) for part in diverging()(0.5)[:3]]  # zero is bare paper
    [1.0, 1.0, 1.0]
    """
    below, above = _ramp(DIVERGING, BLUE), _ramp(DIVERGING, RED)
    return ListedColormap(np.concatenate([below[:0:-1], above]), name="linocut-diverging")


@lru_cache(maxsize=1)
def right() -> ListedColormap:
    """Return the one-sided scale for images correctly classified."""
    return ListedColormap(_ramp(RIGHT, 250.0), name="linocut-right")


@lru_cache(maxsize=1)
def wrong() -> ListedColormap:
    """Return the one-sided scale for mistakes."""
    return ListedColormap(_ramp(WRONG, 40.0), name="linocut-wrong")


def text_on(colour: NDArray[np.floating]) -> str:
    """Return black or white, whichever reads better on an RGB(A) colour with parts in [0, 1]."""
    parts = np.asarray(colour)[:3]
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return "#000000" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "#ffffff"


def _ramp(stops: Stops, hue: float, steps: int = 257) -> NDArray[np.float64]:
    at, lightness, chroma = np.array(stops).T
    share = np.linspace(0, 1, steps)
    return _srgb(np.interp(share, at, lightness), np.interp(share, at, chroma), hue)


def _srgb(
    lightness: NDArray[np.float64], chroma: NDArray[np.float64], hue: float
) -> NDArray[np.float64]:
    angle = np.deg2rad(hue)
    fy = (lightness + 16) / 116
    f = np.stack([fy + chroma * np.cos(angle) / 500, fy, fy - chroma * np.sin(angle) / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * WHITE[:, None]
    linear = np.clip(TO_SRGB @ xyz, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(encoded, 0, 1).T)
