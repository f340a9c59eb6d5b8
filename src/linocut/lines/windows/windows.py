"""Windows along a line: a few columns at even distances, each described by its leading axes.

Two neighbouring windows share nearly all that they see. So columns are described once (see
`linocut.lines.windows.columns`), turned to the axes along which columns vary most, and a window is
the axes of its m columns. A score that is linear in a window is then a sum of m products, one with
each column, and no window is ever written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import ArrayBlocks
from linocut.features import Decorrelate, Equalise
from linocut.features.axes import principal_axes
from linocut.lines.alike import alike
from linocut.lines.windows.columns import Columns

Array = NDArray[Any]
Images = Sequence[NDArray[np.uint8]]

SAMPLE = 8000  # columns, and windows, from which axes are found
AT_ONCE = 64  # images whose columns are computed together
SPAN = 1.4  # widths of a glyph that a window sees
MOST_COLUMNS = 9  # of a window


@dataclass(frozen=True, eq=False)
class Batch:
    """Lines of about one width, side by side.

    Attributes
    ----------
    rows : int array, shape (B,)
        Which lines they are.
    columns : float32 array, shape (B, T + 1 + 2 reach, p)
        The axes of each column, the first and the last repeated beyond the ends.
    ends : int array, shape (B,)
        The last place of each line, at most T.
    """

    rows: Array
    columns: Array
    ends: Array


@dataclass(frozen=True, eq=False)
class Windows:
    """What a window is made of.

    Attributes
    ----------
    columns : Columns
        How a column is described.
    axes : float32 array, shape (d, p)
        What each axis takes of a column's d features.
    centre : float32 array, shape (p,)
        What is then taken off.
    offsets : tuple of m int
        Where its columns lie, in places from its middle; from left to right.
    """

    columns: Columns
    axes: Array
    centre: Array
    offsets: tuple[int, ...]

    @classmethod
    def fit(cls, images: Images, columns: Columns, glyph: float, p: int, seed: int = 0) -> Windows:
        """Find the axes of the columns of some images.

        Parameters
        ----------
        images : sequence of uint8 arrays, shape (h, w_i)
            All of one height.
        columns : Columns
            How a column is described.
        glyph : float
            Mean width of a glyph, pixels.
        p : int
            Axes at most.
        seed : int
            Of the sample.
        """
        random = np.random.default_rng(seed)
        places = sum(columns.count(image.shape[1]) for image in images)
        share = min(1.0, 2 * SAMPLE / places)
        few = np.sort(random.permutation(len(images))[: max(1, round(share * len(images)))])
        some = (
            [columns.of(images[i][None])[0] for i in few]
            if len(few) < 8
            else list(_all_columns([images[i] for i in few], columns))
        )
        X = np.concatenate(some)
        X = X[np.sort(random.permutation(len(X))[:SAMPLE])]
        found = principal_axes(ArrayBlocks(X, np.dtype(np.float32)), standardised=True)
        kept = min(p, int(np.count_nonzero(found.variances > 1e-6 * found.variances[0])))
        axes = (found.components[:kept] * found.inverse).T
        each = 2**columns.J // columns.step
        # Columns as far apart as the wavelets are wide, for as many as cover the span.
        half = int(np.clip(round(SPAN * glyph / 2**columns.J / 2), 1, MOST_COLUMNS // 2))
        offsets = tuple(each * k for k in range(-half, half + 1))
        return cls(
            columns,
            np.ascontiguousarray(axes, np.float32),
            (found.mean @ axes).astype(np.float32),
            offsets,
        )

    @property
    def reach(self) -> int:
        """How far a window reaches to either side, places."""
        return max(map(abs, self.offsets))

    @property
    def shape(self) -> tuple[int, int]:
        """Columns and axes of a window, (m, p)."""
        return len(self.offsets), self.axes.shape[1]

    def of_lines(self, images: Images) -> list[Array]:
        """Return the axes of each line's columns, float32, shape (T_i + 1, p) each."""
        made: list[Any] = [None] * len(images)
        for rows in alike(images, AT_ONCE):
            found = self.columns.of(np.stack([images[i] for i in rows]))
            axes = found.reshape(-1, found.shape[2]) @ self.axes
            axes -= self.centre
            for i, each in zip(rows, axes.reshape(len(rows), -1, len(self.centre)), strict=True):
                made[i] = each
        return made

    def batches(self, lines: Sequence[Array], at_once: int) -> Iterator[Batch]:
        """Yield lines side by side, ``at_once`` of them, by rising width.

        Parameters
        ----------
        lines : sequence of float32 arrays, shape (T_i + 1, p)
            As `of_lines` returns them.
        """
        order = np.argsort([len(line) for line in lines], kind="stable")
        for k in range(0, len(order), at_once):
            rows = order[k : k + at_once]
            ends = np.array([len(lines[i]) for i in rows]) - 1
            at = np.arange(-self.reach, ends.max() + 1 + self.reach)
            columns = np.stack(
                [lines[i][np.clip(at, 0, end)] for i, end in zip(rows, ends, strict=True)]
            )
            yield Batch(rows, columns, ends)

    def scores(self, batch: Batch, weights: Array, intercept: Array) -> Array:
        """Return the scores of the window at each place, float32, shape (B, T + 1, K).

        Parameters
        ----------
        batch : Batch
        weights : float32 array, shape (K, m, p)
        intercept : float32 array, shape (K,)
        """
        B, wide, p = batch.columns.shape
        K, m, _ = weights.shape
        each = batch.columns.reshape(-1, p) @ weights.transpose(2, 1, 0).reshape(p, m * K)
        each = each.reshape(B, wide, m, K)
        places = wide - 2 * self.reach
        out = np.tile(intercept.astype(np.float32), (B, places, 1))
        for k, offset in enumerate(self.offsets):
            first = self.reach + offset
            out += each[:, first : first + places, k]
        return out

    def products(self, batch: Batch, slopes: Array) -> Array:
        """Return the sum over places of slopes (B, T + 1, K) times windows, shape (K, m, p)."""
        B, wide, p = batch.columns.shape
        places, K = slopes.shape[1:]
        m = len(self.offsets)
        spread = np.zeros((B, wide, m, K), np.float32)
        for k, offset in enumerate(self.offsets):
            first = self.reach + offset
            spread[:, first : first + places, k] = slopes
        made = batch.columns.reshape(-1, p).T @ spread.reshape(-1, m * K)
        return np.asarray(made.reshape(p, m, K).transpose(2, 1, 0))

    def at(self, line: Array, places: Any) -> Array:
        """Return some windows of a line, shape (n, m, p), of columns (T + 1, p)."""
        where = np.asarray(places)[:, None] + np.array(self.offsets)
        return np.asarray(line[np.clip(where, 0, len(line) - 1)])


@dataclass(frozen=True, eq=False)
class Metric:
    """The coordinates in which the weights of windows are penalised, all alike.

    Windows are turned to their principal axes, and each axis divided by its variance to a power
    (`linocut.features.Decorrelate` and `Equalise`): directions along which windows hardly differ
    cost more to use, but not as much more as without.

    Attributes
    ----------
    turn : float32 array, shape (m p, k)
        What each coordinate takes of a window.
    centre : float32 array, shape (k,)
        What is then taken off.
    """

    turn: Array
    centre: Array

    @classmethod
    def fit(
        cls, windows: Windows, lines: Sequence[Array], *, variance: float, power: float = 0.25,
        seed: int = 0,
    ) -> Metric:  # fmt: skip
        """Measure windows at random places of some lines."""
        random = np.random.default_rng(seed)
        each = max(1, SAMPLE // len(lines))
        few = random.permutation(len(lines))[:SAMPLE]
        rows = [windows.at(lines[i], random.integers(0, len(lines[i]), each)) for i in few]
        X = np.concatenate(rows).reshape(-1, np.prod(windows.shape))
        return cls.measured(X, variance=variance, power=power)

    @classmethod
    def measured(cls, X: Array, *, variance: float, power: float = 0.25) -> Metric:
        """Measure rows (n, d): windows, or whatever else is scored by weights."""
        decorrelate = Decorrelate(variance).fit(X)
        scale = Equalise(power).fit(decorrelate.transform(X)).scale_
        turn = decorrelate.components_.T / scale
        return cls(turn.astype(np.float32), (decorrelate.mean_ @ turn).astype(np.float32))

    def of(self, windows: Array) -> Array:
        """Return the coordinates of windows (n, m, p), shape (n, k)."""
        return np.asarray(windows.reshape(-1, len(self.turn)) @ self.turn - self.centre)

    def on_windows(self, W: Array, b: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
        """Return weights (K, m, p) and intercepts (K,) for weights (K, k) on the coordinates."""
        return (W @ self.turn.T).reshape(len(W), *shape), b - W @ self.centre

    def slopes(self, products: Array, sums: Array) -> Array:
        """Return the derivatives by W, (K, k), from those by weights and by intercepts."""
        flat = products.reshape(len(products), -1)
        return np.asarray(flat @ self.turn - sums[:, None] * self.centre)


def _all_columns(images: Images, columns: Columns) -> Iterator[Array]:
    for rows in alike(images, AT_ONCE):
        yield from columns.of(np.stack([images[i] for i in rows]))
