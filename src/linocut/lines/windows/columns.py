"""The features of every column of a long image, computed once for all windows that hold it.

Wavelet scattering (`linocut.features.Scattering`) smooths what a wavelet finds and keeps every
2^J-th value. A window that is moved by two pixels would have to be computed anew. So along a line
of glyphs every second or third value is kept instead: a window is then a few of these columns,
2^J pixels apart, and as good as computed already.

A long image is cut into square tiles that overlap by what the largest wavelet reaches, so that the
arithmetic is that of small images.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blas import one_blas_thread
from linocut.core.threads import map_in_order
from linocut.features.scattering_gradient import scattering_gradient
from linocut.features.wavelets import FEW, Engine, filter_bank

Array = NDArray[Any]

TILE = 60  # pixels: the least side of a tile, which is then padded to 64
REACH = 1.5  # of 2^J pixels: how far the largest filters see
AT_ONCE = 64  # tiles whose arrays stay within the caches


class DenseEngine(Engine):
    """A scattering that keeps every ``step``-th column of a tile's middle, and every 2^J-th row.

    Attributes
    ----------
    rows : int
        Rows of a map.
    first, last : int
        The columns of a tile that are kept lie from ``first`` to before ``last``, pixels.
    """

    def __init__(self, J: int, L: int, height: int, step: int, order: int = 2) -> None:
        margin = -(-int(REACH * 2**J) // step) * step
        super().__init__(filter_bank(J, L, max(height, TILE, 4 * margin)), order)
        N = self.bank.N
        self.rows = -(-height // 2**J)
        self.first = margin
        self.last = margin + (N - 2 * margin) // step * step
        at = np.arange(self.first, self.last, step)
        self.across = {r: _smoothing_at(self.bank.smooth, N >> r, at) for r in range(J)}
        self.low = {r: A[: self.rows] for r, A in self.low.items()}

    def smoothing(self, r: int) -> tuple[Array, Array]:
        """Return what smooths maps on the grid of 2^r along their columns and along their rows."""
        return self.low[r], self.across[r]

    def smoothed(self, U: Array, r: int) -> Array:
        """Return U ∗ φ at the rows and columns that are kept, for maps on the grid of 2^r."""
        n, _, B = U.shape
        A = self.low[r]
        return np.asarray(
            np.matmul(self.across[r], (A @ U.reshape(n, n * B)).reshape(len(A), n, B))
        )

    def smoothed_few(self, U: Array, r: int) -> Array:
        """Return the same for maps (…, n, n)."""
        return np.asarray(self.low[r] @ U @ self.across[r].T)


@lru_cache(maxsize=4)
def _dense(J: int, L: int, height: int, step: int) -> DenseEngine:
    return DenseEngine(J, L, height, step)


@dataclass(frozen=True)
class Columns:
    """How the columns of an image are described.

    Attributes
    ----------
    J, L : int
        Sizes and directions of the wavelets; see `linocut.features.Scattering`.
    step : int
        Every how many pixels there is a column; it divides 2^J.
    """

    J: int = 3
    L: int = 8
    step: int = 2

    def count(self, width: int) -> int:
        """Return how many columns an image of so many pixels has, with one at either end."""
        return -(-width // self.step) + 1

    def width(self, height: int) -> int:
        """Return how many features a column has."""
        paths = 1 + self.J * self.L + self.L**2 * self.J * (self.J - 1) // 2
        return int(paths * -(-height // 2**self.J))

    def engine(self, height: int) -> DenseEngine:
        """Return the arithmetic for the tiles of images of a height."""
        return _dense(self.J, self.L, height, self.step)

    def of(self, images: Array) -> Array:
        """Return the square roots of the scattering coefficients of each column.

        Parameters
        ----------
        images : uint8 or float array, shape (n, h, w)
            Images of one shape; beyond their edges they go on as they end.

        Returns
        -------
        float32 array, shape (n, columns, features)
        """
        n, height, width = images.shape
        engine = self.engine(height)
        N, kept = engine.bank.N, engine.last - engine.first
        tiles = -(-self.count(width) * self.step // kept)
        padding = ((0, 0), (0, N - height), (engine.first, tiles * kept + N - width))
        per_tile = kept // self.step
        count = self.count(width)
        out = np.empty((n, tiles * per_tile, self.width(height)), np.float32)
        if n * tiles <= 2 * FEW:  # one image or so: its tiles are shared out among threads
            parts = [(slice(0, n), range(t, t + 1)) for t in range(tiles)]
        else:
            at_once = max(1, AT_ONCE // tiles)
            parts = [(slice(k, k + at_once), range(tiles)) for k in range(0, n, at_once)]

        def describe(part: tuple[slice, range]) -> None:
            rows, of_tiles = part
            some = images[rows].astype(np.float32) / np.float32(255)
            wide = np.pad(some, padding, mode="edge")
            cut = np.stack([wide[:, :N, t * kept : t * kept + N] for t in of_tiles], axis=1)
            cut = cut.reshape(-1, N, N)
            maps = engine.of_few(cut) if len(cut) <= FEW else engine.of_many(cut)
            maps = np.sqrt(np.maximum(maps, 0))  # (paths, rows, columns, tiles)
            flat = maps.reshape(-1, per_tile, len(some), len(of_tiles)).transpose(2, 3, 1, 0)
            places = slice(of_tiles[0] * per_tile, (of_tiles[-1] + 1) * per_tile)
            out[rows, places] = flat.reshape(len(some), -1, out.shape[2])

        with one_blas_thread():
            for _ in map_in_order(describe, parts):
                pass
        return out[:, :count]

    def gradient(self, image: Array, G: Array) -> tuple[Array, Array]:
        """Return the features of one image's columns, and the gradient of their sum weighted by G.

        Parameters
        ----------
        image : uint8 or float array, shape (h, w)
        G : float array, shape (columns, features)
            By how much each feature of each column counts; most columns may be zero.

        Returns
        -------
        features : float64 array, shape of G
            Of columns in tiles where something counts; zero elsewhere.
        gradient : float64 array, shape (h, w)
            Change of ``(G * features).sum()`` by each pixel, in the unit of the image.
        """
        height, width = image.shape
        engine = self.engine(height)
        N, kept = engine.bank.N, engine.last - engine.first
        tiles, per_tile = -(-self.count(width) * self.step // kept), kept // self.step
        padding = ((0, N - height), (engine.first, tiles * kept + N - width))
        wide = np.pad(image.astype(np.float64) / 255, padding, mode="edge")
        weights = np.zeros((tiles * per_tile, G.shape[1]))
        weights[: len(G)] = G
        maps = weights.reshape(tiles, per_tile, -1, engine.rows).transpose(0, 2, 3, 1)
        made, change = np.zeros_like(maps), np.zeros_like(wide)
        counts = np.flatnonzero(maps.any(axis=(1, 2, 3)))
        if len(counts):
            cut = np.stack([wide[:N, t * kept : t * kept + N] for t in counts])
            made[counts], back = scattering_gradient(engine, cut, maps[counts], root=True)
            for t, some in zip(counts, back, strict=True):
                change[:N, t * kept : t * kept + N] += some
        features = made.transpose(0, 3, 1, 2).reshape(weights.shape)
        return features[: len(G)], _unpadded(change, padding) / 255


def _unpadded(change: Array, padding: tuple[tuple[int, int], tuple[int, int]]) -> Array:
    """Return changes of an image from those of the image that repeats its edges."""
    for axis, (before, after) in enumerate(padding):
        change = np.moveaxis(change, axis, 0)
        middle = change[before : len(change) - after].copy()
        middle[0] += change[:before].sum(axis=0)
        middle[-1] += change[len(change) - after :].sum(axis=0)
        change = np.moveaxis(middle, 0, axis)
    return change


def _smoothing_at(smooth: Array, n: int, at: Array) -> Array:
    """Return the matrix (m, n) that smooths along one axis, read at pixels of the finest grid."""
    N = len(smooth)
    frequency = np.fft.fftfreq(n, 1 / n)
    keep = frequency.astype(int) % N
    waves = np.exp(2j * np.pi * np.outer(at / N, frequency)) * smooth[keep, 0].astype(complex)
    back = np.exp(-2j * np.pi * np.outer(frequency, np.arange(n)) / n)
    return np.asarray((waves @ back).real / n, np.float32)
