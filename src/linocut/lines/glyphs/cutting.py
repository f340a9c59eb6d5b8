"""The glyph in a segment of a line as a small image: cut out, upright, in the middle, of one size.

A window shows a glyph where and as it was written. Here its ink between two cuts is brought into
place by its moments, as `linocut.features.NormaliseMoments` does with images of single glyphs. At
the cuts ink fades over a few pixels: what overhangs a cut is not lost, and of a neighbour not much
is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.ink import InkMoments, ink_of
from linocut.features.augment import sampled, sampled_back

Array = NDArray[Any]

SIDE = 28  # pixels of the small images
SPREAD = 0.2  # of the side: standard deviation of a glyph of median height along its rows
STRENGTH = 0.4  # of differences in size, how much is taken out
MOST = 2.5  # times that a glyph is larger or smaller than the median one, at most
FADING = 1 / 15  # of the line's height: over how many pixels beyond a cut ink fades


@dataclass(frozen=True)
class GlyphImages:
    """How glyphs in segments of lines become small images.

    Attributes
    ----------
    height, width : float
        Median standard deviation of the ink in segments along rows and, upright, along columns,
        pixels of the line.
    """

    height: float
    width: float

    @classmethod
    def measured(cls, lines: list[Array], starts: list[Array], stops: list[Array]) -> GlyphImages:
        """Measure the median segment of some lines; parameters as of `of`, of each line."""
        found = []
        for line, start, stop in zip(lines, starts, stops, strict=True):
            ink, *_ = _cut(line, start, stop)
            moments = InkMoments.of(ink)
            found.append(np.stack([moments.height, moments.upright_width])[:, moments.ink > 0])
        sizes = np.concatenate(found, axis=1)
        if not sizes.size:
            return cls(1.0, 1.0)
        height, width = np.maximum(np.median(sizes, axis=1), 0.5)
        return cls(float(height), float(width))

    def of(self, line: Array, starts: Array, stops: Array) -> Array:
        """Return the glyphs of a line as small images.

        Parameters
        ----------
        line : uint8 or float array, shape (h, w)
            Prepared; any paper.
        starts, stops : arrays, shape (n,)
            Between which columns each lies, pixels.

        Returns
        -------
        float32 array, shape (n, 28, 28)
            Zero is paper.
        """
        ink, *_ = _cut(line, starts, stops)
        return sampled(ink, *self._places(ink))

    def back(self, line: Array, start: float, stop: float, weights: Array) -> Array:
        """Take weights on the small image of one segment back to the ink of the line.

        Parameters
        ----------
        line : uint8 or float array, shape (h, w)
        start, stop : float
        weights : float array, shape (28, 28)

        Returns
        -------
        float64 array, shape (h, w)
            Its sum times the ink is that of ``weights`` times the small image, if where each pixel
            is read is held fixed.
        """
        ink, columns, shares = _cut(line, np.array([start]), np.array([stop]))
        back = sampled_back(weights[None], *self._places(ink), shape=ink.shape[1:])[0]
        out = np.zeros(line.shape)
        # Beyond the ends the last column stands there again, with no share.
        np.add.at(out.T, columns[0], (back * shares[0]).T)
        return out

    def _places(self, ink: Array) -> tuple[Array, Array]:
        """Return row and column at which each pixel of small images is read, (n, 28, 28)."""
        moments = InkMoments.of(ink)
        of_one = self.height / (SPREAD * SIDE)  # pixels of the line for one of a median glyph
        grid = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
        y = (of_one * _ratio(moments.height, self.height))[:, None] * grid
        x = (of_one * _ratio(moments.upright_width, self.width))[:, None] * grid
        rows = np.broadcast_to((moments.row[:, None] + y)[:, :, None], (len(ink), SIDE, SIDE))
        lean = moments.column[:, None] + moments.shear[:, None] * y
        return rows, lean[:, :, None] + x[:, None, :]


def _cut(line: Array, starts: Array, stops: Array) -> tuple[Array, Array, Array]:
    """Return the ink of segments (n, h, m), which columns it is of, and their shares, (n, m)."""
    height, width = line.shape
    soft = max(1.0, FADING * height)
    m = int(np.ceil((stops - starts).max(initial=1) + 2 * soft)) + 1
    columns = np.floor((starts + stops) / 2 - m / 2).astype(np.intp)[:, None] + np.arange(m)
    middles = columns + 0.5
    beyond = np.maximum(starts[:, None] - middles, middles - stops[:, None])
    shares = np.clip(1 - np.maximum(beyond, 0) / soft, 0, 1)
    shares[(columns < 0) | (columns >= width)] = 0
    columns = np.clip(columns, 0, width - 1)
    ink = ink_of(np.asarray(line, np.float32)[None])[0]
    cut = ink[:, columns].transpose(1, 0, 2) * shares[:, None].astype(np.float32)
    return np.asarray(cut), columns, shares


def _ratio(size: Array, median: float) -> Array:
    """Return how much larger than a median glyph one is, as far as that is taken out."""
    ratio = np.clip(np.where(size > 0, size / median, 1), 1 / MOST, MOST)
    # In float64, because the last bit of a float32 power depends on the machine.
    return np.asarray(ratio.astype(np.float64) ** STRENGTH, np.float32)
