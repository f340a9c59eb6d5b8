"""What one model predicted for the test images."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from linocut.data.dataset import ImageDataset
from linocut.evaluate import Evaluation, difference_interval
from linocut.ladder.rung import Rung
from linocut.report.shown import (
    log_probability_true,
    probability_predicted,
    probability_true,
)
from linocut.report.text.language import (
    count,
    counted,
    digits_for,
    every,
    one_of,
    paragraph,
    paragraphs,
    percent,
    plural,
    quoted,
    signed_points,
    times,
)

SURE = 0.9  # a probability above this is a confident answer
FEW = 5  # kinds of mistake that are put together


def confusion(rung: Rung) -> str:
    """Say which classes are mixed up, whether both ways, and how train compares with test."""
    first, *more = _most_frequent(rung.test)
    return paragraphs(
        first, paragraph(*more, _concentration(rung.test)), paragraph(_train_and_test(rung))
    )


def _most_frequent(test: Evaluation) -> list[str]:
    errors = test.confusion - np.diag(np.diag(test.confusion))
    most, total = int(errors.max()), int(errors.sum())
    if most == 0:
        return [
            f"{every(test.n, 'test image')} lie on the diagonal: none is misclassified."
            if test.n > 1
            else "The one test image lies on the diagonal: it is correctly classified."
        ]
    alike = int(np.count_nonzero(errors == most))
    if alike > 1:
        return [
            f"No kind of mistake stands out: {count(alike)} kinds occur {times(most)} each"
            + ("." if alike * most == total else ", all others less often.")
        ]
    i, j = (int(at) for at in np.unravel_index(int(errors.argmax()), errors.shape))
    true, predicted = quoted(test.class_names[i]), quoted(test.class_names[j])
    support = test.confusion.sum(axis=1)
    here = counted(most, int(support[i]), "image", f"of {true}")
    if total == most:
        return [f"The only kind of mistake is to classify {true} as {predicted}: {here}."]
    frequent = f"The most frequent mistake is to classify {true} as {predicted}: {here}."
    back, of = int(errors[j, i]), int(support[j])
    if of == 0:
        return [frequent]
    there = f"The other way round it is {counted(back, of, 'image', f'of {predicted}')}"
    # The most frequent of many is so by chance, too: each may be wrong only so much more rarely.
    pairs = math.comb(len(support), 2)
    low, high = difference_interval((most, int(support[i])), (back, of), 1 - 0.05 / pairs)
    if low > 0 or high < 0:
        one, other = (true, predicted) if low > 0 else (predicted, true)
        return [frequent, f"{there}: {one} is mistaken for {other} more often than the reverse."]
    return [frequent, f"{there}; no difference between the two can be told."]


def _concentration(test: Evaluation) -> str | None:
    errors = test.confusion[~np.eye(len(test.class_names), dtype=bool)]
    kinds, total = int(np.count_nonzero(errors)), int(errors.sum())
    if kinds <= 2 * FEW or total < 2 * kinds:
        return None
    largest = int(np.sort(errors)[-FEW:].sum())
    return (
        f"Of the {count(kinds)} kinds of mistake that occur, the {FEW} most frequent make up "
        f"{percent(largest / total, 0)} of all {count(total)}."
    )


def _train_and_test(rung: Rung) -> str | None:
    """State the gap and its interval; what it means, one may judge."""
    train, test = rung.train, rung.test
    digits = digits_for(test.n)
    gap = train.accuracy - test.accuracy
    low, high = difference_interval((train.correct, train.n), (test.correct, test.n))
    bounds = f"{signed_points(low, digits)} to {signed_points(high, digits)}"
    told = (
        f"Training images correctly classified: {percent(train.accuracy, digits)}; test images: "
        f"{percent(test.accuracy, digits)}. The gap is {signed_points(gap, digits)} percentage "
        f"points (95 % interval {bounds})"
    )
    if low > 0:
        return f"{told}: on images that it has not seen, the model does worse."
    if high < 0:
        return f"{told}: the test part is the easier one."
    return f"{told}, so no difference can be told."


def mistakes(rung: Rung, dataset: ImageDataset) -> str:
    """Say how many mistakes there are, how sure the model was of them, and which is the worst."""
    labels, n = dataset.test.labels, rung.test.n
    wrong_rows = np.flatnonzero(rung.predicted != labels)
    if len(wrong_rows) == 0:
        return paragraphs(
            f"There are none: {every(n, 'test image').lower()} "
            f"{'is' if n == 1 else 'are'} correctly classified.",
            _least_certain(rung, dataset),
        )
    return paragraphs(
        f"{counted(len(wrong_rows), n, 'test image')} {'is' if len(wrong_rows) == 1 else 'are'} "
        "misclassified.",
        paragraph(_second_best(rung, labels, wrong_rows), _sure(rung, wrong_rows)),
        _worst(rung, dataset, wrong_rows),
    )


def _second_best(rung: Rung, labels: NDArray[np.int64], wrong_rows: NDArray[np.intp]) -> str | None:
    if rung.probabilities.shape[1] < 3:
        return None
    p = rung.probabilities[wrong_rows]
    own = p[np.arange(len(wrong_rows)), labels[wrong_rows]]
    second = int(np.count_nonzero((p > own[:, None]).sum(axis=1) <= 1))
    if len(wrong_rows) == 1:
        return f"The true class {'comes' if second else 'does not come'} second."
    if second == len(wrong_rows):
        return "The true class always comes second."
    if second == 0:
        return "The true class never comes second."
    among = plural(len(wrong_rows), "mistake")
    return f"In {count(second)} of the {among} the true class comes second."


def _sure(rung: Rung, wrong_rows: NDArray[np.intp]) -> str:
    certain = probability_predicted(rung) > SURE
    wrong, total = int(np.count_nonzero(certain[wrong_rows])), int(np.count_nonzero(certain))
    bound = percent(SURE, 0)
    if total == 0:
        return f"No prediction has a probability above {bound}."
    return (
        f"{counted(wrong, total, 'prediction', f'with a probability above {bound}')} "
        f"{'is' if wrong == 1 else 'are'} wrong."
    )


def _worst(rung: Rung, dataset: ImageDataset, wrong_rows: NDArray[np.intp]) -> str:
    labels = dataset.test.labels
    log_true, certain = log_probability_true(rung, labels), probability_predicted(rung)
    row = int(wrong_rows[np.lexsort((wrong_rows, -certain[wrong_rows], log_true[wrong_rows]))[0]])
    true, predicted = (dataset.class_names[int(k)] for k in (labels[row], rung.predicted[row]))
    p_true = float(probability_true(rung, labels)[row])
    sorting = "They are sorted by the probability of the true class, lowest first. The first is"
    return (
        f"{sorting if len(wrong_rows) > 1 else 'The mistake is'} "
        f"{_image(dataset, row)}: {quoted(true)} classified as {quoted(predicted)} with a "
        f"probability of {percent(float(certain[row]))}; its true class gets {percent(p_true, 2)}."
    )


def _least_certain(rung: Rung, dataset: ImageDataset) -> str:
    certain = probability_predicted(rung)
    row = int(certain.argmin())
    return (
        f"The least certain prediction has a probability of {percent(float(certain[row]))}: "
        f"{_image(dataset, row)}, {quoted(dataset.class_names[int(rung.predicted[row])])}."
    )


def _image(dataset: ImageDataset, row: int) -> str:
    names = dataset.test.names
    return f"test image {row}" if names is None else f"image {names[row]}"


def classes(rung: Rung, dataset: ImageDataset) -> str:
    """Say which class has the lowest recall, and whether that is more than chance."""
    test = rung.test
    scored = [score for score in test.classes if score.support > 0]
    absent = [score.name for score in test.classes if score.support == 0]
    missing = (
        f"There is no test image of {one_of(absent, 'classes', 'or')}, so nothing can be said "
        f"about {'it' if len(absent) == 1 else 'them'}."
        if absent
        else ""
    )
    if test.correct == test.n:
        return paragraphs("Every class has a precision and a recall of 100 %.", missing)
    lowest = min(score.recall for score in scored)
    level = [k for k, score in enumerate(test.classes) if score.support and score.recall == lowest]
    if len(level) == len(scored) > 1:
        alike = f"{every(len(level), 'class', 'classes')} have the same recall"
        return paragraphs(f"{alike}, {percent(lowest)}.", missing)
    if len(level) > 1:
        names = one_of([test.class_names[k] for k in level], "classes")
        return paragraphs(f"Recall is lowest for {names}: {percent(lowest)} each.", missing)
    return paragraphs(_lowest(test, level[0], len(scored)), _two_kinds(test, level[0]), missing)


def _lowest(test: Evaluation, k: int, among: int) -> str:
    name, support = quoted(test.class_names[k]), int(test.confusion[k].sum())
    hits = int(test.confusion[k, k])
    told = f"Recall is lowest for {name}: {counted(hits, support, 'image')}"
    if among < 2:
        return f"{told}."
    # The lowest of many is low by chance alone: each may be wrong only so much more rarely.
    others = test.correct - hits, test.n - support
    low, _ = difference_interval(others, (hits, support), confidence=1 - 0.05 / among)
    if low > 0:
        return f"{told}; over all other classes it is {counted(*others)}."
    return f"{told}. No difference from the other classes can be told."


def _two_kinds(test: Evaluation, k: int) -> str:
    hits, support = int(test.confusion[k, k]), int(test.confusion[k].sum())
    claimed = int(test.confusion[:, k].sum())
    name, missed, strangers = quoted(test.class_names[k]), support - hits, claimed - hits
    if claimed == 0:
        return f"No image is classified as {name}."
    return (
        f"{count(missed)} of its {plural(support, 'image')} {'is' if missed == 1 else 'are'} "
        f"missed; {count(strangers) if strangers else 'none'} of the {plural(claimed, 'image')} "
        f"classified as {name} {'belongs' if strangers < 2 else 'belong'} to other classes."
    )
