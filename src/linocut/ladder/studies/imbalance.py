"""What to do when some classes are rare: weights, priors and thresholds, compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from linocut.core import LinocutError, Result
from linocut.core.results import plain
from linocut.data import ImageDataset, split_rows
from linocut.evaluate.calibration import MeasuredError, draws_for, measure_error
from linocut.evaluate.intervals import Estimate, share_of
from linocut.features import UnitPixels
from linocut.ladder.choose import ValidationSplit, best_of
from linocut.ladder.studies.inputs import PENALTIES
from linocut.ladder.studies.study import TOL
from linocut.models import SoftmaxRegression

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Rows = NDArray[np.intp]

KEPT = 0.1  # share of the images of a rare class
FEWEST = 5  # images that are left of one, where it had as many
ROUNDS = 3  # in which every class's threshold is chosen again
HEADING = "What to do when some classes are rare"


@dataclass(frozen=True)
class Remedy:
    """How one remedy does on images of which every class has as many.

    Attributes
    ----------
    name, title : str
        Short name, and name for people.
    share : Estimate
        Of all images correctly classified.
    rare, frequent : Estimate
        Of the images of rare and of frequent classes (recall).
    error : MeasuredError
        Smooth calibration error of the predicted class.
    seconds : float
        To fit and to choose.
    """

    name: str
    title: str
    share: Estimate
    rare: Estimate
    frequent: Estimate
    error: MeasuredError
    seconds: float

    @property
    def accuracy(self) -> float:
        """Share correctly classified."""
        return self.share.value

    def told(self) -> str:
        """Write its accuracy with the interval."""
        return self.share.percent(2)


@dataclass(frozen=True, eq=False, repr=False)
class ImbalanceStudy(Result):
    """Remedies for rare classes, compared.

    Attributes
    ----------
    name, dataset, heading, model : str
        Of the study and of the images, what it asks, and which model answers.
    rare_classes : tuple of str
        Classes of which a tenth of the training images were kept.
    variants : tuple of Remedy
        The first is none.
    fitted_rows, validation_rows : int
        Images that were fitted on, and images that all were judged on, of every class as many;
        both of the training part.
    """

    name: str
    dataset: str
    heading: str
    model: str
    rare_classes: tuple[str, ...]
    variants: tuple[Remedy, ...]
    fitted_rows: int
    validation_rows: int

    @property
    def sentence(self) -> str:
        """Say what the rare classes lose, and which remedy gives most of it back."""
        none = self.variants[0]
        best = max(self.variants, key=lambda each: each.accuracy)
        told = (
            f"{self.heading}: with a tenth of the images of {len(self.rare_classes)} classes, "
            f"{none.rare.percent(2)} of the images of those are correctly classified and "
            f"{none.frequent.percent(2)} of the others. "
        )
        if best is none:
            return f"{told}No remedy is better than none, {none.told()} of all."
        calm = min(self.variants, key=lambda each: each.error.value)
        told += f"“{best.title}” has most of all, {best.told()}, no remedy {none.told()}."
        if calm is none:
            return f"{told} The probabilities are least off without a remedy, {none.error.told()}."
        return (
            f"{told} The probabilities are least off with “{calm.title}”, {calm.error.told()}; "
            f"with no remedy, {none.error.told()}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a remedy."""
        return [
            {
                "variant": each.name,
                "title": each.title,
                **each.share.columns("accuracy"),
                **each.rare.columns("rare_recall"),
                **each.frequent.columns("frequent_recall"),
                **each.error.columns("calibration_error"),
                "seconds": each.seconds,
            }
            for each in self.variants
        ]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the rows, in words."""
        return [
            {
                "remedy": each.title,
                "accuracy": each.told(),
                "rare classes": each.rare.percent(2),
                "frequent classes": each.frequent.percent(2),
                "calibration error": each.error.told(),
            }
            for each in self.variants
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the study as plain data."""
        record: dict[str, Any] = plain(
            {
                "study": self.name,
                "dataset": self.dataset,
                "model": self.model,
                "rare_classes": self.rare_classes,
                "fitted_rows": self.fitted_rows,
                "validation_rows": self.validation_rows,
                "variants": self.rows(),
            }
        )
        return record

    def plot(self) -> Figure:
        """Draw accuracy, recall of rare and frequent classes, and calibration, with intervals."""
        from linocut.plot import plot_measures  # Matplotlib loads on use

        panels: list[tuple[str, list[Any]]] = [
            ("accuracy, %", [each.share for each in self.variants]),
            ("recall of rare classes, %", [each.rare for each in self.variants]),
            ("recall of frequent ones, %", [each.frequent for each in self.variants]),
            ("calibration error, %", [each.error for each in self.variants]),
        ]
        return plot_measures(
            [each.title for each in self.variants],
            [(unit, [(s.value, s.low, s.high) for s in shares]) for unit, shares in panels],
            title=self.heading,
            note=(
                f"{self.dataset}. {self.model.capitalize()}, fitted on {self.fitted_rows:,} images "
                f"with a tenth of those of {', '.join(self.rare_classes[:12])}; judged on "
                f"{self.validation_rows:,} others, of each class as many, with 95 % intervals."
            ),
        )


def study_imbalance(dataset: ImageDataset, *, seed: int = 42) -> ImbalanceStudy:
    """Make half of the classes rare, and compare what helps softmax regression.

    Compared are no remedy, ``class_weight="balanced"``, equal priors in the intercepts, and
    thresholds that are best for the mean recall of validation images.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the rare classes and of all draws.

    Raises
    ------
    LinocutError
        If there are no two classes with three training images.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_imbalance(load_dataset("digits"))
    >>> [each.name for each in study.variants]
    ['none', 'weights', 'priors', 'thresholds']
    >>> none, weights, *_ = study.variants
    >>> none.rare.value < none.frequent.value
    True
    """
    parts = _Parts.of(dataset, seed)
    y = dataset.train.labels[parts.judged]
    is_rare = np.isin(y, parts.rare)
    draws = draws_for(len(y), seed)
    remedies, began = [], time.perf_counter()
    for name, title, P, predicted in _answers(dataset, parts):
        hits = predicted == y
        error = measure_error(np.clip(P, 0, 1), hits.astype(np.float64), draws)
        remedies.append(
            Remedy(
                name,
                title,
                _share(hits),
                _share(hits[is_rare]),
                _share(hits[~is_rare]),
                error,
                time.perf_counter() - began,
            )
        )
        began = time.perf_counter()
    rare = tuple(dataset.class_names[k] for k in parts.rare)
    return ImbalanceStudy(
        "imbalance", dataset.name, HEADING, "softmax regression", rare, tuple(remedies),
        len(parts.fit), len(y),
    )  # fmt: skip


def _answers(dataset: ImageDataset, parts: _Parts) -> Iterator[tuple[str, str, Floats, Labels]]:
    """Yield for each remedy its names, the classes predicted and their probabilities."""
    X = UnitPixels().fit_transform(dataset.train.images)
    y = dataset.train.labels

    def fitted(weights: Literal["balanced"] | None, validation: Rows) -> Callable[[Rows], Floats]:
        model = SoftmaxRegression(tol=TOL, class_weight=weights)
        best = best_of(model, tuple({"C": C} for C in PENALTIES), X, y, parts.fit, validation)
        # A penalty is chosen at the temperature that suits it, so that belongs to the scores.
        return lambda rows: best.model.scores(X[rows]) / best.temperature

    classes = np.unique(y[parts.fit])

    def answer(scores: Floats, chosen_by: Floats) -> tuple[Floats, Labels]:
        k = chosen_by.argmax(axis=1)
        return softmax(scores, axis=1)[np.arange(len(k)), k], np.asarray(classes[k])

    scores_of = fitted(None, parts.tuning)
    scores = scores_of(parts.judged)
    yield "none", "None", *answer(scores, scores)
    weighted = fitted("balanced", parts.balanced_tuning(y))(parts.judged)
    yield "weights", "Balanced weights", *answer(weighted, weighted)
    shares = np.bincount(y[parts.fit], minlength=dataset.n_classes)[classes] / len(parts.fit)
    level = scores - np.log(shares)
    yield "priors", "Equal priors", *answer(level, level)
    known = parts.tuning[np.isin(y[parts.tuning], classes)]
    shifts = recall_shifts(scores_of(known), np.searchsorted(classes, y[known]))
    yield "thresholds", "Thresholds", *answer(scores, scores + shifts)


def recall_shifts(scores: Floats, labels: Labels) -> Floats:
    """Find what to add to the scores for the largest mean recall, one class after the other.

    Parameters
    ----------
    scores : float array, shape (n, K)
        Of validation images.
    labels : int64 array, shape (n,)
        Their classes, 0 to K − 1.

    Returns
    -------
    float64 array, shape (K,)
        Each is the best there is while the others stay as they are; found exactly, by sorting.

    Examples
    --------
    >>> scores = np.array([[2.0, 0.0], [1.0, 0.0], [1.5, 0.0], [0.2, 0.0]])
    >>> shifts = recall_shifts(scores, np.array([0, 0, 0, 1]))
    >>> ((scores + shifts).argmax(axis=1) == [0, 0, 0, 1]).all()
    np.True_
    """
    n, K = scores.shape
    counts = np.maximum(np.bincount(labels, minlength=K), 1)
    shifts = np.zeros(K)
    for _ in range(ROUNDS):
        before = shifts.copy()
        for k in range(K):
            shifted = scores + shifts
            shifted[:, k] = -np.inf
            rival = shifted.argmax(axis=1)
            # From there up an image goes to class k.
            needed = shifted[np.arange(n), rival] - scores[:, k]
            worth = (
                np.where(labels == k, 1.0, np.where(rival == labels, -1.0, 0.0)) / counts[labels]
            )
            order = np.argsort(needed, kind="stable")
            at, gains = needed[order], np.cumsum(worth[order])
            apart = np.append(at[1:] > at[:-1], True)
            gains[~apart] = -np.inf
            best = int(gains.argmax())
            above = at[best + 1] if best + 1 < n else at[best] + 1
            shifts[k] = (at[best] + above) / 2
        if np.array_equal(before, shifts):
            break
    return np.asarray(shifts - shifts.mean())


@dataclass(frozen=True, eq=False)
class _Parts:
    """Rows of a training part of which some classes were made rare.

    Attributes
    ----------
    rare : intp array
        The rare classes.
    fit, tuning : intp arrays
        Rows to fit on and to choose by, rare classes thinned in both.
    judged : intp array
        Rows to judge by, of each class as many.
    """

    rare: Rows
    fit: Rows
    tuning: Rows
    judged: Rows

    @classmethod
    def of(cls, dataset: ImageDataset, seed: int) -> _Parts:
        labels, rng = dataset.train.labels, np.random.default_rng(seed)
        counts = np.bincount(labels, minlength=dataset.n_classes)
        usable = np.flatnonzero(counts >= 3)
        if len(usable) < 2:
            raise LinocutError(
                f"{dataset.name}: {len(usable)} classes with three training images — two at least"
            )
        rare = np.sort(rng.choice(usable, len(usable) // 2, replace=False))
        parts = ValidationSplit.of(dataset.train, split=dataset.split, seed=seed)
        held = parts.validation
        tuning, judged = (held[half] for half in split_rows(labels[held], test_size=0.5, seed=seed))
        fit, tuning = (_thinned(rows, labels, rare, rng) for rows in (parts.fit, tuning))
        judged = judged[np.isin(labels[judged], np.unique(labels[fit]))]
        return cls(rare, fit, tuning, _level(judged, labels, rng))

    def balanced_tuning(self, labels: Labels) -> Rows:
        """Return the tuning rows, those of rare classes repeated until all weigh alike."""
        counts = np.bincount(labels[self.tuning])
        times = np.rint(counts.max() / np.maximum(counts, 1)).astype(np.intp)
        return np.repeat(self.tuning, times[labels[self.tuning]])


def _thinned(rows: Rows, labels: Labels, rare: Rows, rng: np.random.Generator) -> Rows:
    kept = np.ones(len(rows), bool)
    for k in rare:
        mine = np.flatnonzero(labels[rows] == k)
        count = min(len(mine), max(FEWEST, round(KEPT * len(mine))))
        kept[rng.permutation(mine)[count:]] = False
    return rows[kept]


def _level(rows: Rows, labels: Labels, rng: np.random.Generator) -> Rows:
    """Keep of each class as many rows as the smallest has, drawn by lot."""
    classes, counts = np.unique(labels[rows], return_counts=True)
    kept = [rng.permutation(rows[labels[rows] == k])[: counts.min()] for k in classes]
    return np.sort(np.concatenate(kept))


def _share(hits: NDArray[np.bool_]) -> Estimate:
    return share_of(int(hits.sum()), len(hits))
