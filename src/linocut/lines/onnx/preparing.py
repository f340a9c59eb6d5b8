"""What is done to the image of a line before its columns are described, in ONNX's operations.

As `linocut.lines.windows.preparing` does it, to the same bytes: SciPy adds in float64 and keeps
float32 after either axis, and so do these.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from linocut.lines.windows.preparing import FLOOR, Preparation
from linocut.modelfile.onnx.graph import Graph

Array = NDArray[Any]

REACH = 4.0  # deviations that SciPy's Gaussian reaches


def prepare(graph: Graph, x: str, preparation: Preparation, height: int, width: str) -> str:
    """Prepare images (B, h, w) of float32.

    Parameters
    ----------
    graph : Graph
        Grows by these operations.
    x : str
        The images.
    preparation : Preparation
    height : int
        h.
    width : str
        w, a whole number.
    """
    with graph.scope("preparation"):
        if preparation is Preparation.MEDIAN:
            return _median(graph, x, height, width)
        if preparation is Preparation.CONTRAST:
            return _contrast(graph, x, height, width)
    return x


def extended(graph: Graph, x: str, axis: int, before: int, length: str) -> str:
    """Repeat the edges of an axis: the first ``before`` times, the last to so many in all.

    Parameters
    ----------
    length : str
        Of the axis as it then is, a whole number.
    """
    at = graph.add("Sub", places(graph, length), np.int64(before))
    last = graph.add("Sub", graph.add("Gather", graph.add("Shape", x), np.int64(axis)), np.int64(1))
    return graph.add("Gather", x, within(graph, at, last), axis=axis)


def within(graph: Graph, at: str, last: str) -> str:
    """Return places that are moved to the first or last one where they lie beyond."""
    return graph.add("Min", graph.add("Max", at, np.int64(0)), last)


def places(graph: Graph, count: str) -> str:
    """Return the whole numbers from 0 to before another."""
    return graph.add("Range", np.int64(0), count, np.int64(1))


def _median(graph: Graph, x: str, height: int, width: str) -> str:
    wide = extended(graph, x, 2, 1, graph.add("Add", width, np.int64(2)))
    wide = extended(graph, wide, 1, 1, graph.constant(np.array(height + 2)))
    at = places(graph, width)
    columns = [
        graph.add("Gather", wide, graph.add("Add", at, np.int64(k)), axis=2) for k in range(3)
    ]
    nine = [
        graph.add("Unsqueeze", graph.add("Gather", each, np.arange(height) + k, axis=1), [3])
        for each in columns
        for k in range(3)
    ]
    least = graph.add("TopK", graph.add("Concat", *nine, axis=3), [5], largest=0, sorted=1)
    return graph.add("Gather", least, np.int64(4), axis=3)


def _contrast(graph: Graph, x: str, height: int, width: str) -> str:
    kernel = _gaussian(height / 4)
    down = _smoothing(kernel, height)
    across = _dynamic_smoothing(graph, kernel, width)
    reach = len(kernel) // 2

    def smoothed(images: str) -> str:
        along = graph.add("MatMul", graph.constant(down), graph.cast(images, "float64"))
        half = graph.cast(along, "float32")  # as SciPy keeps it between the axes
        wide = extended(graph, half, 2, reach, graph.add("Add", width, np.int64(2 * reach)))
        both = graph.add("MatMul", graph.cast(wide, "float64"), across)
        return graph.cast(both, "float32")

    grey = graph.add("Sub", x, smoothed(x))
    variance = smoothed(graph.add("Mul", grey, grey))
    # By way of float64, since some runtimes only come near a root in float32.
    root = graph.add("Sqrt", graph.cast(variance, "float64"))
    spread = graph.add("Add", graph.cast(root, "float32"), FLOOR / 2)
    ratio = graph.add("Div", graph.add("Mul", grey, 48.0), spread)
    return graph.add("Clip", graph.add("Round", graph.add("Add", ratio, 96.0)), 0.0, 255.0)


def _gaussian(deviation: float) -> Array:
    """Return the weights that SciPy gives to a pixel's surroundings, float64."""
    reach = int(REACH * deviation + 0.5)
    impulse = np.zeros(2 * reach + 1)
    impulse[reach] = 1
    return np.asarray(gaussian_filter1d(impulse, deviation, truncate=REACH, mode="constant"))


def _smoothing(kernel: Array, size: int) -> Array:
    """Return the matrix (size, size) that smooths along an axis whose ends are repeated."""
    reach = len(kernel) // 2
    made = np.zeros((size, size))
    for row in range(size):
        np.add.at(made[row], np.clip(row + np.arange(-reach, reach + 1), 0, size - 1), kernel)
    return made


def _dynamic_smoothing(graph: Graph, kernel: Array, width: str) -> str:
    """Return the matrix (w + 2 reach, w) that smooths rows whose ends are repeated already."""
    reach = len(kernel) // 2
    wide = places(graph, graph.add("Add", width, np.int64(2 * reach)))
    apart = graph.add(
        "Sub", graph.add("Unsqueeze", wide, [1]), graph.add("Unsqueeze", places(graph, width), [0])
    )
    # The kernel between two zeros, which stand for all that is farther off.
    at = within(
        graph, graph.add("Add", apart, np.int64(1)), graph.constant(np.array(len(kernel) + 1))
    )
    return graph.add("Gather", graph.constant(np.pad(kernel, 1)), at)
