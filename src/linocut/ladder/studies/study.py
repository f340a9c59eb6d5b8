"""What a study leaves behind, and what all studies share: examples, and a judge of each variant."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.data import ImageDataset
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
    accuracy : float or None
        Share of the validation part classified correctly; None where the variant is no model.
    seconds : float
        To choose the penalty and to fit.
    chosen : dict
        The penalty.
    changes : tuple of Change
        The kinds of mistake whose number differs most from the first variant's.
    """

    name: str
    title: str
    images: Array
    accuracy: float | None = None
    seconds: float = 0.0
    chosen: Chosen | None = None
    changes: tuple[Change, ...] = ()


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
        """Say which variants are the most and the least accurate, and how much so."""
        return " ".join(filter(None, (self._comparison, self.remark)))

    @property
    def _comparison(self) -> str:
        judged = [each for each in self.variants if each.accuracy is not None]
        if len(judged) < 2:
            return f"{self.heading}: {len(self.variants)} rows of images."
        ranked = sorted(judged, key=lambda each: -float(each.accuracy or 0))
        best, worst = ranked[0], ranked[-1]
        return (
            f"{self.heading}: best is “{best.title}” with "
            f"{100 * float(best.accuracy or 0):.2f} % of the {self.validation_rows:,} validation "
            f"images correctly classified, worst “{worst.title}” with "
            f"{100 * float(worst.accuracy or 0):.2f} %."
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a variant."""
        return [
            {
                "variant": each.name,
                "title": each.title,
                "validation_accuracy": each.accuracy,
                "seconds": each.seconds,
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
            note += f"{self.validation_rows:,} validation images."
        return plot_study(
            [each.title for each in self.variants],
            [each.images for each in self.variants],
            [each.accuracy for each in self.variants],
            heading=self.heading,
            note=note,
        )


class Bench:
    """Judges variants of one dataset: chooses a penalty, fits, and counts on validation rows."""

    def __init__(self, dataset: ImageDataset, seed: int) -> None:
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
        confusion = self._confusion(best.model.predict(X[self.parts.validation]))
        if self._first is None:
            self._first = confusion
        return Variant(
            name, title, images, best.accuracy, time.perf_counter() - began, best.chosen,
            self._changes(self._first, confusion),
        )  # fmt: skip

    def _confusion(self, predicted: NDArray[np.int64]) -> NDArray[np.int64]:
        K = self.dataset.n_classes
        counts = np.zeros((K, K), np.int64)
        np.add.at(counts, (self.labels[self.parts.validation], predicted), 1)
        np.fill_diagonal(counts, 0)
        return counts

    def _changes(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> tuple[Change, ...]:
        names = self.dataset.class_names
        size = np.abs(after - before)
        order = np.argsort(-size, axis=None, kind="stable")[:CHANGES]
        pairs = [np.unravel_index(at, size.shape) for at in order if size.flat[at]]
        return tuple(
            Change(names[t], names[p], int(before[t, p]), int(after[t, p])) for t, p in pairs
        )
