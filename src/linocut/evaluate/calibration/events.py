"""The events that predictions give probabilities to: that the answer is right, and each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linocut.evaluate.predictions import Predictions

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happens or not, with the probability that was given to it.

    Attributes
    ----------
    confidences, outcomes : float64 arrays, shape (n,)
        Probability of the event for each image, and whether it happened: 0 or 1.
    """

    confidences: Floats
    outcomes: Floats


def correct_answer(predictions: Predictions) -> Event:
    """Return the event that the predicted class is the true one."""
    predicted = predictions.predicted
    P = predictions.probabilities[np.arange(len(predicted)), predicted]
    return Event(_inside(P), (predicted == predictions.labels).astype(np.float64))


def of_class(predictions: Predictions, k: int) -> Event:
    """Return the event that an image is of class k."""
    P = predictions.probabilities[:, k]
    return Event(_inside(P), (predictions.labels == k).astype(np.float64))


def _inside(P: NDArray[np.float32]) -> Floats:
    return np.clip(P.astype(np.float64), 0, 1)  # a float32 that was divided may exceed 1 a little
