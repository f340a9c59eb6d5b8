"""Which training images lie nearest to hard test images, and which ones pull them most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.core.forms import margin_directions
from linocut.report import text
from linocut.report.document import Neighbours, Sprite
from linocut.report.evidence import FULL_INK, ExplainedRung
from linocut.report.packing import pack
from linocut.report.shown import pack_labels, probability_predicted, worst_first
from linocut.report.sprites import size_of, sprite

BUDGET = 60_000  # characters of the page for the training images
IMAGES = 100  # test images at most
WORK = 10_000_000_000  # products of pixels that are worth the wait
NEAREST = 3
PULLS = 2  # on either side
ROWS = 8192  # training images at a time
CANDIDATES = 8  # for the nearest in single precision, then compared exactly

Indices = NDArray[np.intp]


def neighbours(explained: ExplainedRung) -> Neighbours | None:
    """Keep the neighbours of as many hard test images as fit; None where there are none."""
    dataset = explained.dataset
    train, test = dataset.train, dataset.test
    most = min(IMAGES, len(test), WORK // max(1, train.images.size))
    if most == 0:
        return None
    made = explained.coefficients
    rows = _hardest(explained)[:most]
    nearest, distances = nearest_images(train.images, test.images[rows], NEAREST)
    predicted, rivals = explained.predicted[rows], _rivals(explained, rows)
    directions = margin_directions(len(explained.positions), predicted, rivals)
    evidence = made.evidences(test.images[rows], directions)
    pulls, parts = _strongest(evidence)
    kept = _fitting(train.images, nearest, pulls)
    m = kept.images
    return Neighbours(
        rung=explained.rung.name,
        title=explained.rung.title,
        sprite=kept.sprite,
        rows=pack(kept.rows.astype(np.int32)),
        labels=pack_labels(train.labels[kept.rows], dataset.n_classes),
        of=pack(rows[:m].astype(np.int32)),
        nearest=pack(kept.places_of(nearest[:m])),
        distances=pack(distances[:m].astype(np.float32)),
        rivals=pack_labels(explained.positions[rivals[:m]], dataset.n_classes),
        pulls=pack(kept.places_of(pulls[:m])),
        evidence=pack(parts[:m].astype(np.float32)),
        text=text.neighbours(explained.rung.title, m, len(test)),
    )


def nearest_images(
    images: NDArray[np.uint8], wanted: NDArray[np.uint8], count: int
) -> tuple[Indices, NDArray[np.float64]]:
    """Return the images nearest to each wanted one, and their distances in ink.

    Parameters
    ----------
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        Those to choose from.
    wanted : uint8 array, shape (m, h, w) or (m, h, w, 3)
        Those whose neighbours are wanted.
    count : int
        How many of each, at most n.

    Returns
    -------
    nearest : intp array, shape (m, count)
        Positions, the nearest first.
    distances : float64 array, shape (m, count)
        Root of the sum of squared differences of ink, from 0 to 1 a pixel.
    """
    flat = wanted.reshape(len(wanted), -1)
    target = flat.astype(np.float32)
    candidates = min(max(count, CANDIDATES), len(images))
    best = np.empty((len(wanted), 0), np.intp)
    sizes = np.empty((len(wanted), 0), np.float32)
    for start in range(0, len(images), ROWS):
        block = images[start : start + ROWS].reshape(-1, target.shape[1]).astype(np.float32)
        # The square of the wanted image itself changes no order.
        squares = (block**2).sum(axis=1) - 2 * target @ block.T
        found = np.arange(start, start + len(block))[None].repeat(len(wanted), axis=0)
        best, sizes = np.hstack([best, found]), np.hstack([sizes, squares])
        kept = np.argsort(sizes, axis=1, kind="stable")[:, :candidates]
        best = np.take_along_axis(best, kept, axis=1)
        sizes = np.take_along_axis(sizes, kept, axis=1)
    exact = np.array(
        [
            [
                np.square(images[row].reshape(-1).astype(np.int64) - image.astype(np.int64)).sum()
                for row in rows
            ]
            for rows, image in zip(best, flat, strict=True)
        ]
    )
    order = np.lexsort((best, exact), axis=1)[:, : min(count, candidates)]
    best, exact = np.take_along_axis(best, order, axis=1), np.take_along_axis(exact, order, axis=1)
    return best, np.sqrt(exact) / FULL_INK


def _hardest(explained: ExplainedRung) -> Indices:
    """Return the rows of the test part, mistakes first, the worst first, then the least certain."""
    rung, labels = explained.rung, explained.dataset.test.labels
    wrong = worst_first(rung, labels, np.arange(len(labels)))
    right = np.flatnonzero(rung.predicted == labels)
    order = np.argsort(probability_predicted(rung)[right], kind="stable")
    return np.concatenate([wrong, right[order]])


def _rivals(explained: ExplainedRung, rows: Indices) -> Indices:
    """Return the row of the true class of a mistake, else of the runner-up, for each image."""
    scores = explained.scores[rows].copy()
    predicted, truth = explained.predicted[rows], explained.truth[rows]
    scores[np.arange(len(rows)), predicted] = -np.inf
    return np.where((truth >= 0) & (truth != predicted), truth, scores.argmax(axis=1))


def _strongest(evidence: NDArray[np.float64]) -> tuple[Indices, NDArray[np.float64]]:
    """Return the training images that add most to each margin and take most from it, (m, 2, 2)."""
    order = np.argsort(evidence, axis=0, kind="stable")
    each = min(PULLS, len(order))
    sides = np.stack([order[::-1][:each].T, order[:each].T], axis=1)
    parts = np.take_along_axis(evidence.T[:, None], sides, axis=2)
    signs = np.array([1, -1])[:, None]
    return np.where(signs * parts > 0, sides, -1), np.where(signs * parts > 0, parts, 0)


@dataclass(frozen=True, eq=False)
class _Kept:
    """The training images that are referred to by so many test images."""

    images: int
    sprite: Sprite
    rows: Indices

    def places_of(self, rows: Indices) -> NDArray[np.int32]:
        """Return where rows of the training part stand in the sprite; −1 stays."""
        return np.where(rows < 0, -1, np.searchsorted(self.rows, rows)).astype(np.int32)


def _fitting(images: NDArray[np.uint8], nearest: Indices, pulls: Indices) -> _Kept:
    """Keep as many test images as the training images that they need fit in the budget."""
    m = len(nearest)
    while True:
        rows = np.unique(np.concatenate([nearest[:m].ravel(), pulls[:m].ravel()]))
        rows = rows[rows >= 0]
        tiles = sprite(images[rows])
        size = size_of(tiles)
        if size <= BUDGET or m == 1:
            return _Kept(m, tiles, rows)
        m = max(1, min(m - 1, int(0.95 * m * BUDGET / size)))
