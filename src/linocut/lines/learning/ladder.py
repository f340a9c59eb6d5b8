"""A small ladder for strings: fixed positions, one sliding classifier, whole strings.

Each rung is fitted on the same training images and judged on the same validation images.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from linocut.lines.data import Strings
from linocut.lines.judging import StringEvaluation, judge_texts
from linocut.lines.learning.choosing import Lines, validation_rows
from linocut.lines.learning.learners import FIXED, LEARNERS, WHOLE, Learner
from linocut.lines.learning.training import Encoded
from linocut.lines.windows.preparing import Preparation, prepared

WINDOW_C = 1.0  # of softmax regression on windows


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
    for learner in suiting(part):
        began = time.perf_counter()
        own = C if learner.name == WHOLE else WINDOW_C
        model, _ = learner.fit(ready, texts, K, C=own, max_iter=max_iter)
        seconds = time.perf_counter() - began
        found = model.read(lines)
        said = ["".join(encoded.symbols[symbol] for symbol in each.symbols) for each in found]
        judged = judge_texts(true, said, [each.probability for each in found])
        rungs.append(LineRung(learner.name, learner.title, learner.description, judged, seconds))
        if progress is not None:
            progress(rungs[-1])
    return tuple(rungs)


def suiting(part: Strings) -> list[Learner]:
    """Return what can learn from some strings, from simple to strong."""
    several = len({len(text) for text in part.symbols}) > 1
    return [each for each in LEARNERS.values() if not (several and each.name == FIXED)]
