"""Softmax regression on pixels from 0 to 1, its penalty chosen: what most studies start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.data import ImageDataset
from linocut.features import UnitPixels
from linocut.ladder.choose import Judged, ValidationSplit, best_of
from linocut.ladder.studies.inputs import PENALTIES
from linocut.ladder.studies.study import TOL
from linocut.models import SoftmaxRegression

Array = NDArray[Any]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Trial:
    """The training images of a dataset, cut into those to fit on and those to judge by.

    Attributes
    ----------
    dataset : ImageDataset
        Whose training part it is.
    fit, validation : intp arrays
        Rows of the training part.
    seed : int
        Of every draw.
    """

    dataset: ImageDataset
    fit: Rows
    validation: Rows
    seed: int

    @classmethod
    def of(cls, dataset: ImageDataset, seed: int, most: int | None = None) -> Trial:
        """Cut the training part; fit on ``most`` images of it, drawn by lot, or on all."""
        parts = ValidationSplit.of(dataset.train, split=dataset.split, seed=seed)
        fit = parts.fit
        if most is not None:
            fit = some_of_each(dataset.train.labels, fit, most, np.random.default_rng(seed))
        return cls(dataset, fit, parts.validation, seed)

    @cached_property
    def pixels(self) -> Array:
        """Pixels from 0 to 1 of the images to fit on, float32, shape (n, d)."""
        return np.asarray(UnitPixels().fit_transform(self.dataset.train.images[self.fit]))

    @cached_property
    def held_pixels(self) -> Array:
        """The same of the validation images."""
        return np.asarray(UnitPixels().fit_transform(self.dataset.train.images[self.validation]))

    @property
    def labels(self) -> NDArray[np.int64]:
        """Classes of the images to fit on."""
        return self.dataset.train.labels[self.fit]

    @property
    def held_labels(self) -> NDArray[np.int64]:
        """Classes of the validation images."""
        return self.dataset.train.labels[self.validation]

    @cached_property
    def chosen(self) -> Judged:
        """Softmax regression with the penalty of the lowest log loss on the validation images."""
        return self.best_penalty(self.pixels, self.labels)

    @property
    def inverse_penalty(self) -> float:
        """The C chosen."""
        return float(self.chosen.chosen["C"])

    def best_penalty(
        self, X: Array, labels: NDArray[np.int64], penalties: Sequence[float] = PENALTIES
    ) -> Judged:
        """Fit softmax regression to pixels X with each C, and judge it by the validation images."""
        n = len(X)
        return best_of(
            SoftmaxRegression(tol=TOL),
            tuple({"C": C} for C in penalties),
            np.concatenate([X, self.held_pixels]),
            np.concatenate([labels, self.held_labels]),
            np.arange(n),
            np.arange(n, n + len(self.validation)),
        )

    def probabilities(self, model: Any) -> NDArray[np.float64]:
        """Return a model's probability of each of the K classes for each validation image."""
        P = np.zeros((len(self.validation), self.dataset.n_classes))
        P[:, model.classes_] = model.predict_proba(self.held_pixels)
        return P


def some_of_each(
    labels: NDArray[np.int64], rows: Rows, count: int, rng: np.random.Generator
) -> Rows:
    """Draw about ``count`` of some rows, of each class its share and at least one, rising.

    If there are no more rows than that, all are returned, and nothing is drawn by lot.

    Examples
    --------
    >>> labels = np.repeat([0, 1], [90, 10])
    >>> drawn = some_of_each(labels, np.arange(100), 20, np.random.default_rng(0))
    >>> np.bincount(labels[drawn]).tolist()
    [18, 2]
    """
    if len(rows) <= count:
        return np.sort(rows)
    shuffled = rng.permutation(rows)
    share = count / len(rows)
    drawn = []
    for label in np.unique(labels[rows]):
        mine = shuffled[labels[shuffled] == label]
        drawn.append(mine[: max(1, round(share * len(mine)))])
    return np.sort(np.concatenate(drawn))
