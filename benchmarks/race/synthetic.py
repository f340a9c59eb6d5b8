"""Data made in memory: the same for the same seed, in seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Singles = NDArray[np.float32]
Labels = NDArray[np.int64]


def correlated(n: int, d: int, K: int, seed: int) -> tuple[Singles, Labels]:
    """Make rows with correlated columns and labels drawn from a softmax of them: no clean cut."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(1, 0.03, d)
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    X = rng.standard_normal((n, d), dtype=np.float32)
    X = X @ (spread[:, None] * turn * np.sqrt(d / np.sum(spread**2))).astype(np.float32)
    W = rng.standard_normal((d, K), dtype=np.float32) * np.float32(2 / np.sqrt(d))
    return X, (X @ W + rng.gumbel(size=(n, K)).astype(np.float32)).argmax(axis=1)


def clusters(n: int, d: int, K: int, apart: float, seed: int) -> tuple[Singles, Labels]:
    """Make embeddings: rows of length 1 around K centres, few directions dominant.

    ``apart`` is the spread of the centres in units of that of the rows around them.
    """
    rng = np.random.default_rng(seed)
    spread = (np.arange(1, d + 1, dtype=np.float32) ** -0.4).astype(np.float32)
    spread /= np.sqrt(np.mean(spread**2))
    y = rng.integers(K, size=n)
    y[:K] = np.arange(K)
    X = rng.standard_normal((n, d), dtype=np.float32)
    X *= spread
    centres = rng.standard_normal((K, d), dtype=np.float32) * spread * np.float32(apart)
    X += centres[y]
    X += rng.standard_normal(d, dtype=np.float32) * np.float32(0.5)  # embeddings have a mean
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return X, y


def texts(n: int, d: int, K: int, seed: int, length: int = 80) -> tuple[sparse.csr_matrix, Labels]:
    """Make tf-idf rows of length 1: words by Zipf's law, a quarter of them from the topic's own."""
    rng = np.random.default_rng(seed)
    zipf = 1 / np.arange(1, d + 1)
    y = rng.integers(K, size=n)
    y[:K] = np.arange(K)
    lengths = np.maximum(rng.lognormal(np.log(length), 0.5, size=n).astype(np.int64), 5)
    row = np.repeat(np.arange(n), lengths)
    word = _draw(zipf, row.size, rng)
    about = rng.random(row.size) < 0.25
    for topic in range(K):
        chosen = np.flatnonzero(about & (y[row] == topic))
        word[chosen] = rng.permutation(d)[_draw(zipf**0.7, chosen.size, rng)]
    counts = sparse.csr_matrix((np.ones(row.size, dtype=np.float32), (row, word)), shape=(n, d))
    frequency = np.bincount(counts.indices, minlength=d)
    counts.data = np.log1p(counts.data) * np.log((1 + n) / (1 + frequency[counts.indices]))
    norms = np.sqrt(counts.multiply(counts).sum(axis=1)).A1
    counts.data = (counts.data / np.repeat(norms, np.diff(counts.indptr))).astype(np.float32)
    return counts, y


def _draw(proportions: NDArray[np.float64], size: int, rng: np.random.Generator) -> Labels:
    edges = np.cumsum(proportions)
    return np.searchsorted(edges, rng.random(size) * edges[-1])
