"""Write a graph as an ONNX file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linocut._version import __version__
from linocut.core import LinocutError, plain
from linocut.core.files import check_target, write_whole
from linocut.modelfile.onnx.graph import Graph

OPSET = 17  # has all that is needed, and every runtime since the middle of 2022 reads it
IR_VERSION = 8  # of that time
LARGEST = 2**31 - 1  # bytes of a protocol buffer


@dataclass(frozen=True)
class Port:
    """What goes into a graph or comes out: its name, its type, its sides.

    Attributes
    ----------
    name : str
    dtype : str
        As ONNX calls it: ``"UINT8"``, ``"FLOAT"``, ``"INT64"``.
    shape : tuple of int or str
        A name for each side that may have any length.
    """

    name: str
    dtype: str
    shape: tuple[int | str, ...]


def write_graph(
    path: str | os.PathLike[str], graph: Graph, inputs: Sequence[Port], outputs: Sequence[Port],
    *, name: str, description: str, metadata: Mapping[str, Any],
) -> Path:  # fmt: skip
    """Write what outputs need of a graph, with metadata as JSON; return where it is.

    Raises
    ------
    LinocutError
        If the file cannot be written, or the package ``onnx`` is not installed.
    """
    onnx = _onnx()
    target = check_target(path)
    model = onnx.helper.make_model(
        _graph_of(onnx, graph.needed_for(*(each.name for each in outputs)), inputs, outputs, name),
        producer_name="linocut",
        producer_version=__version__,
        ir_version=IR_VERSION,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        doc_string=_text(description),
    )
    told = {key: json.dumps(plain(value), ensure_ascii=False) for key, value in metadata.items()}
    onnx.helper.set_model_props(model, {key: _text(value) for key, value in told.items()})
    content = model.SerializeToString(deterministic=True)
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


def _graph_of(
    onnx: Any, graph: Graph, inputs: Sequence[Port], outputs: Sequence[Port], name: str
) -> Any:
    helper = onnx.helper
    nodes = [
        helper.make_node(node.op, node.inputs, node.outputs, name=node.output, **node.attributes)
        for node in graph.nodes
    ]
    ends = [
        [
            helper.make_tensor_value_info(
                each.name, getattr(onnx.TensorProto, each.dtype), each.shape
            )
            for each in side
        ]
        for side in (inputs, outputs)
    ]
    constants = [
        onnx.numpy_helper.from_array(array, name) for name, array in graph.constants.items()
    ]
    return helper.make_graph(nodes, name, *ends, constants)


def _text(text: str) -> str:
    """Write bytes of a folder's name that are no text as JSON does, since ONNX takes only text."""
    return text.encode("utf-8", "backslashreplace").decode()
