"""The most probable texts under probabilities of symbols at each column, as CTC has them."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Labelling = tuple[int, ...]

BEAM = 12  # beginnings of a text that are followed up
NEGLIGIBLE = np.log(1e-6)  # of a symbol at a column, where the best is better


def best_labellings(log_p: NDArray[np.float64], best: int = 5) -> list[Labelling]:
    """Find the most probable texts by prefix beam search.

    A path says at each column which symbol stands there, or none; equal neighbours are one
    symbol, and all paths that come to the same text add up. The search keeps the beginnings of
    texts that are most probable so far, each with the probability that its last column shows its
    last symbol, and that it shows none (Hannun et al., arXiv:1408.2873, algorithm 1, without a
    language model).

    Parameters
    ----------
    log_p : float array, shape (columns, K + 1)
        Log probability of none, at 0, and of each symbol.
    best : int
        Texts wanted.

    Returns
    -------
    list of tuples of int
        Symbols from 1 to K, the most probable text first, so far as the search can tell.

    Examples
    --------
    Two columns of an a with probability 0.4 each: the best path is empty (0.36), but three paths
    come to "a" and add up to 0.64.

    >>> best_labellings(np.log([[0.6, 0.4], [0.6, 0.4]]), best=2)
    [(1,), ()]
    """
    beams: dict[Labelling, tuple[float, float]] = {(): (0.0, -np.inf)}
    for column in log_p:
        likely = np.flatnonzero(column[1:] >= column.max() + NEGLIGIBLE) + 1
        grown: dict[Labelling, list[float]] = defaultdict(lambda: [-np.inf, -np.inf])
        for text, (none, symbol) in beams.items():
            total = np.logaddexp(none, symbol)
            same = grown[text]
            same[0] = np.logaddexp(same[0], total + column[0])
            if text:
                same[1] = np.logaddexp(same[1], symbol + column[text[-1]])
            for k in likely:
                # The same symbol twice needs a column of none between.
                before = none if text and text[-1] == k else total
                longer = grown[(*text, int(k))]
                longer[1] = np.logaddexp(longer[1], before + column[k])
        likeliest = sorted(grown, key=lambda text: -np.logaddexp(grown[text][0], grown[text][1]))
        kept = likeliest[: max(BEAM, best)]
        beams = {text: (grown[text][0], grown[text][1]) for text in kept}
    return list(beams)[:best]
