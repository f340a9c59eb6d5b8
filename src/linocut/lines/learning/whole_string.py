"""Model (c): the probability of a whole text, with all cuts summed over.

The score of a reading is linear in the weights: glyphs, cuts and gaps are scored by windows, widths
by a table. What is minimised is the mean of −log p(text | image) with

    p(text | image) = Σ over cuts of the text e^score / Σ over all texts and cuts e^score

and an L2 penalty on the weights. Were the cuts known, it would be convex, as softmax regression is.
The sum over unknown cuts in the numerator makes it a difference of two convex functions, with more
than one local minimum. In practice the start decides little: where all windows look alike, cuts at
even distances are the most probable ones, and from there on each text pulls its glyphs into place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from linocut.core.blas import one_blas_thread
from linocut.core.threads import map_in_order
from linocut.lines.alignment.scores import NEVER, Scores
from linocut.lines.alignment.slopes import log_probabilities, slopes
from linocut.lines.windows.windows import Batch, Metric, Windows

Array = NDArray[Any]
Floats = NDArray[np.float64]

SMOOTH, SMALL = 3.0, 0.05  # penalties of the widths' second differences, and of their size
AT_ONCE = 52  # lines whose arrays stay within the caches
MEMORY = 12  # of L-BFGS


@dataclass(frozen=True)
class Layout:
    """What all readings of a model have in common.

    Attributes
    ----------
    n_symbols : int
        K.
    narrowest, n_widths : int
        A glyph is ``narrowest`` places wide at least, and has one of so many widths.
    mean_width : float
        Of a glyph, places: a gap as wide as a glyph has one score of a window.
    counts : tuple of N + 1 float
        The logarithm of how often a line has so many glyphs.
    """

    n_symbols: int
    narrowest: int
    n_widths: int
    mean_width: float
    counts: tuple[float, ...]

    @classmethod
    def of(cls, lengths: Array, n_symbols: int, mean_width: float) -> Layout:
        """Derive it from the lengths of the training texts and a glyph's mean width in places."""
        narrowest = max(1, round(0.35 * mean_width))
        widest = max(narrowest + 2, round(2.2 * mean_width))
        seen = np.bincount(lengths)
        low = int(lengths.min())
        shares = np.zeros(len(seen))
        # Lengths between the shortest and the longest may come, seen or not.
        shares[low:] = (seen[low:] + 0.5) / (seen[low:] + 0.5).sum()
        counts = np.where(shares > 0, np.log(np.maximum(shares, 1e-30)), NEVER)
        return cls(
            n_symbols, narrowest, widest - narrowest + 1, float(mean_width),
            tuple(map(float, counts)),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Weights:
    """What is learned, on the coordinates of windows (k) or on windows (m, p).

    Attributes
    ----------
    coef : float array, shape (K + 2, k) or (K + 2, m, p)
        Of each symbol, of a cut, and of a gap.
    intercept : float array, shape (K + 2,)
    widths : float array, shape (K, D)
        Scores of each symbol's width.
    """

    coef: Array
    intercept: Array
    widths: Array

    @classmethod
    def flat(cls, layout: Layout, k: int) -> Weights:
        """Return weights to which all windows look alike, and glyphs are best of mean width."""
        width = layout.narrowest + np.arange(layout.n_widths)
        score = -0.5 * ((width - layout.mean_width) / (0.3 * layout.mean_width)) ** 2
        K = layout.n_symbols
        return cls(np.zeros((K + 2, k)), np.zeros(K + 2), np.tile(score, (K, 1)))

    @property
    def vector(self) -> Floats:
        """All of them in one row."""
        return np.concatenate(
            [np.ravel(self.coef), self.intercept, np.ravel(self.widths)], dtype=np.float64
        )

    def filled(self, vector: Floats) -> Weights:
        """Return weights of the same shapes with these values."""
        first, second = self.coef.size, self.coef.size + self.intercept.size
        return Weights(
            vector[:first].reshape(self.coef.shape),
            vector[first:second],
            vector[second:].reshape(self.widths.shape),
        )


def line_scores(windows: Windows, layout: Layout, batch: Batch, weights: Weights) -> Scores:
    """Return the scores of all parts of readings of some lines, for weights on windows."""
    K = layout.n_symbols
    each = windows.scores(batch, weights.coef, weights.intercept)
    return Scores(
        each[:, :, :K],
        each[:, :, K],
        each[:, :-1, K + 1] / np.float32(layout.mean_width),
        np.asarray(weights.widths, np.float32),
        layout.narrowest,
        batch.ends,
        np.asarray(layout.counts, np.float32),
    )


@dataclass(eq=False)
class WholeString:
    """The objective of model (c), and its fit.

    Attributes
    ----------
    windows, metric, layout
        What windows are, in which coordinates their weights are penalised, what readings share.
    batches : list of (Batch, list of (int array, int array))
        The lines, and for each number of glyphs which of them have so many, and their texts.
    C : float
        Inverse of the penalty: ‖W‖²/(2 C) is added to Σ −log p.
    """

    windows: Windows
    metric: Metric
    layout: Layout
    batches: list[tuple[Batch, list[tuple[Array, Array]]]]
    C: float = 0.1
    n_evaluations: int = field(default=0, init=False)

    @classmethod
    def of(
        cls, windows: Windows, metric: Metric, layout: Layout, lines: Sequence[Array],
        texts: Sequence[Array], C: float,
    ) -> WholeString:  # fmt: skip
        """Set it up for lines (T_i + 1, p) and their texts, symbols (N_i,)."""
        batches = [(b, by_length(b, texts)) for b in windows.batches(lines, AT_ONCE)]
        return cls(windows, metric, layout, batches, C)

    @property
    def n_lines(self) -> int:
        """How many lines there are."""
        return sum(len(batch.rows) for batch, _ in self.batches)

    def value(self, weights: Weights) -> tuple[float, Weights]:
        """Return the mean objective and its gradient, for weights on coordinates."""
        self.n_evaluations += 1
        learned = on_windows(self.windows, self.metric, weights)

        def part(given: tuple[Batch, list[tuple[Array, Array]]]) -> tuple[float, Weights]:
            return self._part(*given, learned)

        log_p = 0.0
        gradient = Weights(
            np.zeros(learned.coef.shape),
            np.zeros(len(learned.coef)),
            np.zeros(weights.widths.shape),
        )
        with one_blas_thread():
            for some, slope in map_in_order(part, self.batches):
                log_p += some
                gradient = Weights(
                    gradient.coef + slope.coef,
                    gradient.intercept + slope.intercept,
                    gradient.widths + slope.widths,
                )
        W, d, n = weights.coef, weights.widths, self.n_lines
        bend, bent = _bending(d)
        value = -log_p + np.sum(W**2) / (2 * self.C) + SMOOTH / 2 * bend + SMALL / 2 * np.sum(d**2)
        return float(value) / n, Weights(
            (W / self.C - self.metric.slopes(gradient.coef, gradient.intercept)) / n,
            -gradient.intercept / n,
            (SMOOTH * bent + SMALL * d - gradient.widths) / n,
        )

    def _part(
        self, batch: Batch, by_count: list[tuple[Array, Array]], weights: Weights
    ) -> tuple[float, Weights]:
        scores = line_scores(self.windows, self.layout, batch, weights)
        K = self.layout.n_symbols
        each = np.zeros((*scores.cuts.shape, K + 2), np.float32)
        widths = np.zeros(weights.widths.shape)
        log_p = 0.0
        for rows, texts in by_count:
            found = slopes(scores.take(rows), texts)
            log_p += float(found.log_probability.sum())
            each[rows, :, :K] = found.glyphs
            each[rows, :, K] = found.cuts
            each[rows, :-1, K + 1] = found.gaps / np.float32(self.layout.mean_width)
            widths += found.widths
        return log_p, Weights(
            self.windows.products(batch, each), each.sum(axis=(0, 1), dtype=np.float64), widths
        )

    def fit(
        self,
        start: Weights,
        *,
        max_iter: int = 60,
        tol: float = 1e-3,
        callback: Callable[[int, float], object] | None = None,
    ) -> Weights:
        """Minimise by L-BFGS from a start, until an iteration gains less than ``tol`` of the value.

        Parameters
        ----------
        start : Weights
            On coordinates.
        max_iter : int
            Iterations at most.
        tol : float
            Relative gain of an iteration below which it ends.
        callback : callable, optional
            Called with the iteration and the objective.
        """
        done = [0, np.inf]

        def look(vector: Floats) -> tuple[float, Floats]:
            value, gradient = self.value(start.filled(vector))
            return value, gradient.vector

        def tell(intermediate_result: Any) -> None:
            done[0] += 1
            if callback is not None:
                callback(int(done[0]), float(intermediate_result.fun))

        found = minimize(
            look, start.vector, jac=True, method="L-BFGS-B", callback=tell,
            options={"maxiter": max_iter, "maxcor": MEMORY, "ftol": tol, "gtol": 1e-6},
        )  # fmt: skip
        return start.filled(found.x)


def on_windows(windows: Windows, metric: Metric, weights: Weights) -> Weights:
    """Return weights on coordinates as the same ones on windows, float32."""
    coef, intercept = metric.on_windows(weights.coef, weights.intercept, windows.shape)
    return Weights(
        np.ascontiguousarray(coef, np.float32),
        np.asarray(intercept, np.float32),
        np.ascontiguousarray(weights.widths, np.float32),
    )


def by_length(batch: Batch, texts: Sequence[Array]) -> list[tuple[Array, Array]]:
    """Return, for each number of glyphs, which lines of a batch have it, and their texts."""
    lengths = np.array([len(texts[i]) for i in batch.rows])
    return [
        (
            np.flatnonzero(lengths == n),
            np.stack([texts[i] for i in batch.rows[lengths == n]]).astype(np.intp),
        )
        for n in np.unique(lengths)
    ]


def log_probabilities_of(
    windows: Windows, layout: Layout, lines: Sequence[Array], texts: Sequence[Array],
    weights: Weights, temperature: float = 1.0,
) -> Floats:  # fmt: skip
    """Return the log probability of each line's text, float64, shape (n,), weights on windows."""
    out = np.empty(len(lines))
    for batch in windows.batches(lines, AT_ONCE):
        scores = line_scores(windows, layout, batch, weights).tempered(temperature)
        for rows, some in by_length(batch, texts):
            out[batch.rows[rows]] = log_probabilities(scores.take(rows), some)
    return out


def _bending(d: Array) -> tuple[float, Array]:
    """Return Σ of squared second differences along the rows of d, and half its gradient."""
    second = d[:, 2:] - 2 * d[:, 1:-1] + d[:, :-2]
    slope = np.zeros_like(d)
    slope[:, 2:] += second
    slope[:, 1:-1] -= 2 * second
    slope[:, :-2] += second
    return float(np.sum(second**2)), slope
