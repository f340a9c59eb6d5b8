"""What one rung made of the test images, in words."""

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
from linocut.report.words.language import (
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
BY_HEART = 2  # mistakes on new images for each on training images: learned by heart from there
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
            f"{every(test.n, 'test image')} lie on the diagonal: none is misread."
            if test.n > 1
            else "The one test image lies on the diagonal: it is read rightly."
        ]
    if most == 1 and errors.sum() > 1:
        return [
            f"No confusion occurs more than once, so no two classes stand out among the "
            f"{count(int(errors.sum()))} mistakes."
        ]
    i, j = (int(at) for at in np.unravel_index(int(errors.argmax()), errors.shape))
    true, read = quoted(test.class_names[i]), quoted(test.class_names[j])
    support = test.confusion.sum(axis=1)
    alike = int(np.count_nonzero(errors == most)) - 1
    frequent = (
        f"The most frequent mistake is to read {true} as {read}: "
        f"{share_of(most, int(support[i]), 'test image', f'of {true}')}"
        + (f"; {plural(alike, 'other confusion is', 'other confusions are')} as frequent." if alike
           else ".")
    )  # fmt: skip
    back, of = int(errors[j, i]), int(support[j])
    if of == 0:
        return [frequent]
    if back == 0:
        return [frequent, f"The other way round it never happens: no {read} is read as {true}."]
    other = f"The other way round it is {share_of(back, of)}"
    if back / of >= BOTH_WAYS * most / support[i]:
        return [frequent, f"{other}, so the confusion goes both ways."]
    return [frequent, f"{other}, so it is mostly {true} that is taken for {read}."]


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
        f"It reads {percent(rung.train.accuracy, digits)} of the training images rightly and "
        f"{percent(rung.test.accuracy, digits)} of the test images"
    )
    low, high = rung.test.interval
    if rung.train.accuracy > high:
        ratio = (1 - rung.test.accuracy) / max(1 - rung.train.accuracy, 1 / rung.train.n / 2)
        if rung.train.correct == rung.train.n:
            return f"{pair}: it has learned the training images by heart (overfitting)."
        if ratio >= BY_HEART:
            return (
                f"{pair}, so it errs {significant(ratio, 2)} times as often on images it has not "
                f"seen: it has learned some training images by heart (overfitting)."
            )
        return f"{pair}: {points(gap, digits)} less, a little overfitting."
    if rung.train.accuracy < low:
        return (
            f"{pair}: better on images it has not seen, so the test part is easier than the "
            f"training part."
        )
    return f"{pair}: no more apart than chance allows, so there is no sign of overfitting."


def mistakes(rung: Rung, dataset: ImageDataset) -> str:
    """Say how many mistakes there are, how sure the rung was of them, and which is the worst."""
    labels, n = dataset.test.labels, rung.test.n
    misread = np.flatnonzero(rung.predicted != labels)
    if len(misread) == 0:
        return paragraph(
            f"There are none: {rung.title} reads {every(n, 'test image').lower()} rightly.",
            _least_certain(rung, dataset),
        )
    amount = f"{rung.title} misreads {share_of(len(misread), n, 'test image')}."
    return paragraph(
        amount,
        _second_best(rung, labels, misread),
        _sure(rung, misread, n),
        _worst(rung, dataset, misread),
    )


def _second_best(rung: Rung, labels: NDArray[np.int64], misread: NDArray[np.intp]) -> str | None:
    if rung.probabilities.shape[1] < 3:
        return None
    p = rung.probabilities[misread]
    own = p[np.arange(len(misread)), labels[misread]]
    second = int(np.count_nonzero((p > own[:, None]).sum(axis=1) <= 1))
    if second == len(misread):
        return "The true class always comes second: every mistake is a near miss."
    if 2 * second >= len(misread):
        return f"In {count(second)} of them the true class comes second: most are near misses."
    if second == 0:
        return "The true class never comes second: none is a near miss."
    return f"In only {count(second)} of them does the true class come second: few are near misses."


def _sure(rung: Rung, misread: NDArray[np.intp], n: int) -> str:
    certain = probability_predicted(rung) > SURE
    wrong, total = int(np.count_nonzero(certain[misread])), int(np.count_nonzero(certain))
    bound = percent(SURE, 0)
    if total == 0:
        return f"It never gives a class more than {bound}."
    if wrong == 0:
        return f"No mistake is made with more than {bound}: where it is sure, it is right."
    return (
        f"{share_of(wrong, len(misread), 'mistake')} {'is' if wrong == 1 else 'are'} made with "
        f"more than {bound} probability: look there for odd images and for wrong labels. Of all "
        f"answers that sure ({percent(total / n, 0)} of the test images) {percent(wrong / total)} "
        f"are wrong."
    )


def _worst(rung: Rung, dataset: ImageDataset, misread: NDArray[np.intp]) -> str:
    labels = dataset.test.labels
    log_true, certain = log_probability_true(rung, labels), probability_predicted(rung)
    row = int(misread[np.lexsort((misread, -certain[misread], log_true[misread]))[0]])
    true, read = (dataset.class_names[int(k)] for k in (labels[row], rung.predicted[row]))
    p_true = float(probability_true(rung, labels)[row])
    return (
        f"They stand worst first, the least probable truth at the front: {_image(dataset, row)}, "
        f"{quoted(true)} read as {quoted(read)} with {percent(float(certain[row]))}, the true "
        f"class being given {percent(p_true, 2)}."
    )


def _least_certain(rung: Rung, dataset: ImageDataset) -> str | None:
    certain = probability_predicted(rung)
    row = int(certain.argmin())
    return (
        f"The least certain answer is right with {percent(float(certain[row]))}: "
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
        f"No test image is of {listed(absent, 'or')}, so there is nothing to judge it by."
        if absent
        else None
    )
    if test.correct == test.n:
        return paragraph(f"Every class is read with precision and recall {percent(1)}.", missing)
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
    hits, read = int(test.confusion[k, k]), int(test.confusion[:, k].sum())
    missed, strangers = hardest.support - hits, read - hits
    name = quoted(hardest.name)
    if read == 0:
        return f"Nothing is ever read as {name}: recall {percent(0)}."
    recall = (
        f"recall {percent(hardest.recall)}, for {count(missed)} of its own "
        f"{plural(hardest.support, 'image')} {'is' if missed == 1 else 'are'} missed"
    )
    precision = (
        f"precision {percent(hardest.precision)}, for {count(strangers)} of the "
        f"{plural(read, 'image')} read as it {'is' if strangers == 1 else 'are'} of other classes"
    )
    if missed == strangers:
        return f"It fails both ways alike: {recall}; {precision}."
    if missed > strangers:
        return f"It loses more than it takes: {recall}; {precision}."
    return f"It takes more than it loses: {precision}; {recall}."


def _means(test: Evaluation, dataset: ImageDataset, hardest: int) -> str:
    macro, weighted = test.mean(weighted=False).f1, test.mean(weighted=True).f1
    digits = digits_for(test.n)
    both = f"Mean F1 is {percent(macro, digits)} with each class alike (macro)"
    if percent_number(macro, digits) == percent_number(weighted, digits):
        told = f"{both}, and the same weighted by size."
    else:
        told = f"{both} and {percent(weighted, digits)} weighted by size."
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
