"""The colours that the figures share with the page; equal steps look equal (CIELAB).

Red and blue are for evidence only. ``palette.json`` is read by the page, too.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any

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
PALETTE: dict[str, Any] = json.loads(
    resources.files(__package__).joinpath("palette.json").read_text(encoding="utf-8")
)
COLOURS: dict[str, str] = PALETTE["light"]["colours"]
INK, SOFT, RULE, PAPER = (COLOURS[name] for name in ("ink", "soft", "rule", "tile"))
ACCENT, WRONG = COLOURS["accent"], COLOURS["wrong"]  # what stands out, and what is a mistake


@lru_cache(maxsize=1)
def diverging() -> ListedColormap:
    """Return the scale for signed values: blue below zero, white at zero, red above.

    Examples
    --------
    >>> [round(float(part), 2) for part in diverging()(0.5)[:3]]  # zero is bare paper
    [1.0, 1.0, 1.0]
    """
    below, above = ramp("evidence", "against"), ramp("evidence", "for")
    return ListedColormap(np.concatenate([below[:0:-1], above]), name="linocut-diverging")


@lru_cache(maxsize=1)
def right() -> ListedColormap:
    """Return the one-sided scale for images correctly classified."""
    return ListedColormap(ramp("correct"), name="linocut-right")


@lru_cache(maxsize=1)
def wrong() -> ListedColormap:
    """Return the one-sided scale for mistakes."""
    return ListedColormap(ramp("wrong"), name="linocut-wrong")


def text_on(colour: NDArray[np.floating]) -> str:
    """Return black or white, whichever reads better on an RGB(A) colour with parts in [0, 1]."""
    parts = np.asarray(colour)[:3]
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return "#000000" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "#ffffff"


def ramp(scale: str, hue: str | None = None, *, theme: str = "light") -> NDArray[np.float64]:
    """Return 257 steps of a scale of the palette, float64 (257, 3), in sRGB."""
    at, lightness, chroma = np.array(PALETTE[theme]["scales"][scale]).T
    share = np.linspace(0, 1, 257)
    angle = PALETTE["hues"][hue or scale]
    return _srgb(np.interp(share, at, lightness), np.interp(share, at, chroma), angle)


def _srgb(
    lightness: NDArray[np.float64], chroma: NDArray[np.float64], hue: float
) -> NDArray[np.float64]:
    angle = np.deg2rad(hue)
    fy = (lightness + 16) / 116
    f = np.stack([fy + chroma * np.cos(angle) / 500, fy, fy - chroma * np.sin(angle) / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * WHITE[:, None]
    linear = np.clip(TO_SRGB @ xyz, 0, 1)  # the palette keeps inside but for rounding
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(encoded, 0, 1).T)
