"""Rows kept as their non-zero entries, where that makes passes faster.

The same numbers as in the arrays they come from, in the same blocks; only the arithmetic with them
is done by `linocut.solve.kernels`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from linocut.core.blocks import ArrayBlocks, Blocks, LocalBlocks
from linocut.core.sums import FAN

Array = NDArray[Any]

LANES = 16  # classes that the compiled loops take at once
NO_CLASS = -1e30  # the score of lanes without a class
SPARSE_ENOUGH = 0.5  # share of non-zero entries up to which the loops beat a matrix product
WORTH_IT = 5_000_000  # entries; below, loading the compiler takes longer than it saves
JUDGED = 1000  # rows by which the share of entries is judged
KEPT_BYTES = 64 << 20  # what may be kept of rows between passes, beyond the rows themselves


@dataclass(frozen=True, eq=False)
class CompactRows:
    """The non-zero entries of b rows of d features.

    Attributes
    ----------
    starts : int array, shape (b + 1,)
        Where each row's entries begin.
    indices, values : arrays of one shape
        Column and value of each entry, row by row.
    n_features : int
        d.
    dtype : float32 or float64
        The type in which they are computed.
    """

    starts: Array
    indices: Array
    values: Array
    n_features: int
    dtype: np.dtype[Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows b and features d."""
        return len(self.starts) - 1, self.n_features

    def scores(self, W: Array) -> Array:
        """Return W Xᵀ, shape (K, b), for weights (K, d)."""
        from linocut.solve import kernels

        K, b = len(W), self.shape[0]
        Z = np.empty((K, b), self.dtype)
        kernels.scores(self.starts, self.indices, self.values, _in_lanes(W, self.dtype), Z)
        return Z

    def squared(self) -> CompactRows:
        """Return the same rows with every entry squared."""
        return replace(self, values=np.square(self.values, dtype=self.dtype))

    def whole_pass(
        self, W: Array, b: Array, y: Array, w: Array | None, one_vs_rest: bool
    ) -> tuple[float, Array, Array]:
        """Return the summed loss, R X and R 1 for weights (K, d) and intercept (K,), K ≤ 16.

        Scores, losses, residuals R and products of a row are computed one after the other while
        its entries are at hand.
        """
        from linocut.solve import kernels

        K = len(W)
        intercept = np.full(LANES, NO_CLASS, self.dtype)
        intercept[:K] = b
        G, sums = np.zeros((self.n_features, LANES), self.dtype), np.zeros(LANES)
        w = np.empty(0) if w is None else np.ascontiguousarray(w, np.float64)
        rows = self.starts, self.indices, self.values, y, w
        lanes = _in_lanes(W, self.dtype)[0]
        loss = kernels.whole_pass(*rows, lanes, intercept, one_vs_rest, G, sums)
        return loss, G.T[:K], sums[:K]

    def products(self, R: Array) -> Array:
        """Return R X, shape (K, d), for residuals (K, b)."""
        from linocut.solve import kernels

        K = len(R)
        G = np.zeros((_chunks(K), self.n_features, LANES), self.dtype)
        R = np.ascontiguousarray(R, self.dtype)
        kernels.products(self.starts, self.indices, self.values, R, G)
        return G.transpose(0, 2, 1).reshape(-1, self.n_features)[:K]


@dataclass(frozen=True, eq=False)
class CompactBlocks(LocalBlocks):
    """The blocks of an array, handed out as `CompactRows`.

    Dense rows are searched for their non-zero entries once and these are kept, three bytes for
    each pixel, if they are few enough; otherwise they are searched anew in each pass, and memory
    does not grow with the rows.

    Parameters
    ----------
    source : ArrayBlocks
        Dense rows or a CSR matrix.
    keep : bool
        Whether to keep the entries.
    """

    source: ArrayBlocks
    keep: bool = False
    _kept: dict[int, CompactRows] = field(default_factory=dict, repr=False)

    merging = FAN  # blocks at once, more than fit into the caches as floats: fewer calls

    @property
    def shape(self) -> tuple[int, int]:
        """Rows n and features d."""
        return self.source.shape

    @property
    def dtype(self) -> np.dtype[Any]:  # type: ignore[override]  # the source's
        """The float type in which a block's arithmetic is done."""
        return self.source.dtype

    @property
    def y(self) -> Array | None:  # type: ignore[override]  # the source's
        """Labels, shape (n,)."""
        return self.source.y

    @property
    def weights(self) -> Array | None:  # type: ignore[override]  # the source's
        """Weights, shape (n,)."""
        return self.source.weights

    @property
    def n_threads(self) -> int | None:  # type: ignore[override]  # the source's
        """Blocks computed at once."""
        return self.source.n_threads

    @property
    def block_rows(self) -> int | None:  # type: ignore[override]  # the source's
        """Rows of a block of the source."""
        return self.source.block_rows

    def entries_a_row(self) -> int:
        """Return how many numbers a row takes when it is computed with."""
        return self.source.entries_a_row()

    def astype(self, dtype: DTypeLike) -> Self:
        """Return the same rows, computed in another float type."""
        return replace(self, source=self.source.astype(dtype))

    def labelled(self, y: Array | None, weights: Array | None = None) -> Self:
        """Return the same rows with other labels (n,) and weights (n,)."""
        return replace(self, source=self.source.labelled(y, weights))

    def take(self, rows: NDArray[np.intp]) -> CompactBlocks:
        """Return some of the rows."""
        return replace(self, source=self.source.take(rows), _kept={})

    def columns(self, kept: NDArray[np.intp]) -> CompactBlocks:
        """Return some of the columns of all rows."""
        return replace(self, source=self.source.columns(kept), _kept={})

    def dense(self, rows: NDArray[np.intp], columns: NDArray[np.intp] | None = None) -> Any:
        """Return some rows, or some columns of them, as one dense array of floats: a copy."""
        return self.source.dense(rows, columns)

    def held(self, rows: slice) -> CompactRows:
        """Return the entries of some rows, found or kept."""
        block = self._kept.get(rows.start)
        if block is None or block.shape[0] != rows.stop - rows.start:
            block = _compact(self.source.raw(rows), self.dtype)
            if self.keep:
                self._kept[rows.start] = block
        return replace(block, dtype=self.dtype)

    def __getstate__(self) -> dict[str, Any]:
        """Leave what can be found again."""
        return {"source": self.source, "keep": self.keep, "_kept": {}}


@dataclass(frozen=True)
class Compacting:
    """Holds the rows of `ArrayBlocks` as their entries: for `Blocks.converted`."""

    keep: bool

    def __call__(self, blocks: LocalBlocks) -> LocalBlocks:
        """See the class."""
        return CompactBlocks(blocks, self.keep) if isinstance(blocks, ArrayBlocks) else blocks


def compacted(blocks: Blocks) -> Blocks:
    """Return the rows in the form in which passes over them are fastest."""
    if np.prod(blocks.shape) < WORTH_IT:
        return blocks
    judged = np.linspace(0, len(blocks) - 1, min(len(blocks), JUDGED)).astype(np.intp)
    some = blocks.brought(judged)
    if not isinstance(some, ArrayBlocks):
        return blocks
    if sparse.issparse(some.array):
        return blocks.converted(Compacting(keep=False)) if _compiler() else blocks
    rows = some.raw(slice(None))
    share = float(np.count_nonzero(rows) / rows.size)
    if share > SPARSE_ENOUGH:
        return blocks
    each = 2 + rows.dtype.itemsize
    keep = bool(each * share * np.prod(blocks.shape) < KEPT_BYTES)
    # Bytes are searched so fast that it pays in every pass.
    if not keep and rows.dtype != np.uint8:
        return blocks
    # Asked last: loading the compiler takes a second, and for dense rows would be for nothing.
    if not _compiler():
        return blocks
    return blocks.converted(Compacting(keep))


@lru_cache(maxsize=1)
def _compiler() -> bool:
    try:
        from numba import config

        if config.DISABLE_JIT:  # what is written in LLVM's terms cannot be interpreted
            return False
        from linocut.solve import kernels  # noqa: F401
    except (ImportError, RuntimeError, OSError):  # no Numba, or nowhere to keep machine code
        return False
    return True


def _compact(block: Any, dtype: np.dtype[Any]) -> CompactRows:
    if sparse.issparse(block):
        return CompactRows(
            block.indptr.astype(np.int64), block.indices, block.data, block.shape[1], dtype
        )
    from linocut.solve import kernels

    rows = np.ascontiguousarray(block).reshape(len(block), -1)
    d = rows.shape[1]
    whole = rows.dtype.itemsize * d % 8 == 0
    words = rows.view(np.uint64) if whole else np.empty((len(rows), 0), np.uint64)
    entries = np.count_nonzero(rows)
    starts = np.zeros(len(rows) + 1, np.int64)
    indices = np.empty(entries + 1, np.uint16 if d <= 1 << 16 else np.int32)
    values = np.empty(entries + 1, rows.dtype)
    kernels.compact(rows, words, starts, indices, values)
    return CompactRows(starts, indices[:-1], values[:-1], d, dtype)


def _chunks(n_classes: int) -> int:
    return -(-n_classes // LANES)


def _in_lanes(A: Array, dtype: np.dtype[Any]) -> Array:
    """Return A (K, m) as (chunks, m, 16), filled up with zeros."""
    K, m = A.shape
    lanes = np.zeros((_chunks(K), m, LANES), dtype)
    for c in range(len(lanes)):
        part = A[c * LANES : (c + 1) * LANES]
        lanes[c, :, : len(part)] = part.T
    return lanes
