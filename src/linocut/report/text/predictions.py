"""What one rung predicted for the test images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.data.dataset import ImageDataset
from linocut.evaluate import Evaluation
from linocut.ladder.rung import Rung
from linocut.report.shown import (
    log_probability_true,
    probability_predicted,
    probability_true,
)
from linocut.report.text.language import (
    count,
    digits_for,
    every,
    listed,
    paragraph,
    percent,
    percent_number,
    plural,
    points,
    quoted,
    share_of,
    significant,
)

SURE = 0.9  # a probability above this is a confident answer
OVERFITTED = 2  # mistakes on new images for each on training images: overfitted from there
TELLING = 0.005  # a smaller difference between mean F1s says nothing about sizes
BOTH_WAYS = 0.5  # the rarer direction of a confusion is at least this share of the other


def confusion(rung: Rung) -> str:
    """Say which classes are mixed up, whether both ways, and how train compares with test."""
    return paragraph(*_most_frequent(rung.test), _concentration(rung.test), _train_and_test(rung))


def _most_frequent(test: Evaluation) -> list[str]:
    errors = test.confusion - np.diag(np.diag(test.confusion))
    most = int(errors.max())
    if most == 0:
        return [
            f"{every(test.n, 'test image')} lie on the diagonal: none is misclassified."
            if test.n > 1
            else "The one test image lies on the diagonal: it is correctly classified."
        ]
    if most == 1 and errors.sum() > 1:
        return [
            f"No confusion occurs more than once, so no two classes stand out among the "
            f"{count(int(errors.sum()))} mistakes."
        ]
    i, j = (int(at) for at in np.unravel_index(int(errors.argmax()), errors.shape))
    true, predicted = quoted(test.class_names[i]), quoted(test.class_names[j])
    support = test.confusion.sum(axis=1)
    alike = int(np.count_nonzero(errors == most)) - 1
    frequent = (
        f"The {'only' if errors.sum() == 1 else 'most frequent'} mistake is to classify {true} as "
        f"{predicted}: "
        f"{share_of(most, int(support[i]), 'test image', f'of {true}')}"
        + (f"; {plural(alike, 'other confusion is', 'other confusions are')} as frequent." if alike
           else ".")
    )  # fmt: skip
    back, of = int(errors[j, i]), int(support[j])
    if of == 0:
        return [frequent]
    if back == 0:
        return [
            frequent,
            f"The other way round it never happens: no {predicted} is classified as {true}.",
        ]
    other = f"The other way round it is {share_of(back, of)}"
    if back / of >= BOTH_WAYS * most / support[i]:
        return [frequent, f"{other}, so the confusion goes both ways."]
    return [frequent, f"{other}, so it is mostly {true} that is mistaken for {predicted}."]


def _concentration(test: Evaluation) -> str | None:
    errors = test.confusion[~np.eye(len(test.class_names), dtype=bool)]
    kinds, total = int(np.count_nonzero(errors)), int(errors.sum())
    few = 5
    if kinds <= 2 * few:
        return None
    largest = int(np.sort(errors)[-few:].sum())
    return (
        f"Of the {count(kinds)} kinds of mistake that occur, the {few} most frequent make up "
        f"{percent(largest / total, 0)} of all {count(total)}."
    )


def _train_and_test(rung: Rung) -> str:
    digits = digits_for(rung.test.n)
    gap = rung.train.accuracy - rung.test.accuracy
    pair = (
        f"It classifies {percent(rung.train.accuracy, digits)} of the training images correctly "
        f"and {percent(rung.test.accuracy, digits)} of the test images"
    )
    low, high = rung.test.interval
    if rung.train.accuracy > high:
        ratio = (1 - rung.test.accuracy) / max(1 - rung.train.accuracy, 1 / rung.train.n / 2)
        if rung.train.correct == rung.train.n:
            return f"{pair}: a perfect fit to the training images only (overfitting)."
        if ratio >= OVERFITTED:
            return (
                f"{pair}, so it errs {significant(ratio, 2)} times as often on images it has not "
                f"seen (overfitting)."
            )
        return f"{pair}: {points(gap, digits)} less, which is slight overfitting."
    if rung.train.accuracy < low:
        return (
            f"{pair}: better on images it has not seen, so the test part is easier than the "
            f"training part."
        )
    return f"{pair}: no larger a gap than chance explains, so there is no sign of overfitting."


def mistakes(rung: Rung, dataset: ImageDataset) -> str:
    """Say how many mistakes there are, how sure the rung was of them, and which is the worst."""
    labels, n = dataset.test.labels, rung.test.n
    wrong_rows = np.flatnonzero(rung.predicted != labels)
    if len(wrong_rows) == 0:
        return paragraph(
            f"There are none: {rung.title} classifies {every(n, 'test image').lower()} correctly.",
            _least_certain(rung, dataset),
        )
    amount = f"{rung.title} misclassifies {share_of(len(wrong_rows), n, 'test image')}."
    return paragraph(
        amount,
        _second_best(rung, labels, wrong_rows),
        _sure(rung, wrong_rows, n),
        _worst(rung, dataset, wrong_rows),
    )


def _second_best(rung: Rung, labels: NDArray[np.int64], wrong_rows: NDArray[np.intp]) -> str | None:
    if rung.probabilities.shape[1] < 3:
        return None
    p = rung.probabilities[wrong_rows]
    own = p[np.arange(len(wrong_rows)), labels[wrong_rows]]
    second = int(np.count_nonzero((p > own[:, None]).sum(axis=1) <= 1))
    if second == len(wrong_rows):
        return "The true class always comes second: every mistake is a near miss."
    if 2 * second >= len(wrong_rows):
        return f"In {count(second)} of them the true class comes second: most are near misses."
    if second == 0:
        return "The true class never comes second: none is a near miss."
    return f"In only {count(second)} of them does the true class come second: few are near misses."


def _sure(rung: Rung, wrong_rows: NDArray[np.intp], n: int) -> str:
    certain = probability_predicted(rung) > SURE
    wrong, total = int(np.count_nonzero(certain[wrong_rows])), int(np.count_nonzero(certain))
    bound = percent(SURE, 0)
    if total == 0:
        return f"It never gives a class a probability above {bound}."
    if wrong == 0:
        return (
            f"It makes no mistake with a probability above {bound}: where it is sure, it is right."
        )
    return (
        f"{share_of(wrong, len(wrong_rows), 'mistake')} {'is' if wrong == 1 else 'are'} made with "
        f"a probability above {bound}: look there for odd images and wrong labels. Of all "
        f"predictions that sure ({percent(total / n, 0)} of the test images), "
        f"{percent(wrong / total)} are wrong."
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


def _least_certain(rung: Rung, dataset: ImageDataset) -> str | None:
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
    """Say which class is hardest and whether by precision or by recall."""
    test = rung.test
    scores = test.classes
    scored = [k for k, score in enumerate(scores) if score.support > 0]
    absent = [quoted(score.name) for score in scores if score.support == 0]
    missing = (
        f"There is no test image of {listed(absent, 'or')}, so nothing can be said about "
        f"{'it' if len(absent) == 1 else 'them'}."
        if absent
        else None
    )
    if test.correct == test.n:
        return paragraph(f"Every class has a precision and a recall of {percent(1)}.", missing)
    hardest = min(scored, key=lambda k: scores[k].f1)
    easiest = max(scored, key=lambda k: scores[k].f1)
    if scores[hardest].f1 == scores[easiest].f1:
        return paragraph(
            f"All classes are equally hard: F1 {percent(scores[hardest].f1)}.", missing
        )
    return paragraph(
        f"{quoted(scores[easiest].name)} is easiest (F1 {percent(scores[easiest].f1)}), "
        f"{quoted(scores[hardest].name)} hardest (F1 {percent(scores[hardest].f1)}).",
        _why_hard(test, hardest),
        _means(test, dataset, hardest),
        missing,
    )


def _why_hard(test: Evaluation, k: int) -> str:
    hardest = test.classes[k]
    hits, claimed = int(test.confusion[k, k]), int(test.confusion[:, k].sum())
    missed, strangers = hardest.support - hits, claimed - hits
    name = quoted(hardest.name)
    if claimed == 0:
        return f"No image is classified as {name}, so its recall is {percent(0)}."
    recall = (
        f"its recall is {percent(hardest.recall)}, since {_count_or_none(missed)} of its "
        f"{plural(hardest.support, 'image')} {'is' if missed < 2 else 'are'} missed"
    )
    precision = (
        f"its precision is {percent(hardest.precision)}, since {_count_or_none(strangers)} of the "
        f"{plural(claimed, 'image')} classified as {name} "
        f"{'belongs' if strangers < 2 else 'belong'} to other classes"
    )
    if missed == strangers:
        return f"Its two kinds of mistake are equally frequent: {recall}; {precision}."
    if missed > strangers:
        return f"Missed images are its larger problem: {recall}; {precision}."
    return f"Wrongly included images are its larger problem: {precision}; {recall}."


def _count_or_none(n: int) -> str:
    return count(n) if n else "none"


def _means(test: Evaluation, dataset: ImageDataset, hardest: int) -> str:
    macro, weighted = test.mean(weighted=False).f1, test.mean(weighted=True).f1
    digits = digits_for(test.n)
    both = f"The mean F1 is {percent(macro, digits)} with all classes counted equally (macro)"
    if percent_number(macro, digits) == percent_number(weighted, digits):
        told = f"{both}, and the same when weighted by class size."
    else:
        told = f"{both}, and {percent(weighted, digits)} when weighted by class size."
        if abs(weighted - macro) >= TELLING:
            trend = "larger" if weighted > macro else "smaller"
            told = told.removesuffix(".") + f", so the {trend} classes do better."
    counts = dataset.train.counts(dataset.n_classes)
    smallest = int(counts.argmin())
    if counts.max() > counts[smallest] and smallest == hardest:
        told += (
            f" The hardest class also has the fewest training images, "
            f"{count(int(counts[smallest]))}: more of them may help."
        )
    return told
