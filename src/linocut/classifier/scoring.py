"""Scores of any classifier, at the end of a pipeline or alone, and how probabilities follow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from linocut.core.links import Link
from linocut.core.steps import model_kind_of, passed_through


def as_pipeline(estimator: Any) -> Pipeline:
    """Return a pipeline as it is, and a classifier alone as the only step of one."""
    return estimator if isinstance(estimator, Pipeline) else Pipeline([("model", estimator)])


def last_step(estimator: Any) -> Any:
    """Return the classifier of a pipeline, or the one that is alone."""
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


def link_of(estimator: Any) -> Link:
    """Return how scores become probabilities; of a classifier that is not known, by the softmax."""
    kind = model_kind_of(last_step(estimator))
    known = kind.linear or kind.name
    return kind.link if known else Link.SOFTMAX


def scores_of(pipeline: Pipeline, X: Any) -> NDArray[Any]:
    """Return K scores an image of a pipeline with any classifier, shape (n, K)."""
    X = passed_through(pipeline.steps[:-1], X)
    model = pipeline[-1]
    if hasattr(model, "scores"):
        return np.asarray(model.scores(X))
    if hasattr(model, "predict_proba"):
        return np.asarray(np.log(np.maximum(model.predict_proba(X), np.finfo(np.float64).tiny)))
    scores = np.asarray(model.decision_function(X))
    return np.asarray(np.stack([-scores, scores], axis=1) / 2 if scores.ndim == 1 else scores)
