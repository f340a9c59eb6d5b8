"""From scores to probabilities."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

Floats = NDArray[np.float64]


class Link(Enum):
    """What a model says of how its scores become probabilities.

    Its values are the names in model files.
    """

    SOFTMAX = "softmax"  # exp(score), divided by their sum
    SIGMOIDS = "sigmoids"  # each class against the rest, divided by their sum
    NONE = "none"  # no probabilities: softmax at a temperature that fits held-out images

    @property
    def gives_probabilities(self) -> bool:
        """Whether the scores mean probabilities as they are, without a temperature."""
        return self is not Link.NONE

    def probabilities(self, scores: Any, temperature: float = 1.0) -> Floats:
        """Return the probabilities of scores (n, K), shape (n, K), float64, rows of sum 1.

        Parameters
        ----------
        scores : float array, shape (n, K)
            Scores of a model.
        temperature : float
            What scores are divided by first, above zero.

        Examples
        --------
        >>> Link.SOFTMAX.probabilities([[0.0, np.log(3)]])
        array([[0.25, 0.75]])
        >>> Link.SIGMOIDS.probabilities([[-800.0, -800.0]])
        array([[0.5, 0.5]])
        """
        scaled = np.asarray(scores, np.float64) / temperature
        if self is Link.SIGMOIDS:
            # A row that every class rejects has a sum that rounds to zero.
            P = np.maximum(expit(scaled), np.finfo(np.float64).tiny)
            return np.asarray(P / P.sum(axis=1, keepdims=True))
        return np.asarray(softmax(scaled, axis=1))
