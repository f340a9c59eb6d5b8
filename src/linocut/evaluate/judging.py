"""What every answer to "how well" can be made from, after scikit-learn's displays."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Self

from linocut.core import Result
from linocut.evaluate.predictions import Predictions


class Judgement(Result):
    """A result that is made from the predictions of a classifier for labelled images.

    As scikit-learn's displays it has ``from_predictions``, ``from_estimator`` and ``plot(ax=…)``.
    """

    @classmethod
    @abstractmethod
    def from_predictions(cls, predictions: Predictions, *args: Any, **options: Any) -> Self:
        """Judge predictions.

        Parameters
        ----------
        predictions : Predictions
            Labels, scores and probabilities of n images; of plain arrays,
            `Predictions.from_arrays` makes one.
        *args, **options
            What the judgement asks besides.
        """
        # With both kinds of rest, typing lets each judgement name the options that it takes.

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any, **options: Any) -> Self:
        """Judge a fitted classifier on labelled images or rows.

        Parameters
        ----------
        estimator : ImageClassifier or classifier of scikit-learn's kind
            Fitted.
        X : array
            What its ``predict_proba`` or ``decision_function`` takes.
        y : array, shape (n,)
            True classes, of those that it knows.
        **options
            As `from_predictions`.
        """
        return cls.from_predictions(Predictions.from_estimator(estimator, X, y), **options)
