"""Choose hyper-parameters on a validation part of the training part, never on test images."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning

from linocut.data import ImagePart, split_rows
from linocut.ladder.recipes import Recipe

# A candidate is compared by its log loss, which a fit this near its optimum no longer changes.
CANDIDATE_TOL = 1e-2


@dataclass(frozen=True, eq=False)
class ValidationSplit:
    """The training part, cut in two once for all rungs."""

    fit: ImagePart
    validation: ImagePart

    @classmethod
    def of(cls, part: ImagePart, *, split: str, seed: int) -> ValidationSplit:
        """Keep a fifth of each class for validation.

        A set whose test part holds the last rows of each class is cut in the same way here, so
        that the choice, too, is made for writers not seen.
        """
        kind = "ordered" if split == "ordered" else "stratified"
        fit, validation = split_rows(part.labels, test_size=0.2, seed=seed, split=kind)
        if len(validation) == 0:
            fit = validation = np.arange(len(part))
        return cls(part.take(fit), part.take(validation))


def choose(recipe: Recipe, parts: ValidationSplit) -> dict[str, Any]:
    """Return the parameters with the lowest log loss on the validation part.

    For each choice of features, the penalties are tried from the strongest to the weakest, each
    fit starting from the last one, until the log loss rises.
    """
    best: tuple[float, dict[str, Any]] = (np.inf, {})
    options = recipe.options(parts.fit)
    if len(options.features) * len(options.model) == 1:
        return {**options.features[0], **options.model[0]}
    for features in options.features:
        steps = recipe.features(features)
        fit, validation = parts.fit.images, parts.validation.images
        for _, step in steps:
            fit = step.fit_transform(fit)
            validation = step.transform(validation)
        model: BaseEstimator | None = None
        before = np.inf
        for candidate in options.model:
            model = recipe.model(candidate) if model is None else model.set_params(**candidate)
            model.set_params(tol=CANDIDATE_TOL, warm_start=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(fit, parts.fit.labels)
            loss = _log_loss(model, validation, parts.validation.labels)
            if loss < best[0]:
                best = loss, {**features, **candidate}
            if loss > before:
                break
            before = loss
    return best[1]


def _log_loss(model: Any, X: Any, labels: NDArray[np.int64]) -> float:
    known = np.isin(labels, model.classes_)
    column = np.searchsorted(model.classes_, labels[known])
    log_p = model.predict_log_proba(X[known])
    return float(-log_p[np.arange(len(column)), column].mean())
