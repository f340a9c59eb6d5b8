"""From images to images: upright, in the middle, of the usual size.

Each does what its transformer does, in the same order and in float32, so that the bytes that come
out are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.ink import MAX_SHEAR, border_pixels, median_place
from linocut.features import Centre, Deskew, NormaliseContrast, NormaliseMoments
from linocut.features.contrast import ROUNDING
from linocut.features.moments import MOST
from linocut.modelfile.onnx.graph import Graph, Operand, Value

Array = NDArray[Any]


@dataclass(frozen=True)
class _Moments:
    """Names of the moments of a batch, (N, 1) each (see `linocut.core.ink.InkMoments`)."""

    row: str
    column: str
    shear: str
    height: str
    upright_width: str


def normalised(step: NormaliseMoments, graph: Graph, x: Value) -> Value:
    """Read each image's ink by the affine map that its moments ask for."""
    x = _ink(graph, x)
    h, w = x.shape
    found = _moments(graph, x, MAX_SHEAR)
    y = _from_middle(graph, h, _ratio(graph, found.height, step.height_, step.strength))
    across = _from_middle(graph, w, _ratio(graph, found.upright_width, step.width_, step.strength))
    rows = graph.add("Unsqueeze", graph.add("Add", found.row, y), [2])
    lean = graph.add("Add", found.column, graph.add("Mul", found.shear, y))
    columns = graph.add(
        "Add", graph.add("Unsqueeze", lean, [2]), graph.add("Unsqueeze", across, [1])
    )
    return _image(graph, _sampled(graph, x, rows, columns), x)


def deskewed(step: Deskew, graph: Graph, x: Value) -> Value:
    """Shift each row by its part of the shear, in between columns by linear interpolation."""
    x = _ink(graph, x)
    h, w = x.shape
    found = _moments(graph, x, float(step.max_shear))
    from_centre = graph.add("Sub", np.arange(h, dtype=np.float32), found.row)
    shift = graph.add("Mul", found.shear, from_centre)
    whole = graph.add("Floor", shift)
    part = graph.add("Unsqueeze", graph.add("Sub", shift, whole), [2])
    # Two columns of paper on either side: what is read far outside has paper for a neighbour, too.
    wide = graph.add("Pad", x.name, [0, 0, 2, 0, 0, 2])
    starts = graph.add("Unsqueeze", graph.cast(whole, "int64"), [2])
    at = graph.add("Add", starts, np.arange(w) + 2)
    at = graph.add("Min", graph.add("Max", at, np.int64(0)), np.int64(w + 2))
    left = graph.add("GatherElements", wide, at, axis=2)
    right = graph.add("GatherElements", wide, graph.add("Add", at, np.int64(1)), axis=2)
    upright = graph.add("Add", left, graph.add("Mul", part, graph.add("Sub", right, left)))
    return _image(graph, upright, x)


def centred(step: Centre, graph: Graph, x: Value) -> Value:
    """Move each image by whole pixels."""
    del step  # it has no parameters
    x = _ink(graph, x)
    h, w = x.shape
    found = _moments(graph, x, MAX_SHEAR)
    wide = graph.add("Pad", x.name, [0, 1, 1, 0, 1, 1])
    lines = []
    for size, centre in ((h, found.row), (w, found.column)):
        move = graph.add("Round", graph.add("Sub", centre, (size - 1) / 2))
        at = graph.add("Add", graph.cast(move, "int64"), np.arange(size) + 1)
        lines.append(graph.add("Min", graph.add("Max", at, np.int64(0)), np.int64(size + 1)))
    rows = graph.add("Mul", graph.add("Unsqueeze", lines[0], [2]), np.int64(w + 2))
    at = graph.add("Add", rows, graph.add("Unsqueeze", lines[1], [1]))
    return replace(x, name=_read(graph, Value(wide, (h + 2, w + 2)), at, x))


def contrast_normalised(step: NormaliseContrast, graph: Graph, x: Value) -> Value:
    """Subtract the local mean and divide by the local deviation."""
    down, across = step.weights_

    def averaged(images: str) -> str:
        return graph.add("MatMul", graph.add("MatMul", down, images), across.T)

    ink = graph.add("Div", x.name, float(step.full))
    rest = graph.add("Sub", ink, averaged(ink))
    faint = graph.add("Less", graph.add("Abs", rest), ROUNDING)
    centred = graph.add("Where", faint, 0.0, rest)
    variance = averaged(graph.add("Mul", centred, centred))
    size = graph.add("Sqrt", graph.add("Add", variance, float(step.floor) ** 2))
    return Value(graph.add("Div", centred, size), x.shape)


def _ink(graph: Graph, x: Value) -> Value:
    """Return how far each pixel is from its image's paper (see `linocut.core.ink.ink_of`)."""
    at = border_pixels(np.arange(x.size).reshape(x.shape))
    border = graph.add("Gather", graph.reshaped(x.name, 0, x.size), at, axis=1)
    middle = median_place(len(at))
    low = graph.add("TopK", border, [middle + 1], axis=1, largest=0, sorted=1)
    paper = graph.add("Gather", low, [middle], axis=1)
    apart = graph.add("Sub", x.name, graph.add("Unsqueeze", paper, [2]))
    return replace(x, name=graph.add("Abs", apart))


def _moments(graph: Graph, x: Value, steepest: float) -> _Moments:
    h, w = x.shape
    down, across = np.arange(h, dtype=np.float32), np.arange(w, dtype=np.float32)
    by_row = graph.add("ReduceSum", x.name, [2], keepdims=0)
    by_column = graph.add("ReduceSum", x.name, [1], keepdims=0)
    ink = graph.add("ReduceSum", by_row, [1], keepdims=1)
    blank = graph.add("LessOrEqual", ink, 0.0)
    total = graph.add("Where", blank, 1.0, ink)

    def mean(ink: str, places: Array) -> str:
        # In float64, in which these sums of bytes are exact; then they become float32.
        weights = graph.constant(places[:, None].astype(np.float64))
        sums = graph.add("MatMul", graph.cast(ink, "float64"), weights)
        return graph.add("Div", graph.cast(sums, "float32"), total)

    row = graph.add("Where", blank, (h - 1) / 2, mean(by_row, down))
    column = graph.add("Where", blank, (w - 1) / 2, mean(by_column, across))

    def central(raw: str, one: str, other: str) -> str:
        return graph.add("Sub", raw, graph.add("Mul", one, other))

    yy = central(mean(by_row, down * down), row, row)
    xx = central(mean(by_column, across * across), column, column)
    yy, xx = graph.add("Max", yy, 0.0), graph.add("Max", xx, 0.0)
    leaning = graph.reshaped(graph.add("MatMul", x.name, across[:, None]), 0, h)
    xy = central(mean(leaning, down), row, column)
    # A single row of ink does not lean.
    stands = graph.add("And", graph.add("Greater", yy, 1e-3), graph.add("Not", blank))
    slope = graph.add("Div", xy, graph.add("Where", stands, yy, 1.0))
    shear = graph.add("Clip", graph.add("Where", stands, slope, 0.0), -steepest, steepest)
    taken = graph.add("Mul", graph.add("Mul", shear, 2.0), xy)
    given = graph.add("Mul", graph.add("Mul", shear, shear), yy)
    upright = graph.add("Add", graph.add("Sub", xx, taken), given)
    height, width = (_root(graph, each) for each in (yy, graph.add("Max", upright, 0.0)))
    return _Moments(row, column, shear, height, width)


def _root(graph: Graph, square: str) -> str:
    """Return square roots by way of float64, since some runtimes only come near them in float32."""
    return graph.cast(graph.add("Sqrt", graph.cast(square, "float64")), "float32")


def _ratio(graph: Graph, size: str, usual: float, strength: float) -> Operand:
    """Return how many pixels of the image one of the result stands for, (N, 1)."""
    if not usual > 0:
        return 1.0
    known = graph.add("Greater", size, 0.0)
    ratio = graph.add("Where", known, graph.add("Div", size, float(usual)), 1.0)
    limited = graph.cast(graph.add("Clip", ratio, 1 / MOST, MOST), "float64")
    # In float64, because the last bit of a float32 power depends on the machine.
    power = graph.constant(np.array(strength, np.float64))
    return graph.cast(graph.add("Pow", limited, power), "float32")


def _from_middle(graph: Graph, size: int, ratio: Operand) -> str:
    """Return where the pixels of the result lie from its middle, in pixels of the image, (N, size).

    Of a constant ratio (1, size).
    """
    places = np.arange(size, dtype=np.float32) - np.float32((size - 1) / 2)
    return graph.add("Mul", ratio, places[None])


def _sampled(graph: Graph, x: Value, rows: str, columns: str) -> str:
    """Read images at fractional rows and columns, as `linocut.features.augment.sampled` does."""
    h, w = x.shape
    wide = Value(graph.add("Pad", x.name, [0, 1, 1, 0, 2, 2]), (h + 3, w + 3))
    line = np.int64(w + 3)
    whole, part = [], []
    for at, size in ((rows, h), (columns, w)):
        inside = graph.add("Clip", graph.add("Add", at, 1.0), 0.0, float(size + 1))
        floor = graph.add("Floor", inside)
        whole.append(graph.cast(floor, "int64"))
        part.append(graph.add("Sub", inside, floor))
    start = graph.add("Add", graph.add("Mul", whole[0], line), whole[1])

    def between(at: str) -> str:
        left = _read(graph, wide, at, x)
        right = _read(graph, wide, graph.add("Add", at, np.int64(1)), x)
        return graph.add("Add", left, graph.add("Mul", part[1], graph.add("Sub", right, left)))

    upper, lower = between(start), between(graph.add("Add", start, line))
    below = graph.add("Mul", graph.add("Sub", lower, upper), part[0])
    return graph.add("Add", upper, below)


def _read(graph: Graph, x: Value, at: str, made: Value) -> str:
    """Read images at positions (N, h, w) among their pixels."""
    flat = graph.reshaped(x.name, 0, x.size)
    found = graph.add("GatherElements", flat, graph.reshaped(at, 0, made.size), axis=1)
    return graph.reshaped(found, 0, *made.shape)


def _image(graph: Graph, made: str, x: Value) -> Value:
    """Return an image of the type of x: bytes are rounded, half to even, as NumPy does it."""
    return replace(x, name=graph.add("Round", made) if x.whole else made)
