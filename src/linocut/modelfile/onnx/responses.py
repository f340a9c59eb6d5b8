"""Responses to small filters everywhere in an image, summed within the cells of a grid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import is_colour
from linocut.features import ConvolutionBank, PatchDictionary
from linocut.features.patches import FLOOR
from linocut.features.responses import pooling
from linocut.modelfile.onnx.graph import Graph, Value

Array = NDArray[Any]


def patch_dictionary(step: PatchDictionary, graph: Graph, x: Value) -> Value:
    """Even all patches, multiply them with the words, and pool."""
    side = step.side
    # All patches less their means, as a convolution with as many filters as a patch has pixels.
    planes = math.prod(x.shape[2:])
    p = side * side * planes
    # A patch's numbers lie pixel by pixel, a filter's plane by plane.
    less_mean = (np.eye(p) - 1 / p).reshape(p, side, side, planes).transpose(0, 3, 1, 2)
    patches = graph.add("Conv", _unit(graph, x, step.full), less_mean)
    size = graph.add("ReduceMean", graph.add("Mul", patches, patches), axes=[1], keepdims=1)
    contrast = graph.add("Sqrt", graph.add("Add", size, float(FLOOR)))
    evened = graph.add("Div", patches, contrast)
    filters = _with_signs(step.filters_, both=step.method == "pca")[:, :, None, None]
    return _pooled(graph, x, step, evened, filters)


def convolution_bank(step: ConvolutionBank, graph: Graph, x: Value) -> Value:
    """Convolve with the filters of the bank and their negatives, and pool."""
    filters = _with_signs(step.filters_, both=True)[:, None]
    return _pooled(graph, x, step, _unit(graph, x, step.full), filters)


def _unit(graph: Graph, x: Value, full: float) -> str:
    """Return images in units of full ink, as maps of one channel, or of three in colour."""
    if is_colour(x.shape):
        maps = graph.add("Transpose", x.name, perm=[0, 3, 1, 2])
    else:
        maps = graph.add("Unsqueeze", x.name, [1])
    return graph.add("Div", maps, float(full))


def _with_signs(filters: Array, *, both: bool) -> Array:
    return np.concatenate([filters, -filters]) if both else filters


def _pooled(
    graph: Graph, x: Value, step: PatchDictionary | ConvolutionBank, maps: str, filters: Array
) -> Value:
    """Convolve, keep what is above the threshold, and average in the cells, cell by cell."""
    h, w = x.shape[:2]
    m, cells = len(filters), step.cells**2
    P = pooling(h - step.side + 1, w - step.side + 1, step.cells)  # (cells, places)
    above = graph.add("Conv", maps, filters, np.full(m, -step.threshold, np.float32))
    responses = graph.reshaped(graph.add("Relu", above), 0, m, P.shape[1])
    pooled = graph.add("MatMul", responses, P.T)
    by_cell = graph.add("Transpose", pooled, perm=[0, 2, 1])
    return Value(graph.reshaped(by_cell, 0, cells * m), (cells * m,))
