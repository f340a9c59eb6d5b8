"""Model (a): glyphs at fixed positions, one softmax regression for each.

The line between its first and last edges is cut into equal parts, one a glyph, and the window in
the middle of each part is classified. All of it is convex. It reads lines of one number of glyphs,
all about equally wide, and shows what knowing the cuts is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax, logsumexp

from linocut.core import LinocutError
from linocut.lines.alignment.scores import middles
from linocut.lines.learning.sliding import even_cuts
from linocut.lines.learning.training import Prepared
from linocut.lines.learning.whole_string import Layout
from linocut.lines.reading import Aligned
from linocut.lines.windows.preparing import Preparation
from linocut.lines.windows.windows import Windows
from linocut.models import SoftmaxRegression

Array = NDArray[Any]
TOL = 1e-2
UNSEEN = 0.5  # images that a symbol never seen at a position counts for there


@dataclass(frozen=True, eq=False)
class FixedPositions:
    """A classifier for each position: a `linocut.lines.learning.line_model.LineModel`.

    Attributes
    ----------
    preparation, windows
        What images go through, and how they are described.
    narrowest : int
        A glyph is so many places wide at least, where the line is long enough.
    coef : float32 array, shape (N, K, m, p)
        Of each symbol at each position, on windows.
    intercept : float32 array, shape (N, K)
    """

    preparation: Preparation
    windows: Windows
    narrowest: int
    coef: Array
    intercept: Array

    @classmethod
    def fit(
        cls, ready: Prepared, texts: Sequence[Array], n_symbols: int, *, C: float
    ) -> FixedPositions:
        """Fit a classifier for each position.

        Raises
        ------
        LinocutError
            If the texts are not of one length.
        """
        check_lengths(texts)
        Y = np.stack(list(texts))
        layout = Layout.of(np.array([Y.shape[1]]), n_symbols, ready.mean_width)
        places = [_middles(line, Y.shape[1], layout.narrowest) for line in ready.lines]
        windows = [ready.windows.at(*each) for each in zip(ready.lines, places, strict=True)]
        X = ready.metric.of(np.concatenate(windows)).reshape(*Y.shape, -1)
        shape = ready.windows.shape
        fits = [_fitted(X[:, n], Y[:, n], n_symbols, C) for n in range(Y.shape[1])]
        on_windows = [ready.metric.on_windows(*each, shape) for each in fits]
        coef, intercept = map(np.stack, zip(*on_windows, strict=True))
        return cls(
            ready.preparation, ready.windows, layout.narrowest,
            coef.astype(np.float32), intercept.astype(np.float32),
        )  # fmt: skip

    @property
    def most(self) -> int:
        """How many glyphs each text has, N."""
        return len(self.coef)

    @property
    def n_parameters(self) -> int:
        """Numbers that were fitted."""
        return self.coef.size + self.intercept.size

    def cuts(self, line: Array) -> tuple[Array, Array]:
        """Return where the glyphs of a line start and end, places."""
        return even_cuts(line, self.most, self.narrowest)

    def lines_of(self, images: Sequence[Array]) -> list[Array]:
        """Return prepared images as lines."""
        return self.windows.of_lines(images)

    def read(self, lines: Sequence[Array], temperature: float = 1.0) -> list[Aligned]:
        """Return the most probable text of each line: the best symbol at each position."""
        return [self.best(line, 1, temperature)[0] for line in lines]

    def best(self, line: Array, k: int, temperature: float = 1.0) -> list[Aligned]:
        """Return the k most probable texts of one line, most probable first."""
        starts, ends = self.cuts(line)
        shares = log_softmax(self.symbol_scores(line, starts, ends, temperature), axis=1)
        # The k best texts begin with one of the k best beginnings.
        texts, values = np.empty((1, 0), np.intp), np.zeros(1)
        for share in shares:
            every = (values[:, None] + share).ravel()
            kept = np.argsort(-every, kind="stable")[:k]
            beginning, symbol = np.divmod(kept, len(share))
            texts, values = np.column_stack([texts[beginning], symbol]), every[kept]
        P = np.exp(values)
        return [Aligned(text, starts, ends, float(p)) for text, p in zip(texts, P, strict=True)]

    def align(self, line: Array, text: Array, temperature: float = 1.0) -> Aligned:
        """Return where the glyphs of a known text lie: at equal distances, as those of any."""
        (value,) = self.log_probabilities([line], [text], temperature)
        return Aligned(text, *self.cuts(line), float(np.exp(value)))

    def lengths(self, line: Array) -> tuple[int, int]:
        """Return how many glyphs a text has."""
        return self.most, self.most

    def symbol_scores(
        self, line: Array, starts: Array, ends: Array, temperature: float = 1.0
    ) -> Array:
        """Return the scores of all symbols, those of each position by its own weights, (N, K)."""
        X = self.windows.at(line, middles(starts, ends)).reshape(self.most, -1, 1)
        W = self.coef.reshape(*self.intercept.shape, -1)
        return np.asarray((np.matmul(W, X)[..., 0] + self.intercept) / temperature)

    def symbol_weights(self, position: int) -> Array:
        """Return what the scores of all symbols weigh the window of a position by."""
        return np.asarray(self.coef[position])

    def log_probabilities(
        self, lines: Sequence[Array], texts: Sequence[Array], temperature: float = 1.0
    ) -> Array:
        """Return the log probability of each line's text, float64, shape (n,)."""
        out = np.empty(len(lines))
        for i, (line, text) in enumerate(zip(lines, texts, strict=True)):
            scores = self.symbol_scores(line, *self.cuts(line), temperature)
            shares = log_softmax(scores.astype(np.float64), axis=1)
            out[i] = shares[np.arange(len(text)), text].sum()
        return out


def check_lengths(texts: Sequence[Array]) -> None:
    """Refuse texts of several lengths."""
    lengths = np.array([len(text) for text in texts])
    if np.ptp(lengths):
        raise LinocutError(
            f"texts of {lengths.min()} to {lengths.max()} glyphs — fixed positions need one length"
        )


def _middles(line: Array, n: int, narrowest: int) -> Array:
    return middles(*even_cuts(line, n, narrowest))


def _fitted(X: Array, y: Array, n_symbols: int, C: float) -> tuple[Array, Array]:
    """Fit one position; return the weights (K, k) and intercepts (K,) of all symbols.

    One that never stands there has an intercept alone, by which its mean probability is that of a
    symbol seen in half an image.
    """
    coef, intercept = np.zeros((n_symbols, X.shape[1])), np.zeros(n_symbols)
    seen = np.unique(y)
    scores = np.zeros((len(X), 1))
    if len(seen) > 1:
        model = SoftmaxRegression(C=C, tol=TOL).fit(X, y)
        coef[seen], intercept[seen] = model.coef_, model.intercept_
        scores = X @ coef[seen].T + intercept[seen]
    unseen = np.setdiff1d(np.arange(n_symbols), seen)
    share = UNSEEN / (len(X) + UNSEEN * n_symbols)
    of_one = logsumexp(-logsumexp(scores, axis=1)) - np.log(len(X))  # mean of 1 / Σ e^score
    intercept[unseen] = np.log(share) - of_one
    return coef, intercept
