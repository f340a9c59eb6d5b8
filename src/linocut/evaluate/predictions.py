"""What a model predicts for the images of one part: labels, scores and probabilities together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import Result
from linocut.evaluate.classification import Evaluation, evaluate


@dataclass(frozen=True, eq=False, repr=False)
class Predictions(Result):
    """What a model predicts for n images.

    Attributes
    ----------
    class_names : tuple of K str
        All classes of the dataset.
    labels : int64 array, shape (n,)
        True classes, positions among the names.
    scores : float32 array, shape (n, K)
        Scores; −∞ for a class that the model does not have.
    probabilities : float32 array, shape (n, K)
        Probability of each class.
    images : intp array, shape (n,), or None
        Which images of the part they are; None where it is all of them.

    Examples
    --------
    >>> scores = np.array([[2.0, 1.0], [0.0, 3.0]], np.float32)
    >>> result = Predictions(("cat", "dog"), np.array([0, 0]), scores, np.full((2, 2), 0.5))
    >>> result.predicted, result.evaluation.accuracy
    (array([0, 1]), 0.5)
    """

    class_names: tuple[str, ...]
    labels: NDArray[np.int64]
    scores: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    images: NDArray[np.intp] | None = None

    @classmethod
    def of(
        cls,
        class_names: tuple[str, ...],
        labels: NDArray[np.int64],
        columns: NDArray[np.integer[Any]],
        scores: NDArray[Any],
        probabilities: NDArray[Any],
        images: NDArray[np.intp] | None = None,
    ) -> Predictions:
        """Spread the scores and probabilities of some classes, at these columns, over all K."""
        K = len(class_names)
        S = np.full((len(labels), K), -np.inf, np.float32)
        P = np.zeros((len(labels), K), np.float32)
        S[:, columns], P[:, columns] = scores, probabilities
        return cls(class_names, labels, S, P, images)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """Class with the largest score for each image, shape (n,)."""
        return np.asarray(self.scores.argmax(axis=1), np.int64)

    @cached_property
    def evaluation(self) -> Evaluation:
        """How well that is."""
        return evaluate(self.labels, self.predicted, self.class_names, self.probabilities)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row an image: true class, predicted class and its probability."""
        names = self.class_names
        chosen = self.probabilities[np.arange(len(self.labels)), self.predicted]
        return [
            {"label": names[true], "predicted": names[k], "probability": float(p)}
            for true, k, p in zip(self.labels, self.predicted, chosen, strict=True)
        ]
