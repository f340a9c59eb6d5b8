"""Fold affine steps before a linear model into its weights: fewer numbers, the same scores."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.features import Decorrelate, Equalise, LeadingPairs
from linocut.ladder.recipe import Steps

Floats = NDArray[np.float64]

FOLDED = (Decorrelate, Equalise)  # steps that only choose coordinates for the penalty


def fold(steps: Steps, model: Any) -> tuple[Steps, Any]:
    """Return steps and a model with the same scores, without coordinates made for the penalty.

    Weights W on the features A x + c are the weights W A on x, and W c joins the intercept. Where
    products of a few of those features are appended, only the rows of A that they need are kept.
    What the model recorded of its fit stays as it was.
    """
    steps = list(steps)
    pairs = steps.pop() if steps and isinstance(steps[-1][1], LeadingPairs) else None
    affine = []
    while steps and isinstance(steps[-1][1], FOLDED):
        affine.append(steps.pop()[1])
    if not affine:
        return (steps if pairs is None else [*steps, pairs]), model
    W, b = model.coef_, model.intercept_
    products = np.empty((len(W), 0))
    if pairs is not None:
        name, step = pairs
        d = step.components_.shape[1]
        W, products = W[:, :d], W[:, d:]
        folded_pairs = copy(step)
        folded_pairs.components_, folded_pairs.offset_ = _before(
            affine, step.components_, step.offset_
        )
        folded_pairs.leading_ = False
        folded_pairs.n_features_in_ = folded_pairs.components_.shape[1]
        steps.append((name, folded_pairs))
    W, b = _before(affine, W, b)
    folded = copy(model)
    folded.coef_, folded.intercept_ = np.concatenate([W, products], axis=1), b
    folded.n_features_in_ = folded.coef_.shape[1]
    return steps, folded


def _before(affine: list[Any], W: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return the form W x + b, given after the steps (the last one first), before them."""
    for step in affine:
        W, shift = step.pull_back(W)
        b = b + shift
    return W, b
