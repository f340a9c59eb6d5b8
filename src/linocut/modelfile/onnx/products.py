"""Products of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linocut.features import LeadingPairs, PrincipalPairs
from linocut.modelfile.onnx.graph import Graph, Value

if TYPE_CHECKING:
    from sklearn.preprocessing import PolynomialFeatures


def principal_pairs(step: PrincipalPairs, graph: Graph, x: Value) -> Value:
    """Find the coordinates along the principal components, and append their products."""
    x = graph.row(x)
    k = len(step.components_)
    turned = graph.add("MatMul", x.name, (step.components_ / step.full).T)
    centred = graph.add("Sub", turned, step.components_ @ step.mean_)
    Z = graph.add("Div", centred, step.scale_)
    return Value(graph.add("Concat", Z, _of_two(graph, Z, k), axis=1), (k * (k + 3) // 2,))


def leading_pairs(step: LeadingPairs, graph: Graph, x: Value) -> Value:
    """Append products of two of a few measurements of all features."""
    x = graph.row(x)
    k, d = step.components_.shape
    root = np.sqrt(step.scale_)
    if step.leading_:
        Z = graph.add("Mul", graph.add("Slice", x.name, [0], [k], [1]), float(root))
    else:
        A = root * step.components_.T
        Z = graph.add("Gemm", x.name, A, root * step.offset_)
    products = _of_two(graph, Z, k)
    return Value(graph.add("Concat", x.name, products, axis=1), (d + k * (k + 1) // 2,))


def polynomial(step: PolynomialFeatures, graph: Graph, x: Value) -> Value:
    """Multiply the features of each term, as many as its degree."""
    x = graph.row(x)
    powers = step.powers_  # (terms, d)
    degree = int(powers.sum(axis=1).max(initial=0))
    one = graph.add("Pad", x.name, [0, 0, 0, 1], 1.0)  # a feature that is always 1, the last
    factors = np.full((len(powers), max(degree, 1)), x.size)
    for term, row in zip(factors, powers, strict=True):
        taken = np.repeat(np.arange(x.size), row)
        term[: len(taken)] = taken
    product = graph.add("Gather", one, factors[:, 0], axis=1)
    for column in factors.T[1:]:
        product = graph.add("Mul", product, graph.add("Gather", one, column, axis=1))
    return Value(product, (len(powers),))


def _of_two(graph: Graph, Z: str, k: int) -> str:
    """Return z_i z_j for all i ≤ j of the k columns of Z."""
    first, second = np.triu_indices(k)
    pair = (graph.add("Gather", Z, each, axis=1) for each in (first, second))
    return graph.add("Mul", *pair)
