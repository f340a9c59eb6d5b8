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

from linocut.core import LinocutError
from linocut.lines.learning.sliding import even_cuts
from linocut.lines.learning.training import Prepared
from linocut.lines.learning.whole_string import Layout
from linocut.models import SoftmaxRegression

Array = NDArray[Any]
TOL = 1e-2


@dataclass(frozen=True, eq=False)
class FixedPositions:
    """A classifier for each position.

    Attributes
    ----------
    layout : Layout
    models : tuple of SoftmaxRegression
        From left to right, on the coordinates of the metric.
    """

    layout: Layout
    models: tuple[SoftmaxRegression, ...]

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
        lengths = np.array([len(text) for text in texts])
        if np.ptp(lengths):
            raise LinocutError(
                f"texts of {lengths.min()} to {lengths.max()} glyphs — fixed positions need one "
                "length"
            )
        layout = Layout.of(lengths, n_symbols, ready.mean_width)
        X, Y = _windows(ready, ready.lines, layout), np.stack(list(texts))
        models = tuple(
            SoftmaxRegression(C=C, tol=TOL).fit(X[:, n], Y[:, n]) for n in range(Y.shape[1])
        )
        return cls(layout, models)

    def read(self, ready: Prepared, lines: Sequence[Array]) -> tuple[Array, Array]:
        """Return the texts of lines, (n, N), and their probabilities, (n,).

        Parameters
        ----------
        ready : Prepared
            What it was fitted on: its windows and metric are used.
        lines : sequence of float32 arrays, shape (T_i + 1, p)
        """
        X = _windows(ready, lines, self.layout)
        shares = [model.predict_proba(X[:, n]) for n, model in enumerate(self.models)]
        texts = [m.classes_[p.argmax(axis=1)] for m, p in zip(self.models, shares, strict=True)]
        return np.stack(texts, axis=1), np.prod([p.max(axis=1) for p in shares], axis=0)


def _windows(ready: Prepared, lines: Sequence[Array], layout: Layout) -> Array:
    """Return the windows in the middle of equal parts, on coordinates, (n, N, k)."""
    N = len(layout.counts) - 1
    places = [np.add(*even_cuts(line, N, layout)) // 2 for line in lines]
    each = zip(lines, places, strict=True)
    X = ready.metric.of(np.concatenate([ready.windows.at(line, at) for line, at in each]))
    return X.reshape(len(lines), N, -1)
