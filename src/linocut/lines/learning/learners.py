"""The models that read strings, from simple to strong: what each is called, and how it is fitted.

(a) *Fixed positions*: one softmax regression a position; convex.
(b) *Sliding*: one glyph classifier, trained on its own alignments; each round convex.
(c) *Whole strings*: all cuts summed over; the loss is a difference of convex functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from linocut.lines.learning.fixed import FixedPositions, check_lengths
from linocut.lines.learning.line_model import LineModel
from linocut.lines.learning.sliding import fit_sliding
from linocut.lines.learning.training import Prepared, fit_whole_strings
from linocut.lines.learning.whole_string import Weights

Array = NDArray[Any]
Texts = Sequence[Array]

FIXED, SLIDING, WHOLE = "fixed-positions", "sliding", "whole-string"


class Fit(Protocol):
    """Fits a model; returns it, and what another fit to the same windows can start from."""

    def __call__(
        self, ready: Prepared, texts: Texts, n_symbols: int, *, C: float, max_iter: int,
        start: Weights | None = None,
    ) -> tuple[LineModel, Weights | None]:  # fmt: skip
        """Fit it to lines and their texts; C is the inverse of the penalty on weights."""


@dataclass(frozen=True)
class Learner:
    """One way to learn to read strings.

    Attributes
    ----------
    name, short, title, description : str
        As of a rung.
    convex : bool
        Whether all of its fits have one optimum.
    fit : Fit
    check : callable
        Refuses texts that it cannot learn from.
    """

    name: str
    short: str
    title: str
    description: str
    convex: bool
    fit: Fit
    check: Callable[[Texts], None] = lambda texts: None


def _fixed(
    ready: Prepared, texts: Texts, n_symbols: int, *, C: float, max_iter: int,
    start: Weights | None = None,
) -> tuple[LineModel, None]:  # fmt: skip
    # Of one optimum, found in a few steps from anywhere.
    return FixedPositions.fit(ready, texts, n_symbols, C=C), None


def _sliding(
    ready: Prepared, texts: Texts, n_symbols: int, *, C: float, max_iter: int,
    start: Weights | None = None,
) -> tuple[LineModel, None]:  # fmt: skip
    # It begins at even cuts, whatever was found before.
    return fit_sliding(ready, texts, n_symbols, C=C)[0], None


LEARNERS = {
    each.name: each
    for each in (
        Learner(
            FIXED, "fixed positions", "Fixed positions",
            "Cuts each line into equal parts and classifies the window in the middle of each by a "
            "softmax regression of its own. Convex throughout.",
            True, _fixed, check_lengths,
        ),
        Learner(
            SLIDING, "sliding window", "Sliding window",
            "Slides one softmax regression along the line and takes the cuts and symbols that fit "
            "best; trained on the cuts that it finds itself. Each round is convex, the rounds "
            "together are not.",
            False, _sliding,
        ),
        Learner(
            WHOLE, "whole strings", "Whole strings, all cuts summed over",
            "A window at each place is scored for each symbol, for a cut and for a gap, each score "
            "linear in wavelet scattering; the probability of a text sums over all cuts. Given "
            "cuts, the fit would be convex; with the cuts summed over it is not, and its "
            "result depends on its start.",
            False, fit_whole_strings,
        ),
    )
}  # fmt: skip


def learner_of(model: LineModel, rung: str) -> Learner:
    """Return how a model was learned, by what it is and by the rung that its file names."""
    if isinstance(model, FixedPositions):
        return LEARNERS[FIXED]
    return LEARNERS[SLIDING if rung == SLIDING else WHOLE]
