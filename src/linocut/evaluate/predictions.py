"""What a model predicts for the images of one part: labels, scores and probabilities together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from linocut.core import LinocutError, Result
from linocut.evaluate.class_places import places_among, some_of
from linocut.evaluate.classification import Evaluation, evaluate

ROUNDING = 1e-3  # by which probabilities may miss a sum of 1


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

    @classmethod
    def from_arrays(
        cls,
        labels: ArrayLike,
        probabilities: ArrayLike,
        *,
        scores: ArrayLike | None = None,
        class_names: Sequence[Any] | None = None,
    ) -> Predictions:
        """Make one of plain arrays.

        Parameters
        ----------
        labels : array, shape (n,)
            True classes: among ``class_names``, or positions from 0 where no names are given.
        probabilities : array, shape (n, K)
            Probability of each class; each row sums to 1.
        scores : array, shape (n, K), optional
            Scores; the logarithms of the probabilities if not given.
        class_names : sequence of K names, optional
            In the order of the columns.

        Raises
        ------
        LinocutError
            If there are no rows, shapes do not agree, a row is no distribution, or a label is none
            of the classes.

        Examples
        --------
        >>> shares = [[0.2, 0.8], [0.4, 0.6]]
        >>> Predictions.from_arrays(["b", "a"], shares, class_names="ab").predicted
        array([1, 1])
        """
        P = np.asarray(probabilities, np.float64)
        given = np.asarray(labels)
        if P.ndim != 2 or P.shape[1] < 2 or given.shape != (len(P),) or not len(P):
            raise LinocutError(
                f"labels of shape {given.shape} and probabilities of shape {P.shape} — they must "
                "be (n,) and (n, K), with an image and two classes at least"
            )
        total = P.sum(axis=1)
        wrong = ~((np.abs(total - 1) <= ROUNDING) & (P >= 0).all(axis=1))  # NaN is wrong, too
        if wrong.any():
            row = int(wrong.argmax())
            what = f"hold {P[row].min():g}" if P[row].min() < 0 else f"sum to {total[row]:g}"
            raise LinocutError(
                f"the probabilities of row {row} {what} — each row must hold numbers from 0 up "
                "that sum to 1"
            )
        names = tuple(map(str, range(P.shape[1]) if class_names is None else class_names))
        if len(names) != P.shape[1]:
            raise LinocutError(
                f"{len(names)} names of classes and {P.shape[1]} columns of probabilities — there "
                "must be as many"
            )
        if scores is None:
            S = np.log(np.maximum(P, np.finfo(np.float64).tiny))
        else:
            S = np.asarray(scores, np.float64)
            if S.shape != P.shape:
                raise LinocutError(
                    f"scores of shape {S.shape} and probabilities of shape {P.shape} — they must "
                    "have the same"
                )
        positions = (_checked_positions if class_names is None else positions_of)(given, names)
        return cls(names, positions, S.astype(np.float32), (P / total[:, None]).astype(np.float32))

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: ArrayLike) -> Predictions:
        """Ask a fitted classifier about labelled images or rows.

        Parameters
        ----------
        estimator : ImageClassifier or classifier of scikit-learn's kind
            Fitted, with ``classes_``; where it gives no probabilities, the softmax of its scores
            stands for them.
        X : array
            What it takes.
        y : array, shape (n,)
            True classes, as in its ``classes_``.

        Raises
        ------
        LinocutError
            As `from_arrays`.

        Examples
        --------
        >>> from sklearn.linear_model import LogisticRegression
        >>> model = LogisticRegression().fit([[0.0], [1.0]], ["no", "yes"])
        >>> Predictions.from_estimator(model, [[0.2]], ["yes"]).evaluation.accuracy
        0.0
        """
        scores = raw_scores(estimator, X)
        if scores is not None and scores.ndim == 1:
            scores = np.stack([-scores, scores], axis=1) / 2
        if scores is not None and hasattr(estimator, "probabilities"):
            shares = estimator.probabilities(scores)
        elif hasattr(estimator, "predict_proba"):
            shares = estimator.predict_proba(X)
        elif scores is not None:
            shares = softmax(scores, axis=1)
        else:
            raise LinocutError(
                f"{type(estimator).__name__} has neither predict_proba nor decision_function — "
                "one of them is needed"
            )
        return cls.from_arrays(y, shares, scores=scores, class_names=list(estimator.classes_))

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


def raw_scores(estimator: Any, X: Any) -> NDArray[Any] | None:
    """Return the scores that a classifier gives, (n, K), or (n,) for two classes; None if none."""
    if hasattr(estimator, "scores"):
        return np.asarray(estimator.scores(X))
    if hasattr(estimator, "decision_function"):
        return np.asarray(estimator.decision_function(X))
    return None


def positions_of(labels: NDArray[Any], names: Sequence[Any]) -> NDArray[np.int64]:
    """Return the position of each label among the classes.

    Raises
    ------
    LinocutError
        If one is none of them.
    """
    positions = places_among(names, labels.tolist())
    _check_known(labels, positions >= 0, names)
    return positions.astype(np.int64)


def _checked_positions(labels: NDArray[Any], names: Sequence[Any]) -> NDArray[np.int64]:
    """Return labels that are positions among the classes already."""
    _check_known(labels, np.isin(labels, np.arange(len(names))), names)
    return labels.astype(np.int64)


def _check_known(labels: NDArray[Any], known: NDArray[np.bool_], names: Sequence[Any]) -> None:
    if not known.all():
        raise LinocutError(
            f"label {labels[~known][0]} is none of the classes that the model knows — they are "
            f"{some_of([str(name) for name in names])}"
        )
