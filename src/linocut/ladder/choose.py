"""Choose hyper-parameters on a validation part of the training part, never on test images."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning

from linocut.core.steps import model_kind_of
from linocut.data import ImagePart, hold_out
from linocut.ladder.recipe import Chosen
from linocut.models.regression import Regression
from linocut.solve import Readings
from linocut.solve.temperature import fit_temperature

# A candidate is compared by its log loss, which a fit this near its optimum no longer changes.
CANDIDATE_TOL = 1e-2
LEAST_PROBABILITY = 1e-3

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class ValidationSplit:
    """The rows of the training part, cut in two once for all rungs.

    Attributes
    ----------
    fit, validation : intp arrays
        Rows to fit on, and rows to judge by.
    """

    fit: Rows
    validation: Rows

    @classmethod
    def of(cls, part: ImagePart, *, split: str, seed: int) -> ValidationSplit:
        """Hold a fifth of each class out (see `linocut.data.hold_out`)."""
        return cls(*hold_out(part.labels, split=split, random_state=seed))

    def some(self, fit: int, validation: int, seed: int) -> ValidationSplit:
        """Return at most so many of either, drawn at random, in ascending order."""
        rng = np.random.default_rng(seed)
        return ValidationSplit(
            at_most(self.fit, fit, rng), at_most(self.validation, validation, rng)
        )

    def fit_with_copies(self, n: int, copies: int) -> Rows:
        """Return the rows to fit on where each of n images is followed by so many copies of all.

        Copies of the images held out stay out, too.
        """
        return np.concatenate([self.fit + k * n for k in range(copies + 1)])


def at_most(rows: Rows, count: int, rng: np.random.Generator) -> Rows:
    """Return so many of some rows, drawn at random, in ascending order; all if they are fewer."""
    return rows if len(rows) <= count else np.sort(rng.choice(rows, count, replace=False))


@dataclass(frozen=True, eq=False)
class Judged:
    """How a candidate does on the validation part.

    Attributes
    ----------
    log_loss : float
        Mean, nats, at the temperature that suits the scores best: a strong penalty makes all scores
        small, which says nothing about which images are correctly classified.
    accuracy : float
        Share correctly classified.
    temperature : float
        The temperature.
    chosen : dict
        The candidate.
    model : estimator
        Its model, with the weights it was judged by.
    scores : float64 array, shape (n, K)
        Of the validation rows.
    """

    log_loss: float
    accuracy: float
    temperature: float
    chosen: Chosen
    model: Any
    scores: NDArray[np.float64]


def best_of(
    classifier: BaseEstimator,
    candidates: Sequence[Chosen],
    X: Any,
    labels: NDArray[np.int64],
    fit: Rows,
    validation: Rows,
) -> Judged:
    """Return the candidate with the lowest log loss on the validation rows.

    Penalties are tried from the strongest to the weakest, each fit starting from the last one,
    until the log loss rises.

    Parameters
    ----------
    classifier : estimator
        Not fitted.
    candidates : sequence of dict
        At least one; its parameters.
    X : array or MappedBlocks, shape (n, d)
        Features of all rows.
    labels : int64 array, shape (n,)
        Classes of all rows.
    fit, validation : intp arrays
        Rows.
    """
    X_fit, y_fit = X[fit], labels[fit]
    X_held, y_held = X[validation], labels[validation]
    model = clone(classifier)
    shared = dict[str, Any]()
    if model_kind_of(model).iterative:
        model.set_params(tol=CANDIDATE_TOL, warm_start=True)
    if isinstance(model, Regression) and all(set(each) <= {"C"} for each in candidates):
        shared["readings"] = Readings()
    best: Judged | None = None
    before = np.inf
    for candidate in candidates:
        model.set_params(**candidate)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X_fit, y_fit, **shared)
        judged = _judged(model, X_held, y_held, candidate)
        if best is None or judged.log_loss < best.log_loss:
            best = replace(judged, model=copy(model))  # its arrays are not written to again
        if judged.log_loss > before:
            break
        before = judged.log_loss
    assert best is not None
    return best


def final_model(classifier: BaseEstimator, judged: Judged) -> BaseEstimator:
    """Return the chosen candidate, not fitted; a regression starts from the weights it had."""
    model = clone(classifier).set_params(**judged.chosen)
    if model_kind_of(model).iterative:
        model.set_params(warm_start=True)
        model.coef_, model.intercept_ = judged.model.coef_, judged.model.intercept_
    return model


def row_losses(judged: Judged, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the log loss of each validation row at the candidate's temperature, nats, (n,).

    Of a class that no row fitted on had, nothing can be said: it is that of a probability of 0.001.
    """
    return _row_losses(judged.model.classes_, judged.scores, labels, judged.temperature)


def _row_losses(
    classes: NDArray[Any], scores: NDArray[Any], labels: NDArray[np.int64], T: float
) -> NDArray[np.float64]:
    known = np.isin(labels, classes)
    losses = np.full(len(labels), -np.log(LEAST_PROBABILITY))
    log_p = log_softmax(scores[known] / T, axis=1)
    losses[known] = -log_p[np.arange(len(log_p)), np.searchsorted(classes, labels[known])]
    return losses


def _judged(model: Any, X: Any, labels: NDArray[np.int64], candidate: Chosen) -> Judged:
    scores = model.scores(X)
    correct = float((model.classes_[scores.argmax(axis=1)] == labels).mean())
    known = np.isin(labels, model.classes_)
    T = fit_temperature(scores[known], np.searchsorted(model.classes_, labels[known]))
    loss = float(_row_losses(model.classes_, scores[known], labels[known], T).mean())
    return Judged(loss, correct, T, candidate, model, scores)
