"""What distorted copies do to plain softmax regression, by pair of classes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.data import ImageDataset
from linocut.evaluate import are_level, wilson_interval
from linocut.evaluate.intervals import percent, share_of, wilson_bounds
from linocut.features import UnitPixels
from linocut.ladder.studies.distortions import kinds_of_copies
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.study import mistakes
from linocut.ladder.studies.trial import Trial
from linocut.plot import Table, Values

ROWS = 8000  # images that are fitted on, and as many copies
PAIRS = 8
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Copied:
    """Softmax regression fitted to images and one kind of copies.

    Attributes
    ----------
    name, title : str
        The kind.
    hits : bool array, shape (n,)
        Which validation images are correctly classified.
    mixed : int64 array, shape (K, K)
        Validation images of either class of a pair that are classified as the other; symmetric.
    """

    name: str
    title: str
    hits: NDArray[np.bool_]
    mixed: Counts


def study_augmentation(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Fit softmax regression on pixels to images and one distorted copy of each, kind by kind.

    It counts how often the classes of each pair are taken for each other, without copies and with
    those of each kind.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the validation rows and of the copies.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_augmentation(load_dataset("digits"))
    >>> [row["copies"] for row in study.rows()][:3]
    ['none', 'shift', 'rotation']
    """
    trial = Trial.of(dataset, seed, ROWS)
    images = dataset.train.images[trial.fit]
    kinds = []
    for name, title, kind in kinds_of_copies(dataset):
        copies = None if kind is None else kind.copies(images, random_state=seed)
        kinds.append(_copied(trial, name, title, copies))
    pairs = _worst_pairs(kinds[0].mixed)
    names = [f"{dataset.class_names[a]} and {dataset.class_names[b]}" for a, b in pairs]
    n = len(trial.validation)
    return Findings(
        "augmentation",
        dataset.name,
        "What distorted copies do to plain softmax regression",
        _sentence(kinds, pairs, names),
        tuple(_row(kind, pairs, names) for kind in kinds),
        (_accuracies(kinds), *([_table(kinds, pairs, names)] if pairs else [])),
        f"Softmax regression on the pixels of {len(images):,} training images and one copy of "
        f"each; {n:,} validation images, 95 % intervals.",
        n,
    )


def _copied(trial: Trial, name: str, title: str, copies: NDArray[np.uint8] | None) -> Copied:
    X, labels = trial.pixels, trial.labels
    if copies is not None:
        X = np.concatenate([X, np.asarray(UnitPixels().fit_transform(copies))])
        labels = np.tile(labels, 2)
    # Where twice as many images are fitted, the same C is half the penalty of each.
    penalties = [C * trial.inverse_penalty for C in (0.1, 0.3, 1.0, 3.0)]
    best = trial.best_penalty(X, labels, penalties)
    predicted = np.asarray(best.model.predict(trial.held_pixels))
    counts = mistakes(trial.held_labels, predicted, trial.dataset.n_classes)
    return Copied(name, title, predicted == trial.held_labels, counts + counts.T)


def _worst_pairs(mixed: Counts) -> list[tuple[int, int]]:
    """Return the pairs that are most often taken for each other, the worst first."""
    pairs = sorted(combinations(range(len(mixed)), 2), key=lambda pair: -mixed[pair])
    return [pair for pair in pairs[:PAIRS] if mixed[pair]]


def _row(kind: Copied, pairs: list[tuple[int, int]], names: list[str]) -> dict[str, Any]:
    low, high = wilson_interval(int(kind.hits.sum()), len(kind.hits))
    return {
        "copies": kind.name,
        "accuracy": float(kind.hits.mean()),
        "low": low,
        "high": high,
        **{name: int(kind.mixed[pair]) for name, pair in zip(names, pairs, strict=True)},
    }


def _sentence(kinds: list[Copied], pairs: list[tuple[int, int]], names: list[str]) -> str:
    first, *others = kinds
    n = len(first.hits)
    best = max(others, key=lambda kind: kind.hits.mean())
    told = "no difference can be told" if are_level(first.hits, best.hits) else (
        "more than chance explains"
    )  # fmt: skip
    said = (
        f"Without copies {share_of(int(first.hits.sum()), n).percent(2)} of the validation images "
        f"are correctly classified; with those of the kind “{best.name}” "
        f"{share_of(int(best.hits.sum()), n).percent(2)}: {told}."
    )
    if not pairs:
        return said
    changes = [
        (kind.mixed[pair] - first.mixed[pair], kind, name, pair)
        for kind in others
        for name, pair in zip(names, pairs, strict=True)
    ]
    down = min(changes, key=lambda change: change[0])
    up = max(changes, key=lambda change: change[0])
    for (change, kind, name, pair), how in ((down, "fewer"), (up, "more")):
        if change and (change < 0) == (how == "fewer"):
            said += (
                f" The largest change to {how} mistakes: between {name} with “{kind.name}”, "
                f"{first.mixed[pair]} → {kind.mixed[pair]}."
            )
    return said


def _accuracies(kinds: list[Copied]) -> Values:
    hits = [int(kind.hits.sum()) for kind in kinds]
    n = len(kinds[0].hits)
    low, high = wilson_bounds(hits, [n] * len(hits))
    best = int(np.argmax(hits))
    level = best == 0 or are_level(kinds[0].hits, kinds[best].hits)
    message = (
        "No kind of copy is better than none by more than chance"
        if level
        else f"Copies of the kind “{kinds[best].name}” are best: {percent(hits[best] / n, 2)}, "
        f"without any {percent(hits[0] / n, 2)}"
    )
    return Values(
        message,
        "validation images correctly classified",
        [kind.title for kind in kinds],
        [each / n for each in hits],
        low,
        high,
        percent=True,
        bold=(best,),
    )


def _table(kinds: list[Copied], pairs: list[tuple[int, int]], names: list[str]) -> Table:
    first, *others = kinds
    changes = [[int(kind.mixed[pair] - first.mixed[pair]) for kind in others] for pair in pairs]
    return Table(
        "Mistakes between two classes: how many without copies, and the change with them",
        "change with copies of this kind: fewer mistakes in grey, more in ochre",
        [f"{name}: {first.mixed[pair]}" for name, pair in zip(names, pairs, strict=True)],
        [kind.name for kind in others],
        np.reshape(np.array(changes, float), (len(pairs), len(others))),
    )
