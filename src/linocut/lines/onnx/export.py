"""A reader of fixed positions as one ONNX file, from the bytes of an image to its text."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from linocut.core import LinocutError
from linocut.lines.file import ReaderContents
from linocut.lines.learning.fixed import FixedPositions
from linocut.lines.onnx.lines import axes_of_columns, even_cuts, position_scores
from linocut.lines.onnx.preparing import prepare
from linocut.lines.windows.preparing import HIGHEST
from linocut.modelfile.onnx.graph import Graph
from linocut.modelfile.onnx.writing import Port, write_graph


def export_reader_onnx(contents: ReaderContents, path: str | os.PathLike[str]) -> Path:
    """Write a reader of fixed positions as an ONNX file that needs nothing beside it.

    It takes ``image``, uint8 of shape (B, h, w), prepared as ``contents.intake`` says, for any
    number B of images and any width w, the same for all of them. For N glyphs and K symbols it
    returns ``symbols``, int64 (B, N), the position of each glyph's symbol among the names;
    ``probability``, float32 (B,), of the whole text; ``probabilities`` and ``scores``, float32
    (B, N, K); and ``cuts``, int64 (B, N, 2), the column where each glyph starts and the one after
    its last. Its metadata hold, as JSON, ``symbols``, ``temperature``, ``preparation``, ``intake``
    and ``provenance``.

    Parameters
    ----------
    contents : ReaderContents
        The reader.
    path : path-like
        Where the file goes; an existing one is replaced.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If the reader has other than fixed positions, or reads images that are shrunk first; or if
        the file cannot be written, or the package ``onnx`` is not installed.
    """
    model, height = contents.fitted, contents.intake.height
    if not isinstance(model, FixedPositions):
        raise LinocutError(
            "it finds cuts anew in each image by dynamic programming, for which ONNX has no step — "
            "fit one with --rung fixed-positions, or use linocut predict or serve"
        )
    if height is None or height > HIGHEST:
        raise LinocutError(
            f"its images are {height} pixels high and shrunk to {HIGHEST} first, for which ONNX "
            f"has no exact step — fit it with --size {HIGHEST}"
        )
    N, K = model.intercept.shape
    outputs = (
        Port("symbols", "INT64", ("B", N)),
        Port("probability", "FLOAT", ("B",)),
        Port("probabilities", "FLOAT", ("B", N, K)),
        Port("scores", "FLOAT", ("B", N, K)),
        Port("cuts", "INT64", ("B", N, 2)),
    )
    return write_graph(
        path, _computation(contents, model, height), [Port("image", "UINT8", ("B", height, "w"))],
        outputs, name=contents.provenance.rung or "linocut", description=_description(contents, N),
        metadata={
            "symbols": contents.symbols,
            "temperature": contents.temperature,
            "preparation": model.preparation.value,
            "intake": contents.intake,
            "provenance": contents.provenance,
        },
    )  # fmt: skip


def _computation(contents: ReaderContents, model: FixedPositions, height: int) -> Graph:
    """Return the whole computation, from ``image`` to the outputs."""
    graph = Graph()
    width = graph.add("Gather", graph.add("Shape", "image"), np.int64(2))
    x = prepare(graph, graph.cast("image", "float32"), model.preparation, height, width)
    line, last = axes_of_columns(graph, x, model.windows, height, width)
    starts, ends = even_cuts(graph, line, last, model.most, model.narrowest)
    scores = position_scores(graph, line, last, (starts, ends), model)
    tempered = graph.add("Div", scores, float(contents.temperature))
    shares = graph.add("Softmax", tempered, axis=2, name="probabilities")
    graph.add("ArgMax", scores, axis=2, keepdims=0, name="symbols")
    best = graph.add("ReduceMax", shares, axes=[2], keepdims=0)
    graph.add("ReduceProd", best, axes=[1], keepdims=0, name="probability")
    both = graph.add(
        "Concat", *(graph.add("Unsqueeze", each, [2]) for each in (starts, ends)), axis=2
    )
    pixels = graph.add("Mul", both, np.int64(model.windows.columns.step))
    graph.add("Min", pixels, width, name="cuts")
    return graph


def _description(contents: ReaderContents, N: int) -> str:
    origin = contents.provenance
    data = f", fitted on {origin.dataset}" if origin.dataset else ""
    return (
        f"Reads lines of {N} glyphs at fixed positions{data}; zero is paper, 255 is full ink, and "
        f"images are {contents.intake.height} pixels high."
    )
