"""What a reader asks of the model behind it, whichever of them that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from linocut.lines.reading import Aligned
from linocut.lines.windows.preparing import Preparation
from linocut.lines.windows.windows import Windows

Array = NDArray[Any]


class LineModel(Protocol):
    """A fitted model that reads lines as it describes them itself.

    Most describe them by the axes of their columns, (T_i + 1, p).

    Scores are divided by the temperature before they become probabilities. A glyph that lies from
    one place to another is scored by the window in the middle
    (`linocut.lines.alignment.scores.middles`).
    """

    @property
    def preparation(self) -> Preparation:
        """What images go through first."""

    @property
    def windows(self) -> Windows:
        """How a line is described."""

    @property
    def n_parameters(self) -> int:
        """Numbers that were fitted."""

    @property
    def most(self) -> int:
        """Glyphs of the longest text that it ever gives."""

    def lines_of(self, images: Sequence[Array]) -> list[Any]:
        """Return prepared images as what the other methods take for lines."""

    def read(self, lines: Sequence[Any], temperature: float = 1.0) -> list[Aligned]:
        """Return the most probable text of each line."""

    def best(self, line: Any, k: int, temperature: float = 1.0) -> list[Aligned]:
        """Return the k most probable texts of one line, most probable first."""

    def align(self, line: Any, text: Array, temperature: float = 1.0) -> Aligned:
        """Return where the glyphs of a known text most probably lie."""

    def lengths(self, line: Any) -> tuple[int, int]:
        """Return how many glyphs a text of a line may have, at least and at most."""

    def symbol_scores(
        self, line: Any, starts: Array, ends: Array, temperature: float = 1.0
    ) -> Array:
        """Return the scores of all symbols for the glyphs at some places of a line, (N, K)."""

    def symbol_weights(self, position: int) -> Array:
        """Return what the scores of all symbols weigh a window by, (K, m, p), at a position."""

    def log_probabilities(
        self, lines: Sequence[Any], texts: Sequence[Array], temperature: float = 1.0
    ) -> Array:
        """Return the log probability of each line's text, up to ``most`` glyphs, float64 (n,)."""
