"""What a study leaves behind, and what all studies share: examples, and a judge of each variant."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.core.colour import refuse_colour
from linocut.data import ImageDataset
from linocut.evaluate import are_level, wilson_interval
from linocut.evaluate.intervals import share_of
from linocut.ladder.choose import ValidationSplit, best_of
from linocut.ladder.recipe import Chosen
from linocut.models import SoftmaxRegression

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]

TOL = 1e-2  # what is left to gain changes no accuracy that a study could tell
CHANGES = 5  # kinds of mistake that are listed


@dataclass(frozen=True)
class Change:
    """How often one class is classified as another, before and after.

    Attributes
    ----------
    true, predicted : str
        The classes.
    before, after : int
        Images of the validation part.
    """

    true: str
    predicted: str
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class Variant:
    """One way of doing it.

    Attributes
    ----------
    name, title : str
        Short name, and name for people.
    images : float array, shape (m, h, w)
        The examples as it changes them.
    hits : bool array, shape (n,), or None
        Which images of the validation part it classifies correctly; None where it is no model.
    seconds : float
        To choose the penalty and to fit.
    chosen : dict
        The penalty.
    changes : tuple of Change
        The kinds of mistake whose number differs most from the first variant's.
    iterations : int or None
        What scikit-learn's L-BFGS takes from zero to its own tolerance, if that was measured.
    """

    name: str
    title: str
    images: Array
    hits: NDArray[np.bool_] | None = None
    seconds: float = 0.0
    chosen: Chosen | None = None
    changes: tuple[Change, ...] = ()
    iterations: int | None = None

    @property
    def accuracy(self) -> float | None:
        """Share of the validation part correctly classified; None where it is no model."""
        return None if self.hits is None else float(self.hits.mean())

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % Wilson interval of the accuracy."""
        return None if self.hits is None else wilson_interval(int(self.hits.sum()), len(self.hits))

    def told(self) -> str:
        """Write its accuracy with the interval."""
        if self.hits is None:
            return "–"
        return share_of(int(self.hits.sum()), len(self.hits)).percent(2)


@dataclass(frozen=True, eq=False, repr=False)
class Study(Result):
    """One thing done in several ways.

    Attributes
    ----------
    name, dataset : str
        Of the study, and of the images.
    heading, model : str
        What it asks, and which model answers.
    variants : tuple of Variant
        The ways.
    validation_rows : int
        Images that accuracies are counted on, of the training part: no test image is used.
    remark : str
        What else was measured, in a sentence; may be empty.
    """

    name: str
    dataset: str
    heading: str
    model: str
    variants: tuple[Variant, ...]
    validation_rows: int
    remark: str = ""

    @property
    def sentence(self) -> str:
        """Say which variant is the most accurate, and how many are level with it but for chance."""
        return " ".join(filter(None, (self._comparison, self.remark)))

    @property
    def _comparison(self) -> str:
        judged = [(each, each.hits) for each in self.variants if each.hits is not None]
        if len(judged) < 2:
            return f"{self.heading}: {len(self.variants)} rows of images."
        best, hits = max(judged, key=lambda pair: pair[1].mean())
        level = [each for each, theirs in judged if each is not best and are_level(hits, theirs)]
        told = (
            f"{self.heading}: “{best.title}” has {best.told()} of the {self.validation_rows:,} "
            "validation images correctly classified"
        )
        if len(level) == len(judged) - 1:
            return f"{told}; no difference from any other way can be told."
        worst, _ = min(judged, key=lambda pair: pair[1].mean())
        told = f"{told}, “{worst.title}” {worst.told()}"
        if level:
            names = " and ".join(f"“{each.title}”" for each in level[:2])
            names = names if len(level) <= 2 else f"{len(level)} others"
            return f"{told}; no difference between the first and {names} can be told."
        return f"{told}; the first is ahead of all others by more than chance explains."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a variant."""
        return [
            {
                "variant": each.name,
                "title": each.title,
                "validation_accuracy": each.accuracy,
                "interval": None if each.interval is None else list(each.interval),
                "seconds": each.seconds,
                "iterations": each.iterations,
                "chosen": each.chosen,
                "changes": [vars(change) for change in each.changes],
            }
            for each in self.variants
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the study as plain data, without images."""
        return {
            "study": self.name,
            "dataset": self.dataset,
            "model": self.model,
            "validation_rows": self.validation_rows,
            "remark": self.remark,
            "variants": self.rows(),
        }

    def plot(self) -> Figure:
        """Draw a row of images per variant, with its accuracy."""
        from linocut.plot import plot_study  # Matplotlib loads on use

        judged = any(each.accuracy is not None for each in self.variants)
        note = f"{self.dataset}."
        if judged:
            note += f" Correctly classified by {self.model}: share of the "
            note += f"{self.validation_rows:,} validation images, with 95 % intervals."
        return plot_study(
            [each.title for each in self.variants],
            [each.images for each in self.variants],
            [each.accuracy for each in self.variants],
            [each.interval for each in self.variants],
            heading=self.heading,
            note=note,
        )


class Bench:
    """Judges variants of one dataset: chooses a penalty, fits, and counts on validation rows."""

    def __init__(self, dataset: ImageDataset, seed: int) -> None:
        refuse_colour(dataset.image_shape, "a study")
        self.dataset, self.seed = dataset, seed
        self.images, self.labels = dataset.train.images, dataset.train.labels
        self.parts = ValidationSplit.of(dataset.train, split=dataset.split, seed=seed)
        self._first: NDArray[np.int64] | None = None

    def study(
        self, name: str, heading: str, model: str, variants: list[Variant], remark: str = ""
    ) -> Study:
        """Put the variants of this dataset together."""
        rows = len(self.parts.validation) if model else 0
        return Study(name, self.dataset.name, heading, model, tuple(variants), rows, remark)

    @property
    def examples(self) -> NDArray[np.intp]:
        """Rows of one image of each class, ten at most."""
        first = [np.flatnonzero(self.labels == k) for k in np.unique(self.labels)[:10]]
        return np.array([rows[len(rows) // 2] for rows in first])

    def judged(
        self,
        name: str,
        title: str,
        images: Array,
        X: Any,
        penalties: tuple[float, ...],
        *,
        copies: int = 0,
    ) -> Variant:
        """Judge features X of all training rows (and of copies, after them) by softmax regression.

        Changes are against the variant that is judged first.
        """
        began = time.perf_counter()
        n = len(self.labels)
        labels = np.tile(self.labels, copies + 1)
        fit = self.parts.fit_with_copies(n, copies)
        candidates = tuple({"C": C} for C in penalties)
        best = best_of(
            SoftmaxRegression(tol=TOL), candidates, X, labels, fit, self.parts.validation
        )
        predicted = best.model.predict(X[self.parts.validation])
        held = self.labels[self.parts.validation]
        confusion = mistakes(held, predicted, self.dataset.n_classes)
        hits = np.asarray(predicted == held)
        if self._first is None:
            self._first = confusion
        return Variant(
            name, title, images, hits, time.perf_counter() - began, best.chosen,
            self._changes(self._first, confusion),
        )  # fmt: skip

    def _changes(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> tuple[Change, ...]:
        names = self.dataset.class_names
        size = np.abs(after - before)
        order = np.argsort(-size, axis=None, kind="stable")[:CHANGES]
        pairs = [np.unravel_index(at, size.shape) for at in order if size.flat[at]]
        return tuple(
            Change(names[t], names[p], int(before[t, p]), int(after[t, p])) for t, p in pairs
        )


def mistakes(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], n_classes: int
) -> NDArray[np.int64]:
    """Count the images of each class (rows) that are classified as each other one, shape (K, K).

    Examples
    --------
    >>> mistakes(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
    [[0, 1], [0, 0]]
    """
    counts = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(counts, (labels, predicted), 1)
    np.fill_diagonal(counts, 0)
    return counts
