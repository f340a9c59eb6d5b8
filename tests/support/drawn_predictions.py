"""Predictions drawn at random, for judgements that need no images."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from linocut.evaluate import Predictions


def drawn_predictions(n: int, n_classes: int, *, seed: int = 0, sharp: float = 2.0) -> Predictions:
    """Draw labels, and scores that are larger by ``sharp`` for the true class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, n_classes, n)
    scores = rng.normal(size=(n, n_classes))
    scores[np.arange(n), labels] += sharp
    names = [f"c{k}" for k in range(n_classes)]
    return Predictions.from_arrays(
        [names[k] for k in labels], softmax(scores, axis=1), scores=scores, class_names=names
    )


def predictions_of(pairs: list[tuple[int, int]], n_classes: int) -> Predictions:
    """Make predictions of true and predicted classes, each predicted with a probability of 0.9."""
    true, predicted = np.array(pairs).T
    shares = np.full((len(pairs), n_classes), 0.1 / (n_classes - 1))
    shares[np.arange(len(pairs)), predicted] = 0.9
    return Predictions.from_arrays(true, shares)
