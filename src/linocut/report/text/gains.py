"""How far the ladder gets, and what it costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.data.dataset import ImageDataset
from linocut.evaluate import are_level
from linocut.ladder.rung import Ladder, Rung
from linocut.report.text.comparison import late, left_out, recommendation, validated
from linocut.report.text.language import (
    accuracy,
    count,
    every,
    listed,
    paragraph,
    paragraphs,
    plural,
    seconds,
    the,
)


def headline(dataset: ImageDataset, ladder: Ladder, straight: Rung | None) -> str:
    """Say how far one gets, in whole images; the page shows the share and its interval.

    ``straight`` is the best rung that is linear in the pixels, if the ladder has one.
    """
    best = ladder.best
    many = len(ladder.rungs)
    who = f"The best of {plural(many, 'model')}" if many > 1 else "The model"
    correct, n = best.test.correct, best.test.n
    result = (
        f"{who} correctly classifies {count(correct)} of {the(n, 'test image')}"
        if 0 < correct < n
        else f"{who} correctly classifies {every(n, 'test image').lower()}"
        if correct
        else f"{who} correctly classifies none of {the(n, 'test image')}"
    )
    return paragraph(
        f"{result}{_level(ladder, dataset.test.labels)}.",
        _straight(best, straight),
    )


def _level(ladder: Ladder, labels: NDArray[np.int64]) -> str:
    """Say how many others chance alone might have put behind the best."""
    best = ladder.best
    right = best.predicted == labels
    level = sum(
        are_level(right, rung.predicted == labels) for rung in ladder.rungs if rung is not best
    )
    if level == 0:
        return ""
    rest = len(ladder.rungs) - 1
    others = plural(level, "other") if level < rest else "the other" if rest == 1 else "any other"
    return f"; no difference from {others} can be told"


def _straight(best: Rung, straight: Rung | None) -> str | None:
    if straight is None:
        return None
    if straight is best:
        return "It is a straight cut through the pixels: one weight per pixel and class."
    return (
        "The best straight cut through the pixels, one weight per pixel and class, reaches "
        f"{accuracy(straight.test)}."
    )


def climb(ladder: Ladder) -> str:
    """Say which model to use and what is left out; then how far the ladder reaches, and costs."""
    if len(ladder.rungs) == 1:
        rung = ladder.rungs[0]
        return paragraphs(
            paragraph(f"There is one model here, {rung.short}.", late(ladder)),
            paragraph(_prepared(rung), _costs(ladder), left_out(ladder)),
        )
    return paragraphs(
        paragraph(recommendation(ladder), _prepared(ladder.recommended), late(ladder)),
        paragraph(validated(ladder), _reach(ladder), _costs(ladder)),
        left_out(ladder),
    )


def _prepared(rung: Rung) -> str | None:
    """Say how the preparation of its images was chosen, where there was a choice."""
    return rung.preparation.sentence if rung.preparation else None


def _reach(ladder: Ladder) -> str:
    rungs, best = ladder.rungs, ladder.best
    worst = min(rungs, key=lambda rung: rung.test.accuracy)
    tested = the(best.test.n, "test image")
    if best.test.correct == worst.test.correct:
        return (
            f"{every(len(rungs), 'model')} classify the same number of test images correctly: "
            f"{count(best.test.correct)} of {count(best.test.n)}."
        )
    return (
        f"{every(len(rungs), 'model')} classify between {accuracy(worst.test)} and "
        f"{accuracy(best.test)} of {tested} correctly; 95 % intervals are in brackets."
    )


def _costs(ladder: Ladder) -> str:
    rungs, best = ladder.rungs, ladder.best
    spent = [rung.total_seconds for rung in rungs]
    if len(rungs) == 1:
        cost = f"From images to scores it takes {seconds(spent[0])}."
    elif max(spent) < 2 * min(spent):
        cost = f"From images to scores, no model takes more than {seconds(max(spent))}."
    else:
        cost = (
            f"From images to scores, the quickest takes {seconds(min(spent))}, the slowest "
            f"{seconds(max(spent))} and the best {seconds(best.total_seconds)}."
        )
    late = [rung.short for rung in rungs if rung.converged is False]
    return paragraph(
        cost,
        f"The best keeps {plural(best.parameters, 'number')}, the first "
        f"{count(rungs[0].parameters)}."
        if best.parameters != rungs[0].parameters
        else None,
        f"{'The fits' if len(late) > 1 else 'The fit'} of {listed(late)} stopped short of "
        f"{'their' if len(late) > 1 else 'its'} tolerance, so results may still change."
        if late
        else None,
    )
