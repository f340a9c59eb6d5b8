"""What the ladder gained and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from linocut.data.dataset import ImageDataset
from linocut.ladder.rung import Ladder, Rung
from linocut.report.text.comparison import left_out, recommendation
from linocut.report.text.language import (
    count,
    digits_for,
    every,
    listed,
    paragraph,
    paragraphs,
    percent,
    plural,
    points,
    quoted,
    seconds,
    significant,
    the,
    times,
)

TOLD_ONE_BY_ONE = 8  # steps; the section on steps shows any number
CHANCE = 0.05  # how often a fair coin may be as lopsided before a step counts as real


def headline(dataset: ImageDataset, ladder: Ladder, straight: Rung | None) -> str:
    """Say in two or three sentences how far one gets.

    ``straight`` is the best rung that is linear in the pixels, if the ladder has one.
    """
    best, digits = ladder.best, digits_for(len(dataset.test))
    tested = the(len(dataset.test), "test image")
    result = f"{best.title} classifies {percent(best.test.accuracy, digits)} of {tested} correctly."
    if straight is best:
        result += " It is a straight cut through the pixels: one weight per pixel and class."
    cut = None
    if straight is not None and straight is not best:
        cut = (
            f"A straight cut through the pixels, {straight.title}, reaches "
            f"{percent(straight.test.accuracy, digits)}."
        )
    return paragraph(result, cut, _most_frequent(best))


def _most_frequent(best: Rung) -> str | None:
    top = best.test.top_confusion
    if top is None or top.count == 1:
        return None
    return (
        f"The most frequent mistake of {best.title} is to classify {quoted(top.true)} as "
        f"{quoted(top.predicted)}: {times(top.count)}."
    )


def climb(ladder: Ladder, labels: NDArray[np.int64]) -> str:
    """Say what each step gained, which steps may be chance, and what they cost.

    ``labels`` are the true classes of the test part, shape (n,).
    """
    if len(ladder.rungs) == 1:
        return _alone(ladder.rungs[0])
    return paragraphs(
        _gains(ladder.rungs, ladder.best),
        _doubtful(ladder.rungs, labels),
        _costs(ladder.rungs, ladder.best),
        paragraph(recommendation(ladder), left_out(ladder)),
    )


def _alone(rung: Rung) -> str:
    low, high = rung.test.interval
    digits = digits_for(rung.test.n)
    return (
        f"The ladder has one rung, {rung.title}, which classifies "
        f"{percent(rung.test.accuracy, digits)} of {the(rung.test.n, 'test image')} correctly. The "
        f"95 % interval runs from {percent(low, digits)} to {percent(high, digits)}."
    )


def _gains(rungs: tuple[Rung, ...], best: Rung) -> str:
    digits, n = digits_for(best.test.n), best.test.n
    first, worst = rungs[0], min(rungs, key=lambda rung: rung.test.accuracy)
    reach = (
        f"The {count(len(rungs))} rungs classify between {percent(worst.test.accuracy, digits)} "
        f"({worst.title}) and {percent(best.test.accuracy, digits)} ({best.title}) of "
        f"{the(n, 'test image')} correctly."
    )
    if best.test.correct == worst.test.correct:
        return (
            f"{every(len(rungs), 'rung')} classify the same number of test images correctly: "
            f"{count(best.test.correct)} of {count(n)}."
        )
    steps = [(b.title, b.test.correct - a.test.correct) for a, b in pairwise(rungs)]
    told = "; ".join(
        f"{title} {'+' if gain > 0 else '−'}{abs(100 * gain / n):.{digits}f} "
        f"({count(abs(gain))} {'more' if gain > 0 else 'fewer'})"
        if gain
        else f"{title} no change"
        for title, gain in steps
    )
    title, gain = max(steps, key=lambda step: step[1])
    largest = (
        f"The largest step up, to {title}, gains {points(gain / n, digits)}: "
        f"{plural(gain, 'image')}."
        if gain > 0
        else f"No step brings an improvement: the first rung, {first.title}, is the best."
    )
    return paragraph(
        reach,
        largest,
        f"Step by step, in percentage points and in correctly classified images, each compared "
        f"with the rung before: {told}."
        if 1 < len(steps) <= TOLD_ONE_BY_ONE
        else None,
    )


def _doubtful(rungs: tuple[Rung, ...], labels: NDArray[np.int64]) -> str:
    close = [(a, b) for a, b in pairwise(rungs) if _overlap(a, b)]
    n = rungs[0].test.n
    if not close:
        whose = "both rungs" if len(rungs) == 2 else "neighbouring rungs"
        enough = f"{the(n, 'test image')} {'is' if n == 1 else 'are'} enough to tell them apart"
        return f"The 95 % intervals of {whose} do not overlap: {enough}."
    duels = [_duel(a, b, labels) for a, b in close]
    real = [duel.told for duel in duels if duel.thrown and duel.chance < CHANCE]
    may_be = [duel.told for duel in duels if duel.thrown and duel.chance >= CHANCE]
    alike = [duel.told for duel in duels if not duel.thrown]
    return paragraph(
        "Where the 95 % intervals of neighbouring rungs overlap, count the images that only one "
        "of the two classifies correctly.",
        f"A fair coin would split as unevenly in fewer than {percent(CHANCE, 0)} of all trials, so "
        f"this is unlikely to be chance: {'; '.join(real)}."
        if real
        else None,
        f"A fair coin would often split as unevenly, so this may be chance: {'; '.join(may_be)}."
        if may_be
        else None,
        f"There are no such images for {listed(alike)}." if alike else None,
    )


def _overlap(a: Rung, b: Rung) -> bool:
    (a_low, a_high), (b_low, b_high) = a.test.interval, b.test.interval
    return a_low <= b_high and b_low <= a_high


@dataclass(frozen=True)
class _Duel:
    thrown: int  # images that only one of the two classifies correctly
    chance: float  # how often so many throws of a fair coin are at least as lopsided
    told: str


def _duel(a: Rung, b: Rung, labels: NDArray[np.int64]) -> _Duel:
    """Compare two rungs by McNemar's exact test, on images that only one classifies correctly."""
    a_right, b_right = a.predicted == labels, b.predicted == labels
    only_a, only_b = int((a_right & ~b_right).sum()), int((b_right & ~a_right).sum())
    if only_a + only_b == 0:
        return _Duel(0, 1.0, f"{b.title} against {a.title}")
    chance = float(binomtest(only_a, only_a + only_b).pvalue)
    if only_a > only_b:
        a, b, only_a, only_b = b, a, only_b, only_a
    verb = "level with" if only_a == only_b else "ahead of"
    return _Duel(
        only_a + only_b, chance, f"{b.title} {verb} {a.title} by {count(only_b)} to {count(only_a)}"
    )


def _costs(rungs: tuple[Rung, ...], best: Rung) -> str:
    quick = min(rungs, key=lambda rung: rung.total_seconds)
    slow = max(rungs, key=lambda rung: rung.total_seconds)
    late = [rung.title for rung in rungs if rung.converged is False]
    if slow.total_seconds < 2 * quick.total_seconds:
        cost = f"From images to scores, no rung takes more than {seconds(slow.total_seconds)}."
    else:
        cost = (
            f"From images to scores, {quick.title} takes {seconds(quick.total_seconds)} and "
            f"{slow.title} {seconds(slow.total_seconds)}."
        )
        if best is not slow and best is not quick:
            cost += f" The best, {best.title}, takes {seconds(best.total_seconds)}."
    return paragraph(
        cost,
        f"{best.title} has {plural(best.parameters, 'parameter')}, {rungs[0].title} has "
        f"{count(rungs[0].parameters)}."
        if best.parameters != rungs[0].parameters
        else None,
        *(
            f"The fit of {title} stopped before it reached its tolerance, so its results may still "
            f"change."
            for title in late
        ),
        _lowest_loss(rungs),
    )


def _lowest_loss(rungs: tuple[Rung, ...]) -> str | None:
    losses = [(rung.test.log_loss, rung) for rung in rungs if rung.test.log_loss is not None]
    if len(losses) < 2:
        return None
    loss, rung = min(losses, key=lambda pair: pair[0])
    if [other for other, _ in losses].count(loss) > 1:
        return None
    return (
        f"{rung.title} has the lowest log loss, {significant(loss)}: on (geometric) average it "
        f"gives the true class a probability of {percent(float(np.exp(-loss)), 0)}."
    )
