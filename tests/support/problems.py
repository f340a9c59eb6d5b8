"""Small random problems, and the objective written out plainly in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from linocut.core.blocks import ArrayBlocks
from linocut.solve import Objective, Sigmoids, Softmax
from linocut.solve.losses import Loss

Floats = NDArray[np.float64]


def make_problem(
    seed: int = 0,
    n: int = 60,
    d: int = 5,
    K: int = 3,
    loss: Loss | None = None,
    weights: bool = False,
    intercept: bool = True,
    penalty: float = 0.01,
) -> Objective:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) + rng.normal(size=d)
    y = rng.integers(0, K, size=n)
    y[:K] = np.arange(K)
    w = rng.uniform(0.1, 2, size=n) if weights else None
    blocks = ArrayBlocks(X, np.dtype(np.float64))
    return Objective(blocks.labelled(y, w), loss or Softmax(), penalty, K, intercept)


def plain_value(objective: Objective, W: Floats, b: Floats) -> float:
    """The definition, without blocks."""
    assert isinstance(objective.blocks, ArrayBlocks)
    X, y = objective.blocks.array, objective.blocks.y
    assert y is not None
    w = np.ones(len(y)) if objective.blocks.weights is None else objective.blocks.weights
    Z = X @ W.T + b
    if isinstance(objective.loss, Softmax):
        losses = -log_softmax(Z, axis=1)[np.arange(len(y)), y]
    else:
        assert isinstance(objective.loss, Sigmoids)
        sign = np.where(np.arange(objective.n_classes) == y[:, None], 1, -1)
        losses = np.log1p(np.exp(-sign * Z)).sum(axis=1)
    return float(w @ losses / w.sum() + objective.penalty / 2 * (W**2).sum())
