"""How a second look is learned: from segments that a model proposes in lines it has not seen.

A model that proposed segments in the lines that it has learned from would be surer of them than of
those of new lines, and the second look would learn to trust it too much. So the lines are halved,
and each half is looked through by a model fitted on the other.

What is minimised is the mean of −log p(text | line), all cuts summed over, with the first model's
scores as they are but for one factor: linear in what is learned, and convex but for the sum over
the cuts of the text (see `linocut.lines.learning.whole_string`), of which the first model leaves
few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from linocut.core.blas import one_blas_thread
from linocut.core.threads import map_in_order
from linocut.lines.alignment.rescored import Segments, second_slopes
from linocut.lines.alignment.scores import Scores
from linocut.lines.glyphs.cutting import GlyphImages
from linocut.lines.glyphs.second_look import LIKELY, SecondLook, described, edges, rescored
from linocut.lines.learning.training import (
    Prepared,
    fit_whole_strings,
    fitted_temperature,
)
from linocut.lines.learning.whole_string import AT_ONCE, by_length, line_scores
from linocut.lines.windows.windows import Metric

Array = NDArray[Any]
Floats = NDArray[np.float64]

SAMPLE = 8000  # segments from which axes are found
CALIBRATING = 600  # lines by which a half's temperature is fitted
VARIANCE = 0.9985  # of segments, that their coordinates keep
MAX_ITER, TOL, MEMORY = 50, 3e-4, 12  # of L-BFGS
HOPELESS = -50.0  # log p of a text whose segments were not proposed: it teaches nothing


@dataclass(frozen=True, eq=False)
class Proposed:
    """Lines of one number of glyphs, with the segments proposed in them.

    Attributes
    ----------
    rows : int array, shape (B,)
        Which lines they are.
    scores : Scores
        The first model's, divided by its temperature.
    segments : Segments
    texts : int array, shape (B, N)
    """

    rows: Array
    scores: Scores
    segments: Segments
    texts: Array


def propose(
    ready: Prepared, texts: Sequence[Array], n_symbols: int, *, C: float, max_iter: int
) -> list[Proposed]:
    """Halve lines, and propose segments in each half by a model fitted on the other."""
    halves = [list(range(k, len(texts), 2)) for k in range(2)]
    found = []
    for rows, others in (halves, halves[::-1]):
        fitted, _ = fit_whole_strings(
            replace(ready, lines=[ready.lines[i] for i in others]), [texts[i] for i in others],
            n_symbols, C=C, max_iter=max_iter,
        )  # fmt: skip
        lines, wanted = [ready.lines[i] for i in rows], [texts[i] for i in rows]
        T, _ = fitted_temperature(fitted, lines[:CALIBRATING], wanted[:CALIBRATING])
        for batch in fitted.windows.batches(lines, AT_ONCE):
            scores = line_scores(fitted.windows, fitted.layout, batch, fitted.weights)
            for which, part in by_length(batch, wanted):
                if part.shape[1] < len(scores.counts):
                    first = scores.take(which).tempered(T)
                    segments = Segments.likely(first, LIKELY, part)
                    numbers = np.array(rows)[batch.rows[which]]
                    found.append(Proposed(numbers, first, segments, part))
    return found


@dataclass(eq=False)
class Lesson:
    """The objective of a second look.

    Attributes
    ----------
    images : GlyphImages
    metric : Metric
        The coordinates of segments on which weights are penalised.
    parts : list of (Proposed, float32 array of shape (n, k))
        With the coordinates of the segments.
    n_symbols : int
    """

    images: GlyphImages
    metric: Metric
    parts: list[tuple[Proposed, Array]]
    n_symbols: int

    @classmethod
    def of(
        cls, proposed: list[Proposed], lines: Sequence[Array], step: int, n_symbols: int,
        seed: int = 0,
    ) -> Lesson:  # fmt: skip
        """Describe the segments of lines, prepared images (h, w_i)."""
        random = np.random.default_rng(seed)
        n = sum(len(each.segments.lines) for each in proposed)
        few = random.permutation(len(proposed))
        few = few[: max(1, round(len(proposed) * min(1.0, 2 * SAMPLE / max(n, 1))))]
        some = [proposed[i] for i in few]
        at = [
            (lines[p.rows[b]], *edges(p.segments, p.scores, step, p.segments.lines == b))
            for p in some for b in range(len(p.rows))
        ]  # fmt: skip
        images = GlyphImages.measured(*map(list, zip(*at, strict=True)))

        def features(each: Proposed) -> Array:
            seen = [lines[i] for i in each.rows]
            return described(images, seen, each.segments, each.scores, step)

        X = np.concatenate([features(each) for each in some])
        X = X[np.sort(random.permutation(len(X))[:SAMPLE])]
        metric = Metric.measured(X, variance=VARIANCE)
        parts = [(each, metric.of(features(each))) for each in proposed]
        return cls(images, metric, parts, n_symbols)

    def fit(self, C: float, start: Floats | None = None) -> Floats:
        """Minimise by L-BFGS; return weights, intercepts and the first model's share in a row."""
        K, k = self.n_symbols, self.metric.turn.shape[1]
        if start is None:
            start = np.zeros(K * k + K + 1)
            start[-1] = 1
        bounds = [(None, None)] * (len(start) - 1) + [(0.01, 100.0)]
        found = minimize(
            lambda vector: self.value(vector, C), start, jac=True, method="L-BFGS-B",
            bounds=bounds, options={"maxiter": MAX_ITER, "maxcor": MEMORY, "ftol": TOL},
        )  # fmt: skip
        return np.asarray(found.x)

    def value(self, vector: Floats, C: float) -> tuple[float, Floats]:
        """Return the mean objective and its gradient."""
        W, b, share = self._unpacked(vector)
        slope = np.zeros_like(vector)
        loss, n = 0.0, sum(len(each.rows) for each, _ in self.parts)

        def part(given: tuple[Proposed, Array]) -> tuple[float, Array, Array, float]:
            each, X = given
            scores = rescored(each.scores, each.segments, X @ W.T.astype(np.float32) + b, share)
            log_p, by_score = second_slopes(scores, each.texts)
            known = log_p > HOPELESS
            by_score *= known[each.segments.lines][:, None]
            own = (scores.in_segments - scores.second) / share
            by_share = float((by_score * own).sum())
            return -float(log_p[known].sum()), by_score.T @ X, by_score.sum(axis=0), by_share

        with one_blas_thread():
            for some, by_W, by_b, by_share in map_in_order(part, self.parts):
                loss += some
                slope -= np.concatenate([by_W.ravel(), by_b, [by_share]])
        slope[: W.size] += W.ravel() / C
        return (loss + float(np.sum(W**2)) / (2 * C)) / n, slope / n

    def second_look(self, vector: Floats, temperature: float) -> SecondLook:
        """Return what was learned, for a first model of a temperature."""
        W, b, share = self._unpacked(vector)
        coef, intercept = self.metric.on_windows(W, b, (len(self.metric.turn),))
        return SecondLook(
            self.images, coef.astype(np.float32), intercept.astype(np.float32), temperature, share
        )

    def _unpacked(self, vector: Floats) -> tuple[Floats, Floats, float]:
        size = self.n_symbols * self.metric.turn.shape[1]
        return vector[:size].reshape(self.n_symbols, -1), vector[size:-1], float(vector[-1])
