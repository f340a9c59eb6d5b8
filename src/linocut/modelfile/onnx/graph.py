"""A graph of operations on arrays, as it grows step by step; knows nothing of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
# The name of a value; or a constant: an array, a float or integers; all floats become float32, all
# integers int64.
Operand = str | Array | np.generic | float | Sequence[int]

TYPES = {"float32": 1, "int64": 7, "float64": 11}  # as ONNX counts them


@dataclass(frozen=True)
class Value:
    """What flows through the graph for each image of a batch.

    Attributes
    ----------
    name : str
        Of a float32 value; its first axis is the batch.
    shape : tuple of int
        The other axes: (h, w) of an image, (d,) of a row of features.
    whole : bool
        Whether its numbers are bytes, which they stay when an image is made of them.
    """

    name: str
    shape: tuple[int, ...]
    whole: bool = False

    @property
    def size(self) -> int:
        """Numbers that belong to one image."""
        return prod(self.shape)


@dataclass(frozen=True)
class Node:
    """One operation: what it is called in ONNX, and what goes in and comes out, by name."""

    op: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, Any]

    @property
    def outputs(self) -> tuple[str, ...]:
        """The output, and by another name what the operation makes beside it, which is not used."""
        return (self.output, f"{self.output}_places") if self.op == "TopK" else (self.output,)


@dataclass
class Graph:
    """Operations in their order, and the constants that they use.

    Attributes
    ----------
    nodes : list of Node
        In an order in which they can be computed.
    constants : dict of arrays
        By name; equal ones are there once.

    Examples
    --------
    >>> graph = Graph()
    >>> graph.add("Relu", graph.add("Sub", "scores", 0.5))
    'Relu_1'
    >>> [node.inputs for node in graph.nodes], graph.constants["constant_0"]
    ([('scores', 'constant_0'), ('Sub_0',)], array(0.5, dtype=float32))
    """

    nodes: list[Node] = field(default_factory=list)
    constants: dict[str, Array] = field(default_factory=dict)
    _known: dict[tuple[str, tuple[int, ...], bytes], str] = field(default_factory=dict, repr=False)
    _scope: str = ""

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        """Put a name in front of those of all values made within."""
        before, self._scope = self._scope, f"{name}/"
        try:
            yield
        finally:
            self._scope = before

    def add(self, op: str, *inputs: Operand, name: str = "", **attributes: Any) -> str:
        """Append an operation and return the name of what comes out.

        Parameters
        ----------
        op : str
            Of ONNX's standard operators.
        *inputs : str, array, float or sequence of int
            Names of values; everything else becomes a constant.
        name : str
            What to call the result; numbered after the operator if not given.
        **attributes
            As the operator defines them.
        """
        names = tuple(self._named(each) for each in inputs)
        output = name or f"{self._scope}{op}_{len(self.nodes)}"
        self.nodes.append(Node(op, names, output, attributes))
        return output

    def cast(self, x: str, dtype: str) -> str:
        """Turn a value into another type, such as ``"float32"``."""
        return self.add("Cast", x, to=TYPES[dtype])

    def reshaped(self, x: str, *shape: int) -> str:
        """Give a value another shape; 0 keeps an axis, −1 is what is left."""
        return self.add("Reshape", x, shape)

    def row(self, x: Value) -> Value:
        """Lay each image out as one row."""
        if len(x.shape) == 1:
            return x
        return Value(self.reshaped(x.name, 0, x.size), (x.size,))

    def needed_for(self, *outputs: str) -> Graph:
        """Return a graph of only those operations and constants that these values depend on."""
        names, nodes = set(outputs), []
        for node in reversed(self.nodes):
            if node.output in names:
                nodes.append(node)
                names.update(node.inputs)
        constants = {name: each for name, each in self.constants.items() if name in names}
        return Graph(nodes[::-1], constants)

    def constant(self, array: Array) -> str:
        """Return the name of a constant that keeps its type."""
        key = array.dtype.str, array.shape, array.tobytes()
        if key not in self._known:
            self._known[key] = f"constant_{len(self.constants)}"
            self.constants[self._known[key]] = array
        return self._known[key]

    def _named(self, operand: Operand) -> str:
        if isinstance(operand, str):
            return operand
        array = np.asarray(operand)
        return self.constant(array.astype(np.float32 if array.dtype.kind == "f" else np.int64, "C"))
