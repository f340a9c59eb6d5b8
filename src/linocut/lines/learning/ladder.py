"""A small ladder for strings: fixed positions, one sliding classifier, whole strings.

Each rung is fitted on the same training images and judged on the same validation images.

(a) *Fixed positions*: one softmax regression a position; convex.
(b) *Sliding*: one glyph classifier, trained on its own alignments; each round convex.
(c) *Whole strings*: all cuts summed over; the loss is a difference of convex functions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.lines.data import Strings
from linocut.lines.judging import StringEvaluation, judge_texts
from linocut.lines.learning.choosing import Lines, validation_rows
from linocut.lines.learning.fixed import FixedPositions
from linocut.lines.learning.sliding import fit_sliding
from linocut.lines.learning.training import (
    Encoded,
    Fitted,
    Prepared,
    fit_whole_strings,
    readings_of,
    scored,
)
from linocut.lines.windows.preparing import Preparation, prepared

Array = NDArray[Any]

WINDOW_C = 1.0  # of softmax regression on windows
# Title of each rung before whole strings, and what it does.
TOLD = {
    "fixed-positions": (
        "Fixed positions",
        "Cuts each line into equal parts and classifies the window in the middle of each by a "
        "softmax regression of its own.",
    ),
    "sliding": (
        "Sliding window",
        "Slides one softmax regression along the line and takes the cuts and symbols that fit "
        "best; trained on the cuts that it finds itself.",
    ),
}


@dataclass(frozen=True, eq=False)
class LineRung:
    """One model for strings, judged on the validation images.

    Attributes
    ----------
    name, title, sentence : str
        What it is called, and what it does.
    evaluation : StringEvaluation
        On the validation images.
    seconds : float
        Of its fit, beyond the features.
    """

    name: str
    title: str
    sentence: str
    evaluation: StringEvaluation
    seconds: float


def climb_lines(
    part: Strings,
    *,
    preparation: Preparation = Preparation.NONE,
    C: float = 1.0,
    max_iter: int = 60,
    random_state: int = 0,
    progress: Callable[[LineRung], object] | None = None,
) -> tuple[LineRung, ...]:
    """Fit the models for strings from simple to strong, and judge each on a validation part.

    Parameters
    ----------
    part : Strings
        Training images and their texts; an eighth of them, 1,000 at most, are held out.
    preparation : Preparation
        What is done to images first.
    C : float
        Inverse of the penalty of whole strings.
    max_iter : int
        Iterations of whole strings at most.
    random_state : int
        Of the validation part.
    progress : callable, optional
        Called with each rung.

    Returns
    -------
    tuple of LineRung
        Fixed positions are left out where texts have several lengths.
    """
    encoded = Encoded.of(part.texts)
    validation, rest = validation_rows(len(part), random_state)
    ready = Lines(part.images, encoded).prepared(rest, preparation)
    lines = ready.windows.of_lines([prepared(part.images[i], preparation) for i in validation])
    texts, K = encoded.take(rest), len(encoded.symbols)
    true = [part.texts[i] for i in validation]
    rungs = []
    for name, title, sentence, fit in _recipes(ready, texts, K, C, max_iter):
        began = time.perf_counter()
        read = fit()
        seconds = time.perf_counter() - began
        found, shares = read(lines)
        said = ["".join(encoded.symbols[symbol] for symbol in text) for text in found]
        rungs.append(LineRung(name, title, sentence, judge_texts(true, said, shares), seconds))
        if progress is not None:
            progress(rungs[-1])
    return tuple(rungs)


Read = Callable[[list[Array]], tuple[list[Array], Array]]


def _recipes(
    ready: Prepared, texts: tuple[Array, ...], K: int, C: float, max_iter: int
) -> Iterator[tuple[str, str, str, Callable[[], Read]]]:
    if len({len(text) for text in texts}) == 1:
        yield "fixed-positions", *TOLD["fixed-positions"], lambda: _fixed(ready, texts, K)
    yield (
        "sliding", *TOLD["sliding"],
        lambda: _reads(fit_sliding(ready, texts, K, C=WINDOW_C)[0]),
    )  # fmt: skip
    yield (
        "whole-string", "Whole strings",
        "Makes the whole text of each training image probable, with all cuts summed over.",
        lambda: _reads(fit_whole_strings(ready, texts, K, C=C, max_iter=max_iter)[0]),
    )  # fmt: skip


def _fixed(ready: Prepared, texts: tuple[Array, ...], K: int) -> Read:
    model = FixedPositions.fit(ready, texts, K, C=WINDOW_C)

    def read(lines: list[Array]) -> tuple[list[Array], Array]:
        found, shares = model.read(ready, lines)
        return list(found), shares

    return read


def _reads(fitted: Fitted) -> Read:
    def read(lines: list[Array]) -> tuple[list[Array], Array]:
        found = readings_of(scored(fitted, lines, ()))
        return [each.symbols for each in found], np.array([each.probability for each in found])

    return read
