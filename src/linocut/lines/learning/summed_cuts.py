"""What models (b) and (c) are once they are fitted: all cuts are tried, and summed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.alignment.scores import Scores, middles
from linocut.lines.learning.whole_string import (
    AT_ONCE,
    Layout,
    Weights,
    line_scores,
    log_probabilities_of,
)
from linocut.lines.reading import Aligned, aligned, best_texts, most_probable
from linocut.lines.windows.preparing import Preparation
from linocut.lines.windows.windows import Windows

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class SummedCuts:
    """A `linocut.lines.learning.line_model.LineModel` that cuts each line anew.

    Attributes
    ----------
    preparation, windows, layout
        What images go through, and what readings have in common.
    weights : Weights
        On windows.
    """

    preparation: Preparation
    windows: Windows
    layout: Layout
    weights: Weights

    @property
    def n_parameters(self) -> int:
        """Numbers that were fitted."""
        weights = self.weights
        return weights.coef.size + weights.intercept.size + weights.widths.size

    @property
    def most(self) -> int:
        """Glyphs of the longest text that was learned from."""
        return len(self.layout.counts) - 1

    def lines_of(self, images: Sequence[Array]) -> list[Array]:
        """Return prepared images as lines."""
        return self.windows.of_lines(images)

    def read(self, lines: Sequence[Array], temperature: float = 1.0) -> list[Aligned]:
        """Return the most probable text of each line, (T_i + 1, p)."""
        out: list[Any] = [None] * len(lines)
        for batch in self.windows.batches(lines, AT_ONCE):
            scores = line_scores(self.windows, self.layout, batch, self.weights)
            found = most_probable(scores.tempered(temperature))
            for i, each in zip(batch.rows, found, strict=True):
                out[i] = each
        return out

    def best(self, line: Array, k: int, temperature: float = 1.0) -> list[Aligned]:
        """Return the k most probable texts of one line, most probable first."""
        return best_texts(self.line_scores(line, temperature), k)

    def align(self, line: Array, text: Array, temperature: float = 1.0) -> Aligned:
        """Return where the glyphs of a known text most probably lie."""
        return aligned(self.line_scores(line, temperature), text)

    def lengths(self, line: Array) -> tuple[int, int]:
        """Return how many glyphs have room in a line, at least one."""
        return 1, (len(line) - 1) // self.layout.narrowest

    def symbol_scores(
        self, line: Array, starts: Array, ends: Array, temperature: float = 1.0
    ) -> Array:
        """Return the scores of all symbols, window and width together, (N, K)."""
        K, layout = self.layout.n_symbols, self.layout
        X = self.windows.at(line, middles(starts, ends)).reshape(len(starts), -1)
        scores = X @ self.weights.coef[:K].reshape(K, -1).T + self.weights.intercept[:K]
        width = np.clip(ends - starts - layout.narrowest, 0, layout.n_widths - 1)
        return np.asarray((scores + self.weights.widths.T[width]) / temperature)

    def symbol_weights(self, position: int) -> Array:
        """Return what the scores of all symbols weigh a window by, wherever it lies."""
        return self.weights.coef[: self.layout.n_symbols]

    def log_probabilities(
        self, lines: Sequence[Array], texts: Sequence[Array], temperature: float = 1.0
    ) -> Array:
        """Return the log probability of each line's text, summed over all cuts."""
        return log_probabilities_of(
            self.windows, self.layout, lines, texts, self.weights, temperature
        )

    def line_scores(self, line: Array, temperature: float = 1.0) -> Scores:
        """Return the scores of all parts of readings of one line."""
        (batch,) = self.windows.batches([line], 1)
        scores = line_scores(self.windows, self.layout, batch, self.weights)
        return scores.tempered(temperature)
