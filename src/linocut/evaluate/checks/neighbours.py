"""The rule on writers: whether a random split put images that lie side by side into both parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.data import ImageDataset, split_rows
from linocut.evaluate.checks.check import Finding, as_share, level_of
from linocut.evaluate.checks.subject import Subject
from linocut.evaluate.classification import wilson_interval

# Of the test images that are more like their neighbour than like an image of the same class further
# away: half where the order means nothing. Of the digits of scikit-learn, which come writer by
# writer, it is 77 %; the lower end of the interval counts.
NOTED, MANY = 0.55, 0.6
MOST = 2000  # test images that are compared
LEAST = 8  # training images of a class
SEED = 0  # of the draw of test images and of those further away


def alike_neighbours(subject: Subject) -> Finding | None:
    """Ask whether images that lie side by side in the set are alike, and were split at random.

    Sets come writer by writer, page by page or frame by frame; a random split then tests a model on
    hands that it knows. Neighbours are those within a class, in the order of the files or rows.
    """
    dataset = subject.dataset
    if dataset is None or dataset.split != "stratified":
        return None
    order = Order.of(dataset)
    if order is None:
        return None
    closer, compared = _closer(dataset, order)
    if compared == 0:
        return None
    share, interval = closer / compared, wilson_interval(closer, compared)
    level = level_of(interval[0], note=NOTED, warning=MANY)
    figure = f"{as_share(share, interval)}, 50 % by chance"
    if level == "fine":
        return Finding(
            level,
            figure,
            "Test images are no more like the training images beside them than like others of "
            "their class.",
            value=share,
            interval=interval,
        )
    return Finding(
        level,
        figure,
        "Test images are more like the training image beside them in the set than like "
        "one of their class further away: the set comes in runs, and the random split has put the "
        "same writers, pages or scenes into both parts.",
        "Split in order (--split ordered), or by writer, and expect less.",
        value=share,
        interval=interval,
    )


@dataclass(frozen=True, eq=False)
class Order:
    """Where the images stood, class by class, before a set was split.

    Attributes
    ----------
    train, test : intp arrays, shape (n_train,) and (n_test,)
        Places among all images sorted by class; images of a class keep their order. Ascending, in
        the order of the parts sorted by class.
    """

    train: NDArray[np.intp]
    test: NDArray[np.intp]

    @classmethod
    def of(cls, dataset: ImageDataset) -> Order | None:
        """Draw the split again, which depends on the number of images of each class alone.

        None where the parts came about in another way.
        """
        K = dataset.n_classes
        sizes = dataset.train.counts(K), dataset.test.counts(K)
        labels = np.repeat(np.arange(K), sizes[0] + sizes[1])
        told = dataset.loaded_with
        share = {} if told.test_size is None else {"test_size": told.test_size}
        train, test = split_rows(labels, seed=told.seed, split=dataset.split, **share)
        if not np.array_equal(np.bincount(labels[test], minlength=K), sizes[1]):
            return None
        return cls(train, test)


def _closer(dataset: ImageDataset, order: Order) -> tuple[int, int]:
    """Count the test images that are closer to their neighbour, and those compared."""
    rng = np.random.default_rng(SEED)
    train_rows = np.argsort(dataset.train.labels, kind="stable")
    test_rows = np.argsort(dataset.test.labels, kind="stable")
    counts = dataset.train.counts(dataset.n_classes)
    first = np.concatenate([[0], counts.cumsum()[:-1]])
    labels = dataset.test.labels[test_rows]
    chosen = np.flatnonzero(counts[labels] >= LEAST)
    if len(chosen) > MOST:
        chosen = np.sort(rng.choice(chosen, MOST, replace=False))
    if len(chosen) == 0:
        return 0, 0
    size, start = counts[labels[chosen]], first[labels[chosen]]
    near = _nearest(order.train, order.test[chosen], start, start + size)
    # Half a class away, give or take a quarter: at least a quarter, since the places go round.
    away = size // 2 + rng.integers(-(size // 4), size // 4 + 1)
    far = start + (near - start + away) % size
    images = dataset.test.images[test_rows[chosen]]
    beside, other = (
        _distances(images, dataset.train.images[train_rows[place]]) for place in (near, far)
    )
    return int((beside < other).sum()), int((beside != other).sum())


def _nearest(
    places: NDArray[np.intp],
    wanted: NDArray[np.intp],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> NDArray[np.intp]:
    """Return which of the ascending places from start to stop is nearest to each wanted one."""
    after = np.searchsorted(places, wanted)
    right, left = np.clip(after, start, stop - 1), np.clip(after - 1, start, stop - 1)
    nearer = np.abs(places[left] - wanted) <= np.abs(places[right] - wanted)
    return np.asarray(np.where(nearer, left, right), np.intp)


def _distances(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the squared distances of images (n, h, w) in pairs, shape (n,)."""
    difference = first.reshape(len(first), -1).astype(np.int64) - second.reshape(len(second), -1)
    return np.asarray(np.einsum("ij,ij->i", difference, difference))
