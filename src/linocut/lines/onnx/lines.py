"""From prepared images of lines to the scores of each position, in ONNX's operations."""

from __future__ import annotations

import numpy as np

from linocut.lines.learning.fixed import FixedPositions
from linocut.lines.learning.sliding import BLANK, EDGES
from linocut.lines.onnx.preparing import extended, places, within
from linocut.lines.windows.windows import Windows
from linocut.modelfile.onnx.graph import Graph
from linocut.modelfile.onnx.scattering import scattered


def axes_of_columns(
    graph: Graph, x: str, windows: Windows, height: int, width: str
) -> tuple[str, str]:
    """Return the axes of the columns of images, (B, T + 1, p), and T.

    As `linocut.lines.windows.columns.Columns.of` does it: square tiles that overlap, side by side.
    """
    columns = windows.columns
    engine = columns.engine(height)
    N, kept = engine.bank.N, engine.last - engine.first
    each, features = kept // columns.step, columns.width(height)
    with graph.scope("columns"):
        last = graph.add("Div", graph.add("Add", width, np.int64(columns.step - 1)),
                         np.int64(columns.step))  # fmt: skip
        count = graph.add("Add", last, np.int64(1))
        tiles = graph.add("Div", graph.add("Add", count, np.int64(each - 1)), np.int64(each))
        ink = graph.add("Div", x, 255.0)
        tall = extended(graph, ink, 1, 0, graph.constant(np.array(N)))
        starts = graph.add("Mul", places(graph, tiles), np.int64(kept))
        at = graph.add("Add", graph.add("Unsqueeze", starts, [1]), np.arange(N) - engine.first)
        end = graph.add("Sub", width, np.int64(1))
        cut = graph.add("Gather", tall, within(graph, at, end), axis=2)  # (B, N, tiles, N)
        apart = graph.add("Transpose", cut, perm=[0, 2, 1, 3])
        maps = scattered(
            graph, engine, graph.reshaped(apart, -1, 1, N, N), engine.rows, each, engine.order
        )
        roots = graph.add("Sqrt", graph.add("Max", maps, 0.0))
        shape = graph.add(
            "Concat", [-1], graph.add("Unsqueeze", tiles, [0]), [features, each], axis=0
        )
        lines = graph.add("Transpose", graph.add("Reshape", roots, shape), perm=[0, 1, 3, 2])
        together = graph.reshaped(lines, 0, -1, features)
        whole = graph.add("Slice", together, [0], graph.add("Unsqueeze", count, [0]), [1])
        axes = graph.add("Sub", graph.add("MatMul", whole, windows.axes), windows.centre)
    return axes, last


def even_cuts(graph: Graph, line: str, last: str, n: int, narrowest: int) -> tuple[str, str]:
    """Return where n glyphs side by side start and end, (B, n) each, in places.

    As `linocut.lines.learning.sliding.even_cuts` does it.
    """
    beyond = np.iinfo(np.int64).max
    with graph.scope("cuts"):
        change = graph.add(
            "Sub",
            graph.add("Slice", line, [1], [beyond], [1]),
            graph.add("Slice", line, [0], [-1], [1]),
        )
        energy = graph.add("ReduceSumSquare", change, axes=[2], keepdims=0)
        whole = graph.add("ReduceSum", energy, [1], keepdims=1)
        reached = graph.cast(graph.add("CumSum", energy, np.int64(1)), "float64")
        low, high = (
            _before(graph, reached, graph.add("Mul", graph.cast(whole, "float64"), share))
            for share in (graph.constant(np.array(edge)) for edge in EDGES)
        )
        blank = graph.add("LessOrEqual", whole, BLANK)
        low = graph.add("Where", blank, np.int64(0), low)
        high = graph.add("Where", blank, last, high)
        room = graph.add("Add", low, np.int64(n * narrowest))
        high = graph.add("Max", high, graph.add("Min", last, room))
        first, length = (graph.cast(each, "float64") for each in (low, graph.add("Sub", high, low)))
        part = graph.add("Div", length, graph.constant(np.array(float(n))))
        steps = graph.add("Mul", part, graph.constant(np.arange(n + 1.0)[None]))
        edges = graph.cast(graph.add("Round", graph.add("Add", steps, first)), "int64")
        starts = graph.add("Slice", edges, [0], [n], [1])
        ends = graph.add("Slice", edges, [1], [n + 1], [1])
    return starts, ends


def position_scores(
    graph: Graph, line: str, last: str, cuts: tuple[str, str], model: FixedPositions
) -> str:
    """Return the scores of all symbols at each position, (B, N, K), named ``scores``."""
    N, K, m, p = model.coef.shape
    starts, ends = cuts
    with graph.scope("windows"):
        half = graph.add("Div", graph.add("Sub", ends, starts), np.int64(2))
        middles = graph.add("Unsqueeze", graph.add("Add", starts, half), [2])
        at = graph.add("Add", middles, np.array(model.windows.offsets))
        flat = graph.reshaped(within(graph, at, last), 0, N * m, 1)
        windows = graph.reshaped(graph.add("GatherND", line, flat, batch_dims=1), 0, N, 1, m * p)
        weights = model.coef.reshape(N, K, m * p).transpose(0, 2, 1)
        products = graph.reshaped(graph.add("MatMul", windows, weights), 0, N, K)
    return graph.add("Add", products, model.intercept, name="scores")


def _before(graph: Graph, reached: str, wanted: str) -> str:
    """Return how many of rising numbers (B, T) are below one wanted (B, 1)."""
    below = graph.cast(graph.add("Less", reached, wanted), "int64")
    return graph.add("ReduceSum", below, [1], keepdims=1)
