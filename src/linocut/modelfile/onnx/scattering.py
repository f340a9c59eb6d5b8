"""Wavelet scattering as products with matrices, all wavelets of a size at once.

A Fourier transform along one axis is a product from the right; before the next one the two axes
change places. Complex maps are real ones of shape (…, one axis, 2, the other axis), real parts
before imaginary ones, so that each transform is one product of real matrices.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.features import Scattering
from linocut.features.wavelets import Engine
from linocut.modelfile.onnx.graph import Graph, Value

Array = NDArray[Any]


def scattering(step: Scattering, graph: Graph, x: Value) -> Value:
    """Compute the coefficients, path by path."""
    (h, w), (rows, columns) = x.shape, step.map_shape_
    engine = step.engine_
    N = engine.bank.N
    ink = graph.add("Div", x.name, float(step.full))
    padded = graph.add("Pad", graph.add("Unsqueeze", ink, [1]), [0, 0, 0, 0, 0, 0, N - h, N - w])
    everything = scattered(graph, engine, padded, rows, columns, step.order)
    count = len(step.paths_) * rows * columns
    row = graph.reshaped(everything, 0, count)
    if step.root:
        row = graph.add("Sqrt", graph.add("Max", row, 0.0))
    return Value(row, (count,))


def scattered(
    graph: Graph, engine: Engine, padded: str, rows: int, columns: int, order: int
) -> str:
    """Return the maps of images (n, 1, N, N) of all paths, (n, paths, rows · columns)."""
    J, L = engine.J, engine.L
    made = _Maps(graph, engine, rows, columns)
    maps, second = [made.smoothed(padded, 0, 1)], []
    spectrum = made.spectrum(padded, engine.bank.N, 1) if order else ""
    for j in range(J if order else 0):
        U = made.modulus(spectrum, 0, j, 1)
        maps.append(made.smoothed(U, j, L))
        if order == 2 and j + 1 < J:
            inner = made.spectrum(U, engine.bank.N >> j, L)
            larger = [
                made.smoothed(made.modulus(inner, j, other, L), other, L * L)
                for other in range(j + 1, J)
            ]
            second.append(_by_first(graph, larger, L, rows * columns))
    if len(maps) == 1:
        return maps[0]
    return graph.add("Concat", *maps, *second, axis=1)


class _Maps:
    """The operations on maps (N, maps, n, n) of one scattering transform."""

    def __init__(self, graph: Graph, engine: Engine, rows: int, columns: int) -> None:
        self.graph, self.engine, self.rows, self.columns = graph, engine, rows, columns

    def spectrum(self, U: str, n: int, count: int) -> str:
        """Return the Fourier transform of so many real maps, (N, count, n, 2, n)."""
        at = np.arange(n)
        F = np.exp(-2j * np.pi * np.outer(at, at) / n)
        across = self.graph.add("MatMul", U, np.concatenate([F.real, F.imag], axis=1))
        return self._along_other(across, _complex(F), (count,), n, n, n)

    def modulus(self, spectrum: str, r: int, j: int, count: int) -> str:
        """Return |U ∗ ψ| for all ψ of size 2^j and so many maps, (N, count · L, m, m).

        The spectra are of maps on the grid of every 2^r-th pixel; what is returned lies on that of
        every 2^j-th.
        """
        n, m, L = self.engine.bank.N >> r, self.engine.bank.N >> j, self.engine.L
        responses = self.engine.spectra(r, j).swapaxes(1, 2)  # the axes of spectra are swapped, too
        one_each = self.graph.reshaped(spectrum, 0, count, 1, n, 2, n)
        passed = self.graph.add("Mul", one_each, responses[:, :, None])
        # To read every so-manieth pixel alone, the way back is computed for those alone.
        at = np.arange(m) * (n // m)
        back = _complex(np.exp(2j * np.pi * np.outer(np.arange(n), at) / n) / n)
        lines = self.graph.reshaped(passed, 0, count * L, n, 2 * n)
        across = self.graph.add("MatMul", lines, back)
        both = self._along_other(across, back, (count * L,), n, m, m)
        return self.graph.add("ReduceL2", both, axes=[3], keepdims=0)

    def smoothed(self, U: str, r: int, count: int) -> str:
        """Return U ∗ φ at the rows and columns that are kept, (N, count, rows · columns)."""
        down, along = self.engine.smoothing(r)
        across = self.graph.add("MatMul", U, along[: self.columns].T)
        swapped = self.graph.add("Transpose", across, perm=[0, 1, 3, 2])
        both = self.graph.add("MatMul", swapped, down[: self.rows].T)
        maps = self.graph.add("Transpose", both, perm=[0, 1, 3, 2])
        return self.graph.reshaped(maps, 0, count, self.rows * self.columns)

    def _along_other(
        self, half: str, M: Array, maps: tuple[int, ...], lines: int, each: int, made: int
    ) -> str:
        """Let the axes of complex maps, ``lines`` × 2 × ``each``, change places; multiply with M.

        Returns a value of shape (N, maps, each, 2, made).
        """
        parts = self.graph.reshaped(half, 0, *maps, lines, 2, each)
        swapped = self.graph.add("Transpose", parts, perm=[0, 1, 4, 3, 2])
        long = self.graph.reshaped(swapped, 0, *maps, each, 2 * lines)
        product = self.graph.add("MatMul", long, M)
        return self.graph.reshaped(product, 0, *maps, each, 2, made)


def _complex(M: Array) -> Array:
    """Return a complex matrix as a real one that multiplies rows (real parts, imaginary parts)."""
    return np.block([[M.real, M.imag], [-M.imag, M.real]]).astype(np.float32)


def _by_first(graph: Graph, larger: list[str], L: int, places: int) -> str:
    """Put second-order maps in the order of paths: first wavelet, second size, second direction."""
    apart = [graph.reshaped(each, 0, L, L * places) for each in larger]
    together = graph.add("Concat", *apart, axis=2) if len(apart) > 1 else apart[0]
    return graph.reshaped(together, 0, L * len(larger) * L, places)
