"""What more training images bring."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from linocut.data import ImageDataset
from linocut.evaluate import are_level, wilson_interval
from linocut.evaluate.intervals import percent, share_of
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial, some_of_each
from linocut.plot import Line, Lines

Hits = NDArray[np.bool_]

STEPS = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
DRAWS = 3  # of images, below this many
FEW = 2000


def study_train_size(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Fit softmax regression to more and more of the training images.

    The images are drawn by lot within each class, several times where they are few; each draw has
    the penalty that suits it.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the draws.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_train_size(load_dataset("digits"))
    >>> rows = study.rows()
    >>> rows[0]["accuracy"] < rows[-1]["accuracy"]
    True
    """
    trial = Trial.of(dataset, seed)
    n = len(trial.fit)
    K = len(np.unique(trial.labels))
    sizes = [size for size in STEPS if 2 * K <= size < 0.9 * n] + [n]
    measured = [_measured(trial, size) for size in sizes]
    rows = tuple(row for row, _ in measured)
    held = len(trial.validation)
    return Findings(
        "train-size",
        dataset.name,
        "What more training images bring",
        _sentence(rows, [hits for _, hits in measured]),
        rows,
        (_accuracies(rows), _mistakes(rows)),
        f"Softmax regression on pixels, its penalty chosen at each size; accuracy on {held:,} "
        "validation images, with 95 % intervals.",
        held,
    )


def _measured(trial: Trial, size: int) -> tuple[dict[str, float], Hits]:
    """Return the figures of one size, and which validation images its last draw has right."""
    n, held = len(trial.labels), len(trial.validation)
    accuracies, on_train, penalties = [], [], []
    for draw in range(DRAWS if size <= FEW and size < n else 1):
        rng = np.random.default_rng([trial.seed, size, draw])
        rows = some_of_each(trial.labels, np.arange(n), size, rng)
        X, labels = trial.pixels[rows], trial.labels[rows]
        best = trial.best_penalty(X, labels)
        accuracies.append(best.accuracy)
        on_train.append(float((best.model.predict(X) == labels).mean()))
        penalties.append(float(best.chosen["C"]))
    mean = float(np.mean(accuracies))
    low, high = wilson_interval(round(mean * held), held)
    hits = np.asarray(best.model.predict(trial.held_pixels) == trial.held_labels)
    row = {
        "images": size,
        "draws": len(accuracies),
        "accuracy": mean,
        "low": low,
        "high": high,
        "train_accuracy": float(np.mean(on_train)),
        "C": float(np.median(penalties)),
    }
    return row, hits


def _sentence(rows: tuple[dict[str, float], ...], hits: list[Hits]) -> str:
    last = rows[-1]
    told = share_of(int(hits[-1].sum()), len(hits[-1])).percent(2)
    said = (
        f"With {last['images']:,} training images {told} of the validation images are correctly "
        f"classified, {100 * (last['train_accuracy'] - last['accuracy']):.1f} points fewer than of "
        "the training images"
    )
    if len(rows) < 2:
        return f"{said}."
    at = min(range(len(rows) - 1), key=lambda k: abs(rows[k]["images"] - last["images"] / 2))
    half = rows[at]
    first = rows[0]
    gained = 100 * (last["accuracy"] - half["accuracy"])
    level = are_level(hits[-1], hits[at])
    worth = "no more than chance explains" if level else "more than chance explains"
    return (
        f"{said}; with {first['images']:,} it is {percent(first['accuracy'], 2)}. From "
        f"{half['images']:,} to {last['images']:,} images the accuracy changes by {gained:+.2f} "
        f"points, {worth}."
    ).replace("-", "−")


def _accuracies(rows: tuple[dict[str, float], ...]) -> Lines:
    sizes = [row["images"] for row in rows]
    gap = 100 * (rows[-1]["train_accuracy"] - rows[-1]["accuracy"])
    return Lines(
        f"Train and validation come within {gap:.1f} points of each other",
        "training images (logarithmic)",
        "accuracy",
        (
            Line("train", sizes, [row["train_accuracy"] for row in rows], dots=True),
            Line(
                "validation",
                sizes,
                [row["accuracy"] for row in rows],
                [row["low"] for row in rows],
                [row["high"] for row in rows],
                colour="accent",
                dots=True,
            ),
        ),
        log_x=True,
        percent_y=True,
    )


def _mistakes(rows: tuple[dict[str, float], ...]) -> Lines:
    sizes = [row["images"] for row in rows]
    share = [max(1 - row["accuracy"], 1e-4) for row in rows]
    halved = f"from {percent(share[0])} to {percent(share[-1])} of the images"
    return Lines(
        f"Mistakes fall {halved}; a straight line would fall for ever, a bend ends it",
        "training images (logarithmic)",
        "mistakes (logarithmic)",
        (
            Line(
                "validation",
                sizes,
                share,
                [max(1 - row["high"], 1e-4) for row in rows],
                [max(1 - row["low"], 1e-4) for row in rows],
                colour="accent",
                dots=True,
            ),
        ),
        log_x=True,
        log_y=True,
        percent_y=True,
    )
