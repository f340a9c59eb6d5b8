"""Which test images the page holds, and what every rung predicted for them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.data.dataset import ImagePart
from linocut.ladder.rung import Rung
from linocut.report.document import Likely, ShownImages
from linocut.report.packing import Packed, deflate, pack
from linocut.report.sprites import size_of, sprite

Indices = NDArray[np.intp]
FULL = 65535  # probabilities travel as 16 bits
LIKELY = 0.001  # probabilities below are left out where not all of them travel
MOST_LIKELY = 20  # classes that are kept of an image at most


def choose_shown(
    part: ImagePart, rungs: tuple[Rung, ...], n_classes: int, budget: int, more: float = 0.0
) -> tuple[ShownImages, Indices]:
    """Choose the test images that fit in a budget of bytes: all of them where possible.

    Images that some rung misclassifies come first, the best rung's mistakes before the others'
    and those with the least probable true class before the rest, the classes taking turns. Images
    that every rung classifies correctly follow, the classes taking turns again.

    Parameters
    ----------
    part : ImagePart
        The test part.
    rungs : tuple of Rung
        All rungs of the ladder.
    n_classes : int
        Number of classes K.
    budget : int
        Bytes of the page for these images and for the predictions of the rungs.
    more : float
        Bytes of the page that each image takes besides.

    Returns
    -------
    shown : ShownImages
        The images, in the order of the test part.
    rows : intp array, shape (m,)
        Their rows in the test part.
    """
    n = len(part)
    label = 1 if n_classes <= 256 else 2
    # Row and class; for each rung the predicted class and two probabilities.
    row_bytes = (4 + label + len(rungs) * (label + 2 * 2)) * 4 / 3 + more
    # For each rung the place of a mistake.
    wrong = sum((rung.predicted != part.labels).astype(int) for rung in rungs)
    sample = np.unique(np.linspace(0, n - 1, min(n, 1000)).astype(np.intp))
    each = size_of(sprite(part.images[sample])) / len(sample) + row_bytes
    queue: Indices | None = None
    m = min(n, max(1, int(1.05 * budget / each)))
    while True:
        if m < n and queue is None:
            queue = line_up(part.labels, rungs, n_classes)
        rows = np.arange(n) if queue is None else np.sort(queue[:m])
        made = sprite(part.images[rows])
        size = size_of(made) + m * row_bytes + 4 * int(np.sum(np.take(wrong, rows))) * 4 / 3
        if size <= budget or m == 1:
            break
        m = max(1, min(m - 1, int(0.99 * m * budget / size)))
    names = None if part.names is None else tuple(part.names[int(row)] for row in rows)
    return (
        ShownImages(
            sprite=made,
            rows=pack(rows.astype(np.int32)),
            labels=pack_labels(part.labels[rows], n_classes),
            names=names,
            complete=m == n,
        ),
        rows,
    )


def line_up(labels: NDArray[np.int64], rungs: tuple[Rung, ...], n_classes: int) -> Indices:
    """Return all rows of the test part, those to be shown first at the front."""
    n = len(labels)
    best_first = sorted(rungs, key=lambda rung: -rung.test.accuracy)
    turn = np.full(n, len(rungs))
    worth = np.zeros(n)
    for position, rung in reversed(list(enumerate(best_first))):
        wrong = rung.predicted != labels
        turn[wrong] = position
        worth[wrong] = log_probability_true(rung, labels)[wrong]
    order = np.lexsort((np.arange(n), worth, turn))
    mistakes_first = [order[turn[order] < len(rungs)], order[turn[order] == len(rungs)]]
    return np.concatenate([_take_turns(rows, labels, n_classes) for rows in mistakes_first])


def worst_first(rung: Rung, labels: NDArray[np.int64], rows: Indices) -> NDArray[np.int32]:
    """Return the misclassified among ``rows``, as positions, least probable truth first."""
    log_true = log_probability_true(rung, labels)[rows]
    certain = probability_predicted(rung)[rows]
    wrong = np.flatnonzero(rung.predicted[rows] != labels[rows])
    order = np.lexsort((wrong, -certain[wrong], log_true[wrong]))
    return wrong[order].astype(np.int32)


def probability_predicted(rung: Rung) -> NDArray[np.float64]:
    """Return the probability of the predicted class, for all n test images."""
    return _probability_of(rung, rung.predicted)


def probability_true(rung: Rung, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probability of the true class, for all n test images."""
    return _probability_of(rung, labels)


def log_probability_true(rung: Rung, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the log probability of the true class, at least that of the smallest float."""
    tiny = np.finfo(np.float64).tiny
    return np.asarray(np.log(np.maximum(probability_true(rung, labels), tiny)))


def likely(rung: Rung, rows: Indices) -> Likely:
    """Keep the probabilities of the likely classes of some test images, the largest first."""
    P = np.nan_to_num(rung.probabilities[rows])
    most = min(MOST_LIKELY, P.shape[1])
    first = np.argpartition(-P, most - 1, axis=1)[:, :most]
    P = np.take_along_axis(P, first, axis=1)
    order = np.argsort(-P, axis=1, kind="stable")
    P, first = np.take_along_axis(P, order, axis=1), np.take_along_axis(first, order, axis=1)
    kept = P >= LIKELY
    places = np.uint8 if rung.probabilities.shape[1] <= 256 else np.uint16
    return Likely(
        filled=deflate(kept.sum(axis=1).astype(np.uint8)),
        classes=deflate(first[kept].astype(places)),
        shares=deflate(quantise(P[kept])),
    )


def quantise(probabilities: NDArray[Any]) -> NDArray[np.uint16]:
    """Round probabilities to 65535ths; only 0 and 1 themselves become 0 and 65535.

    Examples
    --------
    >>> quantise(np.array([0.0, 1e-9, 0.5, 1 - 1e-7, 1.0]))
    array([    0,     1, 32768, 65534, 65535], dtype=uint16)
    """
    # In float32 65534.6 would already be rounded, and 1 − 1e-8 be 1.
    shares = np.nan_to_num(np.asarray(probabilities, dtype=np.float64))
    steps = np.clip(np.rint(FULL * shares), 1, FULL - 1)
    steps = np.where(shares <= 0, 0, np.where(shares >= 1, FULL, steps))
    return steps.astype(np.uint16)


def pack_labels(labels: NDArray[np.int64], n_classes: int) -> Packed:
    """Pack positions of classes as bytes, or as pairs of them where there are many classes."""
    return pack(labels.astype(np.uint8 if n_classes <= 256 else np.uint16))


def _probability_of(rung: Rung, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    chosen = rung.probabilities[np.arange(len(classes)), classes]
    return np.nan_to_num(chosen.astype(np.float64))


def _take_turns(rows: Indices, labels: NDArray[np.int64], n_classes: int) -> Indices:
    """Reorder so that the classes take turns, each in the order of ``rows``."""
    place = np.zeros(len(rows), dtype=np.intp)
    for k in range(n_classes):
        mine = labels[rows] == k
        place[mine] = np.arange(np.count_nonzero(mine))
    return rows[np.lexsort((labels[rows], place))]
