"""A finished model as one ONNX file, from the bytes of an image to probabilities."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from linocut._version import __version__
from linocut.core import LinocutError, plain
from linocut.core.decisions import REJECTED, DecisionRule
from linocut.core.files import check_target, write_whole
from linocut.core.links import Link
from linocut.modelfile.contents import ModelContents
from linocut.modelfile.onnx.graph import Graph, Value
from linocut.modelfile.onnx.translate import translate

OPSET = 17  # has all that is needed, and every runtime since the middle of 2022 reads it
IR_VERSION = 8  # of that time
OUTPUTS = "label", "probabilities", "scores"
LARGEST = 2**31 - 1  # bytes of a protocol buffer


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
    onnx = _onnx()
    target = check_target(path)
    content = _model(onnx, contents).SerializeToString(deterministic=True)
    if len(content) > LARGEST:
        raise LinocutError(
            f"the model would have {len(content):,} bytes — ONNX files have at most {LARGEST:,}"
        )
    return write_whole(target, content)


def _onnx() -> Any:
    try:
        import onnx  # an extra
    except ImportError as error:
        raise LinocutError(
            "to write ONNX files the package onnx is missing — pip install 'linocut[onnx]'"
        ) from error
    return onnx


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
    return graph.needed_for(*OUTPUTS)


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


def _model(onnx: Any, contents: ModelContents) -> Any:
    helper = onnx.helper
    model = helper.make_model(
        _graph_of(onnx, _computation(contents), contents),
        producer_name="linocut",
        producer_version=__version__,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
        doc_string=_description(contents),
    )
    helper.set_model_props(model, _metadata(contents))
    return model


def _graph_of(onnx: Any, graph: Graph, contents: ModelContents) -> Any:
    helper, types = onnx.helper, onnx.TensorProto
    K = len(contents.class_names)
    nodes = [
        helper.make_node(node.op, node.inputs, node.outputs, name=node.output, **node.attributes)
        for node in graph.nodes
    ]
    image = helper.make_tensor_value_info("image", types.UINT8, ["N", *contents.image_shape])
    outputs = [
        helper.make_tensor_value_info("label", types.INT64, ["N"]),
        helper.make_tensor_value_info("probabilities", types.FLOAT, ["N", K]),
        helper.make_tensor_value_info("scores", types.FLOAT, ["N", K]),
    ]
    constants = [
        onnx.numpy_helper.from_array(array, name) for name, array in graph.constants.items()
    ]
    name = contents.provenance.rung or "linocut"
    return helper.make_graph(nodes, name, [image], outputs, constants)


def _description(contents: ModelContents) -> str:
    provenance = contents.provenance
    first = provenance.title or "A linear classifier of images"
    data = f", fitted on {provenance.dataset}" if provenance.dataset else ""
    return _text(
        f"{first}{data}. Before it, {contents.intake.sentence}; zero is paper, 255 is full ink."
    )


def _metadata(contents: ModelContents) -> dict[str, str]:
    rule = contents.decisions
    values = {
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
    return {
        name: _text(json.dumps(plain(value), ensure_ascii=False)) for name, value in values.items()
    }


def _text(text: str) -> str:
    """Write bytes of a folder's name that are no text as JSON does, since ONNX takes only text."""
    return text.encode("utf-8", "backslashreplace").decode()
