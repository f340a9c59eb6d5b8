"""What the size of the test part does: to the model, and to what can be said of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate import wilson_interval
from linocut.evaluate.intervals import percent
from linocut.features import UnitPixels
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.study import TOL
from linocut.ladder.studies.trial import Trial, some_of_each
from linocut.models import SoftmaxRegression
from linocut.plot import Line, Lines, Mark

Floats = NDArray[np.float64]

POOL = 12_000  # images at most that are split again and again
SIZES = (0.05, 0.1, 0.2, 0.3, 0.5)  # shares kept for the test
SPLITS = 5
WIDTHS = np.geomspace(100, 100_000, 60)  # images of a test, for the curve of what one would give
POINT = 0.01  # half an interval that is asked for


def study_test_size(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Split a set again and again, with more and more of it kept for the test.

    Training and test part are put together first, and split by lot within each class; each split
    is fitted and counted. So it works for sets with a test part of their own, too; of large sets
    only some images are taken. The penalty is chosen once, on a validation part of the training
    images.

    Parameters
    ----------
    dataset : ImageDataset
        Both its parts are used.
    seed : int
        Of the splits.

    Raises
    ------
    LinocutError
        If there are too few images to split.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_test_size(load_dataset("digits"))
    >>> [row["test_size"] for row in study.rows()]
    [0.05, 0.1, 0.2, 0.3, 0.5]
    """
    trial = Trial.of(dataset, seed, POOL)
    images, labels = _pooled(dataset, seed)
    rows = tuple(_measured(images, labels, share, trial.inverse_penalty, seed) for share in SIZES)
    return Findings(
        "test-size",
        dataset.name,
        "What the size of the test part does",
        _sentence(rows),
        rows,
        (_accuracies(rows), _widths(rows)),
        f"Softmax regression on pixels, C = {trial.inverse_penalty:g}; {len(labels):,} images of "
        f"both parts together, split {SPLITS} times at each size.",
    )


def _pooled(dataset: ImageDataset, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    parts = (dataset.train, dataset.test)
    labels = np.concatenate([part.labels for part in parts])
    if len(labels) < 2 * len(np.unique(labels)) or len(labels) < 20:
        raise LinocutError(
            f"{len(labels)} images of {len(np.unique(labels))} classes — at least 20, and two of "
            "each class on average, are needed to split them"
        )
    kept = some_of_each(labels, np.arange(len(labels)), POOL, np.random.default_rng(seed))
    n = len(dataset.train)
    images = np.concatenate(
        [dataset.train.images[kept[kept < n]], dataset.test.images[kept[kept >= n] - n]]
    )
    return np.asarray(UnitPixels().fit_transform(images)), labels[kept]


def _measured(
    X: NDArray[np.float32], labels: NDArray[np.int64], share: float, C: float, seed: int
) -> dict[str, float]:
    """Split, fit and count; the interval is the one that a single test implies."""
    accuracies, sizes = [], []
    for split in range(SPLITS):
        rng = np.random.default_rng([seed, split])
        test = drawn_test(labels, share, rng)
        train = np.setdiff1d(np.arange(len(labels)), test)
        model = SoftmaxRegression(C, tol=TOL).fit(X[train], labels[train])
        accuracies.append(float((model.predict(X[test]) == labels[test]).mean()))
        sizes.append(len(test))
    mean, n = float(np.mean(accuracies)), round(float(np.mean(sizes)))
    low, high = wilson_interval(round(mean * n), n)
    return {
        "test_size": share,
        "train_images": len(labels) - n,
        "test_images": n,
        "accuracy": mean,
        "low": low,
        "high": high,
        "half_width": (high - low) / 2,
        "lowest": min(accuracies),
        "highest": max(accuracies),
        "deviation": float(np.std(accuracies, ddof=1)),
    }


def drawn_test(
    labels: NDArray[np.int64], share: float, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Draw a share of the rows, at most half, of each class as nearly its share as it can be.

    A class with a single image keeps it for the training part.

    Examples
    --------
    >>> test = drawn_test(np.repeat([0, 1, 2], [50, 49, 1]), 0.1, np.random.default_rng(0))
    >>> len(test), 99 in test
    (10, False)
    """
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    order = order[np.bincount(labels)[labels[order]] > 1]
    # Every 1/share-th row of those that lie class by class, from a start drawn by lot.
    passed = np.floor((np.arange(len(order) + 1) + rng.random() / share) * share)
    return np.sort(order[np.diff(passed) > 0])


def _sentence(rows: tuple[dict[str, float], ...]) -> str:
    first, last = rows[0], rows[-1]
    p = last["accuracy"]
    needed = int(np.ceil(1.96**2 * p * (1 - p) / POINT**2))
    usual = min(rows, key=lambda row: abs(row["test_size"] - 0.2))
    return (
        f"A test of {percent(first['test_size'], 0)} ({first['test_images']:,} images) puts the "
        f"accuracy within ±{100 * first['half_width']:.2f} points, one of "
        f"{percent(usual['test_size'], 0)} within ±{100 * usual['half_width']:.2f}, one of "
        f"{percent(last['test_size'], 0)} within ±{100 * last['half_width']:.2f}; what is kept for "
        f"it is not trained on, and the mean accuracy goes from {percent(first['accuracy'], 2)} to "
        f"{percent(last['accuracy'], 2)}. From one split to the next, "
        f"{percent(usual['test_size'], 0)} gave {percent(usual['lowest'], 2)} to "
        f"{percent(usual['highest'], 2)}. For ±1 point, {needed:,} test images are needed."
    )


def _accuracies(rows: tuple[dict[str, float], ...]) -> Lines:
    shares = [row["test_size"] for row in rows]
    first, last = rows[0], rows[-1]
    return Lines(
        f"The larger the test, the surer the figure: ±{100 * first['half_width']:.1f} points at "
        f"{percent(first['test_size'], 0)}, ±{100 * last['half_width']:.1f} at "
        f"{percent(last['test_size'], 0)}",
        "share of all images that is kept for the test",
        "test accuracy",
        (
            Line("lowest split", shares, [row["lowest"] for row in rows], colour="soft", dots=True),
            Line(
                "mean",
                shares,
                [row["accuracy"] for row in rows],
                [row["low"] for row in rows],
                [row["high"] for row in rows],
                colour="accent",
                dots=True,
            ),
            Line(
                "highest split", shares, [row["highest"] for row in rows], colour="soft", dots=True
            ),
        ),
        percent_x=True,
        percent_y=True,
    )


def _widths(rows: tuple[dict[str, float], ...]) -> Lines:
    p = rows[-1]["accuracy"]
    widths = []
    for n in WIDTHS:
        low, high = wilson_interval(round(p * round(n)), round(n))
        widths.append((high - low) / 2)
    marks = tuple(
        Mark(row["test_images"], row["half_width"], f"{percent(row['test_size'], 0)}", "accent")
        for row in rows
    )
    return Lines(
        f"Four times the test images halve the interval (accuracy {percent(p)})",
        "test images (logarithmic); dots: the sizes tried",
        "± of 95 % interval",
        (Line("", WIDTHS, widths),),
        log_x=True,
        log_y=True,
        percent_y=True,
        marks=marks,
    )
