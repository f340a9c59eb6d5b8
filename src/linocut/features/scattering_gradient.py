"""How a combination of scattering coefficients changes with each pixel: the way back, by FFT.

All of scattering but the modulus is linear, so the way back is the same products with transposed
matrices, in the reverse order. The modulus |u| of a complex number passes a change on along u.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from linocut.features.wavelets import Engine

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]


def scattering_gradient(
    engine: Engine, images: Floats, G: Floats, *, root: bool, signed: bool = False
) -> tuple[Floats, Floats]:
    """Return the coefficients of a few images, and the gradient of ``(G * coefficients).sum()``.

    Parameters
    ----------
    engine : Engine
        The arithmetic.
    images : float64 array, shape (n, h, w)
        In units of full ink.
    G : float64 array, shape (n, paths, map height, map width)
        By how much each coefficient of each image counts.
    root : bool
        Whether the coefficients are square roots.
    signed : bool
        Whether the first of them, the local mean, is none all the same.

    Returns
    -------
    coefficients : float64 array, shape of G
    gradient : float64 array, shape (n, h, w)
        Where a root of zero has no derivative, none is taken.
    """
    return _Backward(engine, images, root, signed).run(G)


class _Backward:
    """One image or a few, with what the way back needs of the way there."""

    def __init__(self, engine: Engine, images: Floats, root: bool, signed: bool) -> None:
        self.engine, self.root, self.signed = engine, root, signed
        self.n, self.height, self.width = images.shape
        N = engine.bank.N
        self.padded = np.zeros((self.n, N, N))
        self.padded[:, : self.height, : self.width] = images

    def run(self, G: Floats) -> tuple[Floats, Floats]:
        """See `scattering_gradient`."""
        engine, J, L = self.engine, self.engine.J, self.engine.L
        self.made = np.empty_like(G)
        self.weights, self.at = G, 0
        image = self._smoothed(self.padded[:, None], 0)[:, 0]
        spectrum = fft.fft2(self.padded)[:, None]
        firsts: list[tuple[Complex, Floats]] = []
        for j in range(J if engine.order else 0):
            u = self._filtered(spectrum, 0, j)
            firsts.append((u, self._smoothed(np.abs(u), j)))
        back = np.zeros_like(spectrum)
        for j, (u, own) in enumerate(firsts):
            others = self._second(np.abs(u), j, L) if engine.order == 2 and j + 1 < J else 0.0
            back += self._adjoint(u, own + others, 0, j).sum(axis=1, keepdims=True)
        N = engine.bank.N
        image = image + fft.ifft2(back[:, 0]).real * N**2
        return self.made, image[:, : self.height, : self.width]

    def _second(self, U: Floats, j: int, L: int) -> Floats:
        """Go on to all larger wavelets and back; return the change of U, (n, L, m, m)."""
        larger = range(j + 1, self.engine.J)
        inner = fft.fft2(U)[:, :, None]
        waves = [self._filtered(inner, j, other) for other in larger]
        changes = [np.empty(u.shape) for u in waves]
        for k in range(L):  # in the order of the paths
            for u, change, other in zip(waves, changes, larger, strict=True):
                change[:, k] = self._smoothed(np.abs(u[:, k]), other)
        back = np.zeros_like(inner)
        for u, change, other in zip(waves, changes, larger, strict=True):
            back += self._adjoint(u, change, j, other).sum(axis=2, keepdims=True)
        side = inner.shape[-1]
        return np.asarray(fft.ifft2(back[:, :, 0]).real * side**2)

    def _filtered(self, spectrum: Complex, r: int, j: int) -> Complex:
        """Return the wavelets' complex answers on the grid of 2^j, one more axis from the end."""
        n, m = self.engine.bank.N >> r, self.engine.bank.N >> j
        passed = spectrum * self.engine.responses[r, j]
        if m < n:
            times = n // m
            passed = passed.reshape(*passed.shape[:-2], times, m, times, m).mean(axis=(-4, -2))
        return np.asarray(fft.ifft2(passed))

    def _adjoint(self, u: Complex, change: Floats, r: int, j: int) -> Complex:
        """Return what a change of |u| means for the spectrum that u was filtered from."""
        n, m = self.engine.bank.N >> r, self.engine.bank.N >> j
        size = np.abs(u)
        along = change * np.divide(u, size, out=np.zeros_like(u), where=size > 0)
        back = fft.fft2(along) / m**2
        times = n // m
        if times > 1:
            back = np.tile(back, (1,) * (back.ndim - 2) + (times, times)) / times**2
        return np.asarray(back * self.engine.responses[r, j])

    def _smoothed(self, U: Floats, r: int) -> Floats:
        """Note the next coefficients, those of U (n, p, m, m); return what they say of U."""
        A, B = (matrix.astype(np.float64) for matrix in self.engine.smoothing(r))
        of = slice(self.at, self.at + U.shape[1])
        self.at += U.shape[1]
        rows, columns = self.made.shape[2:]
        S = (A @ U @ B.T)[..., :rows, :columns]
        g = self.weights[:, of]
        if self.root and not (self.signed and of.start == 0):
            S = np.sqrt(np.maximum(S, 0))
            g = np.divide(g, 2 * S, out=np.zeros_like(g), where=S > 0)
        self.made[:, of] = S
        whole = np.zeros((*U.shape[:2], len(A), len(B)))
        whole[..., :rows, :columns] = g
        return np.asarray(A.T @ whole @ B)
