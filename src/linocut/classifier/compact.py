"""Fold what is affine into the weights after it: fewer numbers, the same scores."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.core.colour import Shape
from linocut.core.steps import count_numbers, kind_of, model_kind_of, used_steps, views_of
from linocut.features import (
    Decorrelate,
    Equalise,
    LeadingPairs,
    pulled_through,
    weights_by_view,
)
from linocut.models import FittedLinear
from linocut.models.linear import score_weights

Floats = NDArray[np.float64]
Steps = list[tuple[str, Any]]

MODEL = "linear"


def compact_pipeline(fitted: Pipeline, *, image_shape: Shape | None = None) -> Pipeline:
    """Return a pipeline with the same scores, in as few numbers as folding allows.

    Weights W on the features A x + c are the weights W A on x, and W c joins the intercept. Where
    products of a few of those features are appended, only the rows of A that they need are kept.

    Parameters
    ----------
    fitted : Pipeline
        Transformers, and a classifier at the end.
    image_shape : (int, int) or (int, int, 3), optional
        Height and width of the images, and planes in colour.

    Returns
    -------
    Pipeline
        With a `FittedLinear` of float32 weights at the end, whose classes are 0 to K − 1; or
        ``fitted`` itself where its classifier is not linear.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=0.01)).fit(X, y)
    >>> small = compact_pipeline(pipeline)
    >>> len(small), bool(np.allclose(small[-1].scores(X), pipeline.decision_function(X), atol=1e-3))
    (1, True)
    """
    steps = list(used_steps(fitted))
    _, model = steps.pop()
    kind = model_kind_of(model)
    if not kind.linear:
        return fitted
    W, b = score_weights(model)
    steps, W, b = _folded(steps, W, b)
    steps = _merged(steps)
    linear = FittedLinear.of(W, b, np.arange(len(W)), link=kind.link, image_shape=image_shape)
    return Pipeline([*steps, (MODEL, linear)])


def _folded(steps: Steps, W: Floats, b: Floats) -> tuple[Steps, Floats, Floats]:
    if steps and isinstance(steps[-1][1], LeadingPairs):
        name, pairs = steps[-1]
        d = pairs.components_.shape[1]
        rows = np.concatenate([W[:, :d], pairs.components_])
        before, rows, shift = _affine_taken_back(steps[:-1], rows, to_images=False)
        K = len(W)
        folded = copy(pairs)
        folded.components_, folded.offset_ = rows[K:], pairs.offset_ + shift[K:]
        folded.leading_ = pairs.leading_ and len(before) == len(steps) - 1
        folded.n_features_in_ = rows.shape[1]
        weights = np.concatenate([rows[:K], W[:, d:]], axis=1)
        return [*before, (name, folded)], weights, b + shift[:K]
    before, W, shift = _affine_taken_back(steps, W)
    return before, W, b + shift


def _merged(steps: Steps) -> Steps:
    """Return steps in which axes that are left take what divides them along, in float32.

    Rows of features are float32, so what multiplies them is used as float32 anyway.
    """
    made: Steps = []
    for name, step in steps:
        if isinstance(step, Equalise) and made and isinstance(made[-1][1], Decorrelate):
            axes = copy(made[-1][1])
            axes.components_ = (axes.components_ / step.scale_[:, None]).astype(np.float32)
            made[-1] = made[-1][0], axes
        else:
            made.append((name, step))
    return made


def _affine_taken_back(
    steps: Steps, W: Floats, *, to_images: bool = True
) -> tuple[Steps, Floats, Floats]:
    """Take weights back through the last steps, as long as that makes fewer numbers.

    Without ``to_images`` a step that makes rows of images stays: what follows takes rows only.
    """
    steps, shift = list(steps), np.zeros(len(W))
    while steps and not kind_of(steps[-1][1]).images_to_images:
        name, step = steps[-1]
        if views_of(step):
            union, W, c = _through_views(step, W)
            steps[-1], shift = (name, union), shift + c
            break
        if not to_images and (len(steps) == 1 or kind_of(steps[-2][1]).images_to_images):
            break
        try:
            before, c = pulled_through(step, W)
        except NotImplementedError:
            break
        if before.size > W.size + count_numbers(step):
            break
        steps.pop()
        W, shift = before, shift + c
    return steps, W, shift


def _through_views(union: FeatureUnion, W: Floats) -> tuple[FeatureUnion, Floats, Floats]:
    """Take weights back through the last steps of each view.

    How much each view counts joins the weights; one that counts nothing is left out.
    """
    views, parts, shift = [], [], np.zeros(len(W))
    each = weights_by_view(union, W)
    for view, W_view in [(view, W_view) for view, W_view in each if view.weight] or each:
        steps, before, c = _affine_taken_back(list(view.steps), W_view, to_images=False)
        views.append((view.name, Pipeline(_merged(steps))))
        parts.append(before)
        shift = shift + c
    return FeatureUnion(views), np.concatenate(parts, axis=1), shift
