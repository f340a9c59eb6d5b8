"""A finished model as one ONNX file, from the bytes of an image to probabilities."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core.decisions import REJECTED, DecisionRule
from linocut.core.links import Link
from linocut.modelfile.contents import ModelContents
from linocut.modelfile.onnx.graph import Graph, Value
from linocut.modelfile.onnx.translate import translate
from linocut.modelfile.onnx.writing import Port, write_graph


def export_onnx(contents: ModelContents, path: str | os.PathLike[str]) -> Path:
    """Write a model as an ONNX file that needs nothing beside it.

    It takes ``image``, uint8 of shape (N, h, w), in colour (N, h, w, 3), prepared as
    ``contents.intake`` says, for any number N; and returns ``label``, int64 (N,), the position of
    the class among the names;
    ``probabilities``, float32 (N, K); and ``scores``, float32 (N, K). Where the model has
    thresholds or costs, they decide on ``label``, −1 for a rejected image. Its metadata hold, as
    JSON, ``class_names``, ``temperature``, ``thresholds``, ``link``, ``intake`` and ``provenance``;
    and ``costs`` and ``rejected`` where there are some.
    Memory grows with N, by some megabytes an image where there are wavelets: give about a hundred
    at once.

    Parameters
    ----------
    contents : ModelContents
        The model.
    path : path-like
        Where the file goes; an existing one is replaced.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If a step of the pipeline has no translation, the file cannot be written, or the package
        ``onnx`` is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from linocut.data import Intake
    >>> from linocut.models import FittedLinear
    >>> from sklearn.pipeline import Pipeline
    >>> model = FittedLinear.of([[0.0, 0.0], [1.0, 1.0]], [2.0, 0.0], [0, 1], image_shape=(1, 2))
    >>> contents = ModelContents(Intake((1, 2)), Pipeline([("linear", model)]), ("paper", "ink"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_onnx(contents, f"{folder}/model.onnx").name
    'model.onnx'
    """
    K = len(contents.class_names)
    outputs = (
        Port("label", "INT64", ("N",)),
        Port("probabilities", "FLOAT", ("N", K)),
        Port("scores", "FLOAT", ("N", K)),
    )
    return write_graph(
        path, _computation(contents), [Port("image", "UINT8", ("N", *contents.image_shape))],
        outputs, name=contents.provenance.rung or "linocut", description=_description(contents),
        metadata=_metadata(contents),
    )  # fmt: skip


def _computation(contents: ModelContents) -> Graph:
    """Return the whole computation, from ``image`` to the three outputs."""
    graph = Graph()
    x = Value(graph.cast("image", "float32"), contents.image_shape, whole=True)
    for name, step in contents.steps:
        x = translate(name, step, graph, x)
    x, linear = graph.row(x), contents.linear
    scores = graph.add("Gemm", x.name, linear.coef_, linear.intercept_, transB=1, name="scores")
    with graph.scope("probabilities"):
        scaled = graph.add("Div", scores, float(contents.temperature))
        if linear.model_kind.link is Link.SIGMOIDS:
            # Logarithms of the sigmoids, which do not round to zero; bounded as Link bounds them.
            softplus = graph.add("Softplus", graph.add("Neg", scaled))
            least = float(np.log(np.finfo(np.float64).tiny))
            scaled = graph.add("Max", graph.add("Neg", softplus), least)
    graph.add("Softmax", scaled, axis=1, name="probabilities")
    _add_label(graph, contents.decisions)
    return graph


def _add_label(graph: Graph, rule: DecisionRule | None) -> None:
    """Decide as `DecisionRule.decide` does."""
    if rule is None:
        graph.add("ArgMax", "scores", axis=1, keepdims=0, name="label")
        return
    with graph.scope("decision"):
        if rule.costs is not None:
            expected = graph.add("MatMul", "probabilities", rule.costs)
            best = graph.add("ArgMin", expected, axis=1, keepdims=0)
            rejected = graph.add("Equal", best, np.int64(rule.n_classes))
        else:
            assert rule.thresholds is not None
            reached = graph.add("GreaterOrEqual", "probabilities", rule.thresholds)
            accepted = graph.add("Where", reached, "probabilities", -1.0)
            best = graph.add("ArgMax", accepted, axis=1, keepdims=0)
            largest = graph.add("ReduceMax", accepted, axes=[1], keepdims=0)
            rejected = graph.add("Less", largest, 0.0)
    graph.add("Where", rejected, np.int64(REJECTED), best, name="label")


def _description(contents: ModelContents) -> str:
    provenance = contents.provenance
    first = provenance.title or "A linear classifier of images"
    data = f", fitted on {provenance.dataset}" if provenance.dataset else ""
    return f"{first}{data}. Before it, {contents.intake.sentence}; zero is paper, 255 is full ink."


def _metadata(contents: ModelContents) -> dict[str, Any]:
    rule = contents.decisions
    values: dict[str, Any] = {
        "class_names": contents.class_names,
        "temperature": contents.temperature,
        "thresholds": None if rule is None else rule.thresholds,
        "link": contents.linear.model_kind.link.value,
        "intake": contents.intake,
        "provenance": contents.provenance,
    }
    if rule is not None:
        more = {"costs": rule.costs, "rejected": rule.rejected}
        values |= {name: value for name, value in more.items() if value is not None}
    return values
