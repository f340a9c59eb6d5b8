"""Model (c) with a second look: all cuts summed over, of segments that are looked at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.rescored import Rescored, Segments
from linocut.lines.alignment.slopes import log_probabilities
from linocut.lines.glyphs.second_look import SecondLook
from linocut.lines.learning.summed_cuts import SummedCuts
from linocut.lines.reading import Aligned, aligned, best_texts, most_probable
from linocut.lines.windows.preparing import Preparation
from linocut.lines.windows.windows import Windows

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Looked:
    """A line that was looked at twice.

    Attributes
    ----------
    columns : float32 array, shape (T + 1, p)
        The axes of its columns.
    image : uint8 array, shape (h, w)
        Prepared.
    scores : Rescored
        Of the parts of its readings.
    """

    columns: Array
    image: Array
    scores: Rescored


@dataclass(frozen=True, eq=False)
class TwoLooks:
    """A `linocut.lines.learning.line_model.LineModel` that looks at likely segments again.

    Attributes
    ----------
    first : SummedCuts
    second : SecondLook
    """

    first: SummedCuts
    second: SecondLook

    @property
    def preparation(self) -> Preparation:
        """What images go through first."""
        return self.first.preparation

    @property
    def windows(self) -> Windows:
        """How a line is described."""
        return self.first.windows

    @property
    def n_parameters(self) -> int:
        """Numbers that were fitted."""
        return self.first.n_parameters + self.second.coef.size + self.second.intercept.size + 1

    @property
    def most(self) -> int:
        """Glyphs of the longest text that was learned from."""
        return self.first.most

    def lines_of(self, images: Sequence[Array]) -> list[Any]:
        """Return prepared images as lines."""
        lines = self.first.lines_of(images)
        return [
            Looked(line, image, self._scores(line, image))
            for line, image in zip(lines, images, strict=True)
        ]

    def read(self, lines: Sequence[Any], temperature: float = 1.0) -> list[Aligned]:
        """Return the most probable text of each line."""
        return [most_probable(line.scores.tempered(temperature))[0] for line in lines]

    def best(self, line: Any, k: int, temperature: float = 1.0) -> list[Aligned]:
        """Return the k most probable texts of one line, most probable first."""
        return best_texts(line.scores.tempered(temperature), k)

    def align(self, line: Any, text: Array, temperature: float = 1.0) -> Aligned:
        """Return where the glyphs of a known text most probably lie."""
        scores = self._scores(line.columns, line.image, text=text)
        return aligned(scores.tempered(temperature), text)

    def lengths(self, line: Any) -> tuple[int, int]:
        """Return how many glyphs have room in a line, at least one."""
        return self.first.lengths(line.columns)

    def symbol_scores(
        self, line: Any, starts: Array, ends: Array, temperature: float = 1.0
    ) -> Array:
        """Return the scores of all symbols: window, width and second look together, (N, K)."""
        layout = self.first.layout
        widths = np.clip(ends - starts - layout.narrowest, 0, layout.n_widths - 1)
        there = Segments(np.zeros_like(ends), ends, widths)
        # Of a narrower or wider glyph, what the narrowest or widest one that ends there has.
        at = ends - layout.narrowest - widths
        scores = self._scores(line.columns, line.image, segments=there)
        return scores.tempered(temperature).of_symbols(at, ends)

    def symbol_weights(self, position: int) -> Array:
        """Return what the scores of all symbols weigh a window by, wherever it lies."""
        return self.first.symbol_weights(position) * (self.second.share / self.second.temperature)

    def log_probabilities(
        self, lines: Sequence[Any], texts: Sequence[Array], temperature: float = 1.0
    ) -> Array:
        """Return the log probability of each line's text, summed over all cuts."""
        return np.array(
            [
                log_probabilities(line.scores.tempered(temperature), np.asarray(text)[None])[0]
                for line, text in zip(lines, texts, strict=True)
            ]
        )

    def _scores(
        self, line: Array, image: Array, *, text: Array | None = None,
        segments: Segments | None = None,
    ) -> Rescored:  # fmt: skip
        first, step = self.first.line_scores(line), self.windows.columns.step
        return self.second.of(first, [image], step, text=text, segments=segments)
