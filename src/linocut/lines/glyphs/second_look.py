"""The second look: likely segments of a line, scored once more by what they show when normalised.

The first model says where glyphs may lie, and scores a window around each place, which shows a
glyph as it was written and parts of its neighbours. Each likely segment is then cut out and
normalised, and described by wavelet scattering; what that says for each symbol is added to the
score that the segment has already. A segment that holds half a glyph, or one and a half, is scored
low for all symbols. Readings are made of such segments alone, all cuts summed over as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.ink import ink_of
from linocut.features import Scattering
from linocut.lines.alignment.rescored import Rescored, Segments
from linocut.lines.alignment.scores import Scores
from linocut.lines.glyphs.cutting import SIDE, GlyphImages
from linocut.lines.windows.columns import Columns

Array = NDArray[Any]

J, L = 3, 8  # sizes and directions of the wavelets
FEATURES = Columns(J, L).width(SIDE) * -(-SIDE // 2**J)
LIKELY = 0.05  # probability of a segment from which on it is looked at


@dataclass(frozen=True, eq=False)
class SecondLook:
    """What is added to the scores of likely segments.

    Attributes
    ----------
    images : GlyphImages
        How segments become small images.
    coef : float32 array, shape (K, d)
        Weights of each symbol on the square roots of an image's scattering coefficients.
    intercept : float32 array, shape (K,)
    temperature : float
        What the first model's scores are divided by to find likely segments, and
    share : float
        multiplied with after that, before the second look's are added.
    """

    images: GlyphImages
    coef: Array
    intercept: Array
    temperature: float
    share: float

    def of(
        self, scores: Scores, lines: Sequence[Array], step: int, *, text: Array | None = None,
        segments: Segments | None = None,
    ) -> Rescored:  # fmt: skip
        """Return the scores of readings of B lines by both looks.

        Parameters
        ----------
        scores : Scores
            By the first model, as they are.
        lines : sequence of B uint8 arrays, shape (h, w_i)
            Prepared.
        step : int
            Pixels from one place to the next.
        text : int array, shape (N,), optional
            What the lines say: the segments that are likely then are looked at, too.
        segments : Segments, optional
            Those to look at, if not the likely ones.
        """
        first = scores.tempered(self.temperature)
        if segments is None:
            texts = None if text is None else np.tile(text, (len(lines), 1))
            segments = Segments.likely(first, LIKELY, texts).readable(first, texts)
        seen = described(self.images, lines, segments, first, step)
        return rescored(first, segments, seen @ self.coef.T + self.intercept, self.share)

    def evidence(self, line: Array, start: int, stop: int, weights: Array) -> Array:
        """Return what each pixel of a line adds to a score of one segment, float64, (h, w).

        Parameters
        ----------
        line : uint8 array, shape (h, w)
            Prepared.
        start, stop : int
            Between which columns the segment lies.
        weights : float64 array, shape (d,)
            Of the score, on the roots of scattering coefficients.

        Returns
        -------
        float64 array, shape (h, w)
            Sums to the score less that of a segment without ink.
        """
        seen = self.images.of(line, np.array([start]), np.array([stop]))
        on_image = scattering().local_weights(seen, weights[None])[0]
        back = self.images.back(line, start, stop, on_image)
        return np.asarray(back * ink_of(np.asarray(line, np.float64)[None])[0])


def described(
    images: GlyphImages, lines: Sequence[Array], segments: Segments, scores: Scores, step: int
) -> Array:
    """Return the square roots of the scattering coefficients of segments, float32, (n, d)."""
    made = [
        images.of(lines[b], *edges(segments, scores, step, segments.lines == b))
        for b in np.unique(segments.lines)
    ]
    if not made:
        return np.empty((0, FEATURES), np.float32)
    return np.asarray(scattering().transform(np.concatenate(made)))


def edges(segments: Segments, scores: Scores, step: int, which: Any) -> tuple[Array, Array]:
    """Return between which columns some segments lie, pixels."""
    ends = segments.ends[which]
    return (ends - scores.lengths[segments.widths[which]]) * step, ends * step


def rescored(first: Scores, segments: Segments, second: Array, share: float) -> Rescored:
    """Return the scores of a first model times a share, with second ones in some segments."""
    scaled = first.tempered(1 / share)
    return Rescored(
        scaled.glyphs, scaled.cuts, scaled.gaps, scaled.widths, scaled.narrowest, scaled.ends,
        scaled.counts, segments, np.asarray(second, np.float32),
    )  # fmt: skip


@lru_cache(maxsize=1)
def scattering() -> Scattering:
    """Return the step that describes small images."""
    return Scattering(J, L, root=True).fit(np.zeros((1, SIDE, SIDE), np.float32))
