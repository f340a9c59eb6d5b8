"""The training images that the rungs misclassify, the worst of each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.data.dataset import ImagePart
from linocut.evaluate import Predictions
from linocut.ladder.rung import Rung
from linocut.report.document import TrainingImages, TrainingMistakes
from linocut.report.packing import pack
from linocut.report.shown import pack_labels, quantise
from linocut.report.sprites import size_of, sprite

Indices = NDArray[np.intp]

MOST = 60  # of each rung
BUDGET = 250_000  # characters of the page for the images


def choose_training_mistakes(
    part: ImagePart, rungs: tuple[Rung, ...], n_classes: int, budget: int = BUDGET
) -> tuple[TrainingImages, tuple[TrainingMistakes, ...]]:
    """Choose the worst mistakes of each rung on the training part, as many as a budget holds.

    Parameters
    ----------
    part : ImagePart
        The training part.
    rungs : tuple of Rung
        All rungs of the ladder; images that several of them misclassify are held once.
    n_classes : int
        Number of classes K.
    budget : int
        Characters of the page for the images.
    """
    wrong = [_worst_first(rung.on_train) for rung in rungs]
    most = MOST
    while True:
        rows = np.unique(np.concatenate([_rows(rung.on_train, each[:most]) for rung, each
                                         in zip(rungs, wrong, strict=True)]))  # fmt: skip
        made = sprite(part.images[rows])
        if size_of(made) <= budget or most == 0:
            break
        most //= 2
    images = TrainingImages(
        sprite=made,
        rows=pack(rows.astype(np.int32)),
        labels=pack_labels(part.labels[rows], n_classes),
        names=None if part.names is None else tuple(part.names[int(row)] for row in rows),
    )
    return images, tuple(
        _mistakes(rung.on_train, each, most, rows, n_classes)
        for rung, each in zip(rungs, wrong, strict=True)
    )


def _mistakes(
    said: Predictions, wrong: Indices, most: int, rows: Indices, n_classes: int
) -> TrainingMistakes:
    worst = wrong[:most]
    predicted = said.predicted[worst]
    return TrainingMistakes(
        images=pack(np.searchsorted(rows, _rows(said, worst)).astype(np.int32)),
        predicted=pack_labels(predicted, n_classes),
        probability_predicted=pack(quantise(said.probabilities[worst, predicted])),
        probability_true=pack(quantise(said.probabilities[worst, said.labels[worst]])),
        total=len(wrong),
    )


def _worst_first(said: Predictions) -> Indices:
    """Return the misclassified among the rows of some predictions, least probable truth first."""
    wrong = np.flatnonzero(said.predicted != said.labels)
    truth = np.nan_to_num(said.probabilities[wrong, said.labels[wrong]])
    certain = np.nan_to_num(said.probabilities[wrong, said.predicted[wrong]])
    return wrong[np.lexsort((wrong, -certain, truth))]


def _rows(said: Predictions, at: Indices) -> Indices:
    return at if said.images is None else said.images[at]
