"""Steps that act on rows of features: affine ones, and what else is said in a few operations."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler

from linocut.features import RandomUnits, Scaling, UnitPixels, pulled_through
from linocut.modelfile.onnx.graph import Graph, Value


def affine(step: Any, graph: Graph, x: Value) -> Value:
    """Multiply and add, for any step x ↦ A x + c.

    Raises
    ------
    NotImplementedError
        If the step is not known to be affine.
    """
    # What comes of a blank image tells how many numbers come, whether they are an image, and
    # whether they are bytes.
    made = step.transform(np.zeros((1, *x.shape), np.uint8 if x.whole else np.float32))
    A, c = pulled_through(step, np.eye(prod(made.shape[1:])))
    x = graph.row(x)
    if A.shape[0] == A.shape[1] and not np.any(A - np.diag(np.diag(A))):
        product = graph.add("Mul", x.name, np.diag(A))
    else:
        product = graph.add("MatMul", x.name, A.T)
    name = graph.add("Add", product, c) if c.any() else product
    if len(made.shape) > 2:
        name = graph.reshaped(name, 0, *made.shape[1:])
    return Value(name, tuple(made.shape[1:]), whole=made.dtype == np.uint8)


def unit_pixels(step: UnitPixels, graph: Graph, x: Value) -> Value:
    """Divide by full ink."""
    x = graph.row(x)
    return Value(graph.add("Div", x.name, float(step.full)), x.shape)


def scaling(step: Scaling, graph: Graph, x: Value) -> Value:
    """Scale each pixel, or call it ink or paper."""
    x = graph.row(x)
    scaled = graph.add("Div", graph.add("Sub", x.name, step.offset_), step.scale_)
    if step.kind == "binarise":
        scaled = graph.add("Where", graph.add("Greater", scaled, 0.5), 1.0, 0.0)
    return Value(scaled, x.shape)


def min_max(step: MinMaxScaler, graph: Graph, x: Value) -> Value:
    """Map each feature's range to another one, and clip where that is asked for."""
    x = graph.row(x)
    scaled = graph.add("Add", graph.add("Mul", x.name, step.scale_), step.min_)
    if step.clip:
        low, high = map(float, step.feature_range)
        scaled = graph.add("Clip", scaled, low, high)
    return Value(scaled, x.shape)


def max_abs(step: MaxAbsScaler, graph: Graph, x: Value) -> Value:
    """Divide each feature by its largest size, and clip where that is asked for."""
    x = graph.row(x)
    scaled = graph.add("Div", x.name, step.scale_)
    if getattr(step, "clip", False):
        scaled = graph.add("Clip", scaled, -1.0, 1.0)
    return Value(scaled, x.shape)


def random_waves(step: Any, graph: Graph, x: Value) -> Value:
    """Read each random wave where the row lies on it."""
    x = graph.row(x)
    phase = graph.add("MatMul", x.name, step.random_weights_)
    waves = graph.add("Cos", graph.add("Add", phase, step.random_offset_))
    k = step.random_weights_.shape[1]
    return Value(graph.add("Mul", waves, float(np.sqrt(2 / k))), (k,))


def random_units(step: RandomUnits, graph: Graph, x: Value) -> Value:
    """Multiply with the units' weights and keep what is above zero."""
    x = graph.row(x)
    units = graph.add("Gemm", x.name, step.weights_, step.offsets_)
    return Value(graph.add("Relu", units), (step.weights_.shape[1],))
