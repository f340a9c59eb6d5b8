"""Morlet wavelets, and how images are filtered by them: the arithmetic of scattering.

What is large is smooth, so it is computed on a coarser grid: after a wavelet of size 2^j every
2^j-th pixel is kept. On grids this small a Fourier transform is quickest as a product with a
matrix; images are the last axis of every array, so that all products are of large matrices and all
else runs along memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[Any]

AT_ONCE, LARGE_AT_ONCE, LARGE = 128, 64, 48  # images whose arrays stay within the caches, by side
FEW = 8  # images for which calls cost more than arithmetic
# Side of padded images from which that is quicker than products with a matrix, and how many of
# those stay within the caches.
BY_FFT, BY_FFT_AT_ONCE = 96, 2
CENTRE = 3 * np.pi / 4  # frequency of the smallest wavelet, radians a pixel
WIDTH = 0.8  # of the smallest wavelet's envelope, pixels
SLANT = 4.0  # an envelope is 4/L times as wide along the stroke as across it
NOTHING = 1e-4  # of its largest value, below which a filter lets nothing through
REPEATS = 2  # copies of a filter's spectrum on either side that are summed


@dataclass(frozen=True, eq=False)
class _Bank:
    """Filters in the Fourier domain on a grid of N × N pixels, N a multiple of 2^J.

    Attributes
    ----------
    N : int
        Side of the padded image.
    wavelets : float32 array, shape (J, L, N, N)
        Real, since Morlet wavelets are symmetric about their centre.
    smooth : float32 array, shape (N, N)
        The Gaussian.
    """

    N: int
    wavelets: Array
    smooth: Array


@lru_cache(maxsize=4)
def engine_of(J: int, L: int, order: int, side: int) -> Engine:
    """Return the arithmetic for images of up to ``side`` pixels; the last few are kept."""
    return Engine(filter_bank(J, L, side), order)


@dataclass(frozen=True, eq=False)
class _Wavelet:
    """One wavelet on one grid: where its spectrum is not nearly zero, and the way back from there.

    Attributes
    ----------
    rows, columns : int arrays, shape (p, 1) and (q,)
        Frequencies that it lets through.
    response : float32 array, shape (p, q, 1)
        How much of each.
    down, across : float32 arrays, shape (2m, 2p) and (2m, 2q)
        The inverse Fourier transform along either axis, at m pixels.
    """

    rows: Array
    columns: Array
    response: Array
    down: Array
    across: Array

    @classmethod
    def of(cls, spectrum: Array, m: int) -> _Wavelet:
        n = len(spectrum)
        size = np.abs(spectrum)
        rows = np.flatnonzero(size.max(axis=1) > NOTHING * size.max())
        columns = np.flatnonzero(size.max(axis=0) > NOTHING * size.max())
        at = np.arange(m) * (n // m)
        # (m, real or imaginary, real or imaginary, frequency): each pixel's two parts lie together
        # after the first product, each part's pixels after the second.
        parts = [
            _parts(np.exp(2j * np.pi * np.outer(at, some) / n) / n) for some in (rows, columns)
        ]
        down = parts[0].transpose(1, 0, 2, 3).reshape(2 * m, -1)
        across = parts[1].reshape(2 * m, -1)
        response = spectrum[np.ix_(rows, columns)][:, :, None]
        return cls(
            rows[:, None], columns, response.astype(np.float32),
            np.ascontiguousarray(down), np.ascontiguousarray(across),
        )  # fmt: skip

    def modulus(self, spectrum: Array) -> Array:
        """Return |U ∗ ψ| (m, m, B) from the spectrum (2, n, n, B), real and imaginary part."""
        B = spectrum.shape[-1]
        passed = spectrum[:, self.rows, self.columns]
        passed *= self.response
        p, q = passed.shape[1:3]
        m = len(self.down) // 2
        half = (self.down @ passed.reshape(2 * p, q * B)).reshape(m, 2 * q, B)
        both = np.matmul(self.across, half)
        np.square(both, out=both)
        U = both[:, :m]
        U += both[:, m:]
        return np.asarray(np.sqrt(U, out=np.empty((m, m, B), np.float32)))


class Engine:
    """The arithmetic for one shape, with all matrices made beforehand.

    Complex numbers are two real ones, so that all products are of real matrices.
    """

    def __init__(self, bank: _Bank, order: int) -> None:
        self.bank, self.order = bank, order
        self.J, self.L = bank.wavelets.shape[:2]
        N = bank.N
        grids = [(r, j) for r in range(self.J) for j in range(r, self.J)]
        # For maps that lie on the grid of every 2^r-th pixel, of wavelets of size 2^j.
        self.wavelets = {
            (r, j): [_Wavelet.of(_middle(each, N >> r), N >> j) for each in bank.wavelets[j]]
            for r, j in grids
        }
        self.responses = {
            (r, j): np.stack([_middle(each, N >> r) for each in bank.wavelets[j]]) for r, j in grids
        }
        self.fourier = {
            N >> r: np.ascontiguousarray(_fourier(N >> r)) for r in range(max(1, self.J - 1))
        }
        self.low = {r: _smoothing(bank.smooth, N >> r, N >> self.J) for r in range(self.J)}

    def smoothing(self, r: int) -> tuple[Array, Array]:
        """Return what smooths maps on the grid of 2^r along their columns and along their rows."""
        return self.low[r], self.low[r]

    def spectra(self, r: int, j: int) -> Array:
        """Return the spectra of all wavelets of size 2^j, for maps on the grid of 2^r: (L, n, n).

        Zero where they let hardly anything through.
        """
        n = self.bank.N >> r
        out = np.zeros((self.L, n, n), np.float32)
        for spectrum, wavelet in zip(out, self.wavelets[r, j], strict=True):
            spectrum[wavelet.rows, wavelet.columns] = wavelet.response[..., 0]
        return out

    @property
    def at_once(self) -> int:
        """How many images to hand over at once."""
        if self.bank.N >= BY_FFT:
            return BY_FFT_AT_ONCE
        return LARGE_AT_ONCE if self.bank.N >= LARGE else AT_ONCE

    def maps(self, images: Array) -> Array:
        """Return the maps of B images (B, h, w), shape (paths, m, m, B), the quicker way."""
        few = len(images) <= FEW or self.bank.N >= BY_FFT
        return self.of_few(images) if few else self.of_many(images)

    def of_few(self, images: Array) -> Array:
        """Return what `of_many` does, in few calls: all wavelets of a size at once, by FFT."""
        N, J, B = self.bank.N, self.J, len(images)
        padded = np.zeros((B, N, N), np.float32)
        padded[:, : images.shape[1], : images.shape[2]] = images
        maps, second = [self.smoothed_few(padded, 0)], []
        spectrum = fft.fft2(padded)
        for j in range(J if self.order else 0):
            U = self.modulus_few(spectrum[:, None], 0, j)
            maps += list(self.smoothed_few(U, j).swapaxes(0, 1))
            if self.order == 2 and j + 1 < J:
                inner = fft.fft2(U)[:, :, None]
                larger = [
                    self.smoothed_few(self.modulus_few(inner, j, other), other)
                    for other in range(j + 1, J)
                ]
                each = np.stack(larger, axis=2)  # (B, L, sizes, L, m, m)
                second += list(each.reshape(B, -1, *each.shape[-2:]).swapaxes(0, 1))
        return np.stack(maps + second).transpose(0, 2, 3, 1)

    def modulus_few(self, spectrum: Array, r: int, j: int) -> Array:
        """Return |U ∗ ψ| for all ψ of size 2^j, on the grid of 2^j, from spectra of that of 2^r."""
        n, m = self.bank.N >> r, self.bank.N >> j
        passed = spectrum * self.responses[r, j]
        if m < n:  # reading every few pixels only folds the spectrum
            times = n // m
            passed = passed.reshape(*passed.shape[:-2], times, m, times, m).sum(axis=(-4, -2))
            passed /= times * times
        return np.asarray(np.abs(fft.ifft2(passed)))

    def smoothed_few(self, U: Array, r: int) -> Array:
        """Return U ∗ φ at every 2^J-th pixel, for maps (…, n, n) on the grid of 2^r."""
        A = self.low[r]
        return np.asarray(A @ U @ A.T)

    def of_many(self, images: Array) -> Array:
        """Return the maps of B images (B, h, w), shape (paths, m, m, B)."""
        N, B = self.bank.N, len(images)
        padded = np.zeros((N, N, B), np.float32)
        padded[: images.shape[1], : images.shape[2]] = images.transpose(1, 2, 0)
        maps, second = [self.smoothed(padded, 0)], []
        if self.order == 0:
            return np.stack(maps)
        spectrum = self.spectrum(padded)
        for j in range(self.J):
            for wavelet in self.wavelets[0, j]:
                U = wavelet.modulus(spectrum)
                maps.append(self.smoothed(U, j))
                if self.order == 2 and j + 1 < self.J:
                    inner = self.spectrum(U)
                    second += [
                        self.smoothed(each.modulus(inner), larger)
                        for larger in range(j + 1, self.J)
                        for each in self.wavelets[j, larger]
                    ]
        return np.stack(maps + second)

    def spectrum(self, U: Array) -> Array:
        """Return the Fourier transform of real maps (n, n, B), its two parts: (2, n, n, B)."""
        n, _, B = U.shape
        F = self.fourier[n]
        first = (F @ U.reshape(n, n * B)).reshape(2, n, n, B)
        every = np.matmul(F, first).reshape(2, n, 2, n, B)
        out = np.empty((2, n, n, B), np.float32)
        np.subtract(every[0, :, 0], every[1, :, 1], out=out[0])
        np.add(every[0, :, 1], every[1, :, 0], out=out[1])
        return out

    def smoothed(self, U: Array, r: int) -> Array:
        """Return U ∗ φ at every 2^J-th pixel, for maps on the grid of 2^r."""
        n, _, B = U.shape
        A = self.low[r]
        m = len(A)
        return np.asarray(np.matmul(A, (A @ U.reshape(n, n * B)).reshape(m, n, B)))


def filter_bank(J: int, L: int, side: int) -> _Bank:
    """Make the filters for images of up to ``side`` pixels."""
    step = 2**J
    # Room for the largest wavelet, so that the edges of an image do not meet around the back.
    N = -(-(side + step // 2) // step) * step
    wavelets = np.empty((J, L, N, N), np.float32)
    for j in range(J):
        for k in range(L):
            wavelets[j, k] = _morlet(N, WIDTH * 2**j, CENTRE / 2**j, np.pi * k / L, SLANT / L)
    return _Bank(N, wavelets, _gaussian(N, WIDTH * 2 ** (J - 1)).astype(np.float32))


def _frequencies(N: int) -> tuple[Array, Array]:
    """Return frequencies of both axes, with copies of the spectrum on either side, radians."""
    whole = 2 * np.pi * np.fft.fftfreq(N)
    copies = 2 * np.pi * np.arange(-REPEATS, REPEATS + 1)
    w = whole[:, None] + copies
    return w[:, :, None, None], w[None, None]


def _gaussian(N: int, sigma: float) -> Array:
    """Return the spectrum of a Gaussian of sum 1 on a periodic grid."""
    wy, wx = _frequencies(N)
    return np.asarray(np.exp(-0.5 * sigma**2 * (wy**2 + wx**2)).sum(axis=(1, 3)))


def _morlet(N: int, sigma: float, centre: float, angle: float, slant: float) -> Array:
    """Return the spectrum of a Morlet wavelet: a wave in an envelope, less what gives it a mean."""
    wy, wx = _frequencies(N)
    along = np.cos(angle) * wx + np.sin(angle) * wy
    across = -np.sin(angle) * wx + np.cos(angle) * wy

    def envelope(shift: float) -> Array:
        bell = np.exp(-0.5 * sigma**2 * ((along - shift) ** 2 + (across / slant) ** 2))
        return np.asarray(bell.sum(axis=(1, 3)))

    wave, bell = envelope(centre), envelope(0.0)
    return np.asarray(wave - wave[0, 0] / bell[0, 0] * bell)


def _parts(M: Array) -> Array:
    """Return a complex matrix (m, n) as real ones, shape (2, m, 2, n): out part, in part."""
    return np.stack(
        [np.stack([M.real, -M.imag], axis=1), np.stack([M.imag, M.real], axis=1)]
    ).astype(np.float32)


def _fourier(n: int) -> Array:
    """Return the Fourier transform of n real numbers, real parts then imaginary ones: (2n, n)."""
    at = np.arange(n)
    F = np.exp(-2j * np.pi * np.outer(at, at) / n)
    return np.concatenate([F.real, F.imag]).astype(np.float32)


def _middle(spectrum: Array, n: int) -> Array:
    """Return the middle n frequencies of a filter (N, N), for maps of n pixels a side.

    Such a map holds nothing else: what was outside is folded into these, for the wavelet before it
    had left hardly anything there.
    """
    keep = np.fft.fftfreq(n, 1 / n).astype(int) % len(spectrum)
    return np.asarray(spectrum[np.ix_(keep, keep)])


def _smoothing(smooth: Array, n: int, m: int) -> Array:
    """Return the matrix (m, n) that smooths along one axis and keeps every n/m-th pixel.

    A Gaussian is a product of one along either axis.
    """
    keep = np.fft.fftfreq(n, 1 / n).astype(int) % len(smooth)
    at = np.arange(n)
    waves = np.exp(2j * np.pi * np.outer(at[:: n // m], at) / n) * smooth[keep, 0].astype(complex)
    return np.asarray((waves @ np.exp(-2j * np.pi * np.outer(at, at) / n)).real / n, np.float32)
