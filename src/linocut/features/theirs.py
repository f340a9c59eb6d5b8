"""scikit-learn's transformers and classifiers, as linocut knows them: kinds, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    RobustScaler,
    StandardScaler,
)

from linocut.core.links import Link
from linocut.core.steps import Affine, ModelKind, StepKind, View, names_of, register
from linocut.features.views import weights_by_view

Floats = NDArray[np.float64]

register(StandardScaler, StepKind("standard-scaler", ("n_features_in_", "mean_", "scale_")))
register(MinMaxScaler, StepKind("min-max-scaler", ("n_features_in_", "min_", "scale_")))
register(MaxAbsScaler, StepKind("max-abs-scaler", ("n_features_in_", "scale_")))
register(RobustScaler, StepKind("robust-scaler", ("n_features_in_", "center_", "scale_")))
# By name, as are those below: their rooms load linear_model, svm, metrics and more.
register(
    "sklearn.PCA",
    StepKind("pca", ("n_features_in_", "mean_", "components_", "explained_variance_")),
)
# What follows from its parameters, it works out in `fit` alone.
_COUNTS = ("n_output_features_", "_min_degree", "_max_degree", "_n_out_full")
register(
    "sklearn.PolynomialFeatures", StepKind("polynomial-features", ("n_features_in_", *_COUNTS))
)
register(
    "sklearn.RBFSampler",
    StepKind("rbf-sampler", ("n_features_in_", "random_weights_", "random_offset_")),
)
register(FeatureUnion, StepKind("feature-union"))
register("sklearn.LogisticRegression", ModelKind("logistic-regression", Link.SOFTMAX))


@singledispatch
def pulled_through(step: Any, W: Floats) -> tuple[Floats, Floats]:
    """Return W A (K, d) and W c (K,) of a step x ↦ A x + c, for weights W (K, m) after it.

    Other affine transformers join by ``pulled_through.register``, or by a method
    ``pull_back(W)`` of their own.
    """
    if isinstance(step, Affine):
        return step.pull_back(W)
    for name in names_of(type(step)):
        if name in _BY_NAME:
            return _BY_NAME[name](step, W)
    raise NotImplementedError("it is not known to be affine")


@pulled_through.register
def _(step: StandardScaler, W: Floats) -> tuple[Floats, Floats]:
    scaled = W if step.scale_ is None else W / step.scale_
    shift = np.zeros(len(W)) if step.mean_ is None or not step.with_mean else -scaled @ step.mean_
    return scaled, shift


@pulled_through.register
def _(step: MinMaxScaler, W: Floats) -> tuple[Floats, Floats]:
    if step.clip:
        raise NotImplementedError("with clip=True it is not affine")
    return W * step.scale_, W @ step.min_


@pulled_through.register
def _(step: MaxAbsScaler, W: Floats) -> tuple[Floats, Floats]:
    if getattr(step, "clip", False):
        raise NotImplementedError("with clip=True it is not affine")
    return W / step.scale_, np.zeros(len(W))


@pulled_through.register
def _(step: RobustScaler, W: Floats) -> tuple[Floats, Floats]:
    scaled = W if step.scale_ is None else W / step.scale_
    return scaled, np.zeros(len(W)) if step.center_ is None else -scaled @ step.center_


def _of_components(step: Any, W: Floats) -> tuple[Floats, Floats]:
    if step.whiten:
        # A component without variance is divided by the smallest number there is, as it is there.
        least = np.finfo(step.explained_variance_.dtype).eps
        W = W / np.sqrt(np.maximum(step.explained_variance_, least))
    pulled = W @ step.components_
    return pulled, -pulled @ step.mean_


def _uncentred(step: Any, W: Floats) -> tuple[Floats, Floats]:
    return W @ step.components_, np.zeros(len(W))


def _selected(step: Any, W: Floats) -> tuple[Floats, Floats]:
    chosen = step.get_support()
    pulled = np.zeros((len(W), len(chosen)))
    pulled[:, chosen] = W
    return pulled, np.zeros(len(W))


@pulled_through.register
def _(step: FeatureUnion, W: Floats) -> tuple[Floats, Floats]:
    taken_back = [_through_view(view, W_view) for view, W_view in weights_by_view(step, W)]
    pulled, shifts = zip(*taken_back, strict=True)
    return np.sum(pulled, axis=0), np.sum(shifts, axis=0)


def _through_view(view: View, W: Floats) -> tuple[Floats, Floats]:
    shift = np.zeros(len(W))
    for _, step in reversed(view.steps):
        W, c = pulled_through(step, W)
        shift = shift + c
    return W, shift


@pulled_through.register
def _(step: FunctionTransformer, W: Floats) -> tuple[Floats, Floats]:
    if step.func is None:
        return W, np.zeros(len(W))
    raise NotImplementedError("what its function does to each pixel is not known")


_BY_NAME: dict[str, Callable[[Any, Floats], tuple[Floats, Floats]]] = {
    "sklearn.PCA": _of_components,
    "sklearn.IncrementalPCA": _of_components,
    "sklearn.TruncatedSVD": _uncentred,
    "sklearn.SelectorMixin": _selected,
}
