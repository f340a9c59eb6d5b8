"""Wavelet scattering: strokes by direction and size, wherever they are within a few pixels.

Bruna and Mallat, "Invariant scattering convolution networks" (2013). With Morlet wavelets ψ of L
directions and J sizes 2^j and a Gaussian φ of size 2^J,

    S₀ = x ∗ φ,    S₁ = |x ∗ ψ₁| ∗ φ,    S₂ = ||x ∗ ψ₁| ∗ ψ₂| ∗ φ   for ψ₂ larger than ψ₁,

each read at every 2^J-th pixel. Nothing is learned.

What is large is smooth, so it is computed on a coarser grid: after a wavelet of size 2^j every
2^j-th pixel is kept. On grids this small a Fourier transform is quickest as a product with a
matrix; images are the last axis of every array, so that all products are of large matrices and all
else runs along memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from linocut.core import LinocutError
from linocut.core.blas import one_blas_thread
from linocut.core.colour import OPPONENTS, is_colour, opponents
from linocut.core.steps import StepKind
from linocut.core.threads import map_in_order
from linocut.features.images import ImageTransformer

Array = NDArray[Any]

AT_ONCE = 128  # images whose arrays stay within the caches
FEW = 8  # images for which calls cost more than arithmetic
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


class Scattering(ImageTransformer):
    """Describe an image by its scattering coefficients of orders 0 to 2.

    Of an image in colour, those of its luminance, then those of red − green and of blue − yellow
    (`linocut.core.colour.opponents`). What is fine in an image is nearly all in its luminance, so
    the differences are described at half the size: half as much again as for a grey image, not
    three times as much.

    Parameters
    ----------
    J : int
        Number of sizes: coefficients hardly change when the image moves by less than 2^J pixels.
    L : int
        Number of directions, over half a turn.
    order : {0, 1, 2}
        Highest order.
    full : float
        The value of full ink, by which pixels are divided; 255 for bytes.
    root : bool
        Whether to return square roots of the coefficients, so that faint answers weigh more beside
        strong ones.

    Attributes
    ----------
    image_shape_ : (int, int)
        Height and width of the images.
    map_shape_ : (int, int)
        Height and width of each coefficient's map, one value every 2^J pixels.
    paths_ : tuple of tuples
        For each map the wavelets on its way, (j, direction) each; none for order 0. In colour
        those of the luminance, of red − green and of blue − yellow, one after the other.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> images = load_digits().images
    >>> scattering = Scattering(J=2, L=4, full=16).fit(images)
    >>> scattering.transform(images).shape, len(scattering.paths_), scattering.map_shape_
    ((1797, 100), 25, (2, 2))
    """

    step_kind = StepKind("scattering", ("image_shape_",), learns=False)
    takes_colour = True

    def __init__(
        self, J: int = 3, L: int = 8, *, order: int = 2, full: float = 255.0, root: bool = False
    ) -> None:
        self.J = J
        self.L = L
        self.order = order
        self.full = full
        self.root = root

    def fit(self, X: Any, y: Any = None) -> Self:
        """Note the image shape and make the filters; there is nothing to learn.

        Parameters
        ----------
        X : uint8 or float array, shape (n, h, w) or (n, h, w, 3)
            Images; zero is paper.
        y : ignored

        Raises
        ------
        LinocutError
            If X is not of shape (n, h, w), or the images are smaller than 2^J pixels.
        """
        for name, value, least in (("J", self.J, 1), ("L", self.L, 1), ("order", self.order, 0)):
            if not (isinstance(value, int | np.integer) and value >= least):
                raise LinocutError(f"{name}={value!r} — an integer from {least} up")
        if self.order > 2:
            raise LinocutError(f"order={self.order!r} — 0, 1 or 2")
        height, width = self._checked(X).shape[1:3]
        step = 2**self.J
        if step > max(height, width):
            raise LinocutError(
                f"J={self.J} reads every {step} pixels, images have {height} × {width} — a "
                "smaller J"
            )
        self._noted(X)
        return self

    @property
    def map_shape_(self) -> tuple[int, int]:
        """Height and width of each coefficient's map."""
        step = 2**self.J
        return -(-self.image_shape_[0] // step), -(-self.image_shape_[1] // step)

    @property
    def paths_(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each map the wavelets on its way."""
        return tuple(self._paths())

    @property
    def engine_(self) -> Engine:
        """The arithmetic: filters and matrices for images of this shape, or for their luminance."""
        return engine_of(self.J, self.L, self.order, max(self.image_shape_[:2]))

    def _paths(self) -> Iterator[tuple[tuple[int, int], ...]]:
        yield from self._paths_from(0)
        if is_colour(self.image_shape_):
            for _ in range(2):
                yield from self._paths_from(self._coarser)

    def _paths_from(self, smallest: int) -> Iterator[tuple[tuple[int, int], ...]]:
        yield ()
        if self.order == 0:
            return
        for j in range(smallest, self.J):
            for k in range(self.L):
                yield ((j, k),)
        if self.order == 1:
            return
        for j in range(smallest, self.J):
            for k in range(self.L):
                for larger in range(j + 1, self.J):
                    for direction in range(self.L):
                        yield (j, k), (larger, direction)

    @property
    def _coarser(self) -> int:
        """How often the differences of colours are halved in size."""
        return 1 if self.J > 1 else 0

    def transform(self, X: Any) -> Array:
        """Return the coefficients, float32, shape (n, paths · map height · map width).

        Path by path in the order of ``paths_``, each a map row by row.
        """
        images = self._alike(X)
        rows, columns = self.map_shape_
        paths = sum(1 for _ in self._paths())
        out = np.empty((len(images), paths, rows, columns), np.float32)
        engine = self.engine_

        def maps_of(ink: Array, engine: Engine) -> Array:
            maps = engine.of_few(ink) if len(ink) <= FEW else engine.of_many(ink)
            return maps[:, :rows, :columns]

        def part(start: int) -> None:
            some = slice(start, start + AT_ONCE)
            ink = images[some].astype(np.float32) / np.float32(self.full)
            if ink.ndim == 4:
                maps = self._of_colours(ink, maps_of)
            else:
                maps = maps_of(ink, engine)
                if self.root:
                    maps = np.sqrt(np.maximum(maps, 0))
            out[some] = maps.transpose(3, 0, 1, 2)

        with one_blas_thread():
            for _ in map_in_order(part, range(0, len(images), AT_ONCE)):
                pass
        return out.reshape(len(images), -1)

    homogeneous = True

    def local_weights(self, X: Any, G: Any) -> Array:
        """Take weights on the coefficients back to the images (see `core.steps.LocallyAffine`).

        Moduli, and the roots of what they sum to, are held fixed as factors: then weights on pixels
        are the gradient, divided by `degree_`, but for the means of colours, of which no root is
        taken.
        """
        G = np.array(G, np.float64).reshape(len(X), -1, *self.map_shape_)
        if self.image_shape_[2:]:
            G[:, [part.start for part in self._planes()[1:]]] *= self.degree_
        return self.gradient(X, G)[1] / self.degree_

    def _planes(self) -> list[slice]:
        """Return which paths are of the luminance and, in colour, of either difference."""
        whole = sum(1 for _ in self._paths_from(0))
        if not is_colour(self.image_shape_):
            return [slice(0, whole)]
        part = sum(1 for _ in self._paths_from(self._coarser))
        starts = (0, whole, whole + part)
        return [slice(a, b) for a, b in zip(starts, (*starts[1:], whole + 2 * part), strict=True)]

    @property
    def degree_(self) -> float:
        """The power of a factor that comes out: c times the ink gives c^degree times each."""
        return 0.5 if self.root else 1.0

    def gradient(self, X: Any, G: Any) -> tuple[Array, Array]:
        """Return the coefficients, and the gradient of their sum weighted by G.

        Parameters
        ----------
        X : array, shape (n, h, w) or (n, h, w, 3)
            A few images.
        G : float array, shape (n, paths · map height · map width)
            By how much each coefficient of each image counts.

        Returns
        -------
        coefficients : float64 array, shape (n, paths · map height · map width)
        gradient : float64 array, shape of X
            Change of ``(G * coefficients).sum()`` by each pixel, in the unit of X.
        """
        from linocut.features.scattering_gradient import scattering_gradient  # it takes engines

        images = self._alike(X).astype(np.float64) / self.full
        G = np.asarray(G, np.float64).reshape(len(images), -1, *self.map_shape_)
        if not is_colour(self.image_shape_):
            made, change = scattering_gradient(self.engine_, images, G, root=self.root)
            return made.reshape(len(images), -1), change / self.full
        found, back = [], np.zeros(images.shape)
        for k, (plane, paths) in enumerate(zip(opponents(images), self._planes(), strict=True)):
            smaller = k > 0 and self._coarser > 0
            seen = halved(plane) if smaller else plane
            engine = self.engine_ if k == 0 else self._engine_of_differences
            made, change = scattering_gradient(
                engine, seen, G[:, paths], root=self.root, signed=k > 0
            )
            found.append(made)
            change = halved_back(change, plane.shape) if smaller else change
            back += change[..., None] * OPPONENTS[k].astype(np.float64)
        return np.concatenate(found, axis=1).reshape(len(images), -1), back / self.full

    @property
    def _engine_of_differences(self) -> Engine:
        coarser = self._coarser
        side = -(-max(self.image_shape_[:2]) // 2**coarser)
        return engine_of(self.J - coarser, self.L, self.order, side)

    def _of_colours(self, ink: Array, maps_of: Callable[[Array, Engine], Array]) -> Array:
        """Return the maps of the luminance of images (n, h, w, 3), and of what it leaves over."""
        grey, *differences = opponents(ink)
        found = [maps_of(grey, self.engine_)]
        engine = self._engine_of_differences
        found += [maps_of(halved(each) if self._coarser else each, engine) for each in differences]
        if self.root:
            for k, maps in enumerate(found):
                # A difference of colours has a sign, which its local mean keeps: no root of that.
                first = maps[:1] if k else np.sqrt(np.maximum(maps[:1], 0))
                found[k] = np.concatenate([first, np.sqrt(np.maximum(maps[1:], 0))])
        return np.concatenate(found)


def halved(images: Array) -> Array:
    """Return images (n, h, w) at half their size, (n, ⌈h/2⌉, ⌈w/2⌉): means of 2 × 2 pixels.

    Examples
    --------
    >>> halved(np.arange(6.0).reshape(1, 2, 3))
    array([[[2. , 3.5]]])
    """
    _, height, width = images.shape
    even = np.pad(images, ((0, 0), (0, height % 2), (0, width % 2)), mode="edge")
    rows = even[:, ::2] + even[:, 1::2]
    return np.asarray((rows[:, :, ::2] + rows[:, :, 1::2]) / 4)


def halved_back(weights: Array, shape: tuple[int, ...]) -> Array:
    """Take weights on what `halved` makes back to images of a shape (n, h, w)."""
    _, height, width = shape
    back = np.repeat(np.repeat(weights / 4, 2, axis=1), 2, axis=2)
    if height % 2:
        back[:, -2] += back[:, -1]
    if width % 2:
        back[:, :, -2] += back[:, :, -1]
    return back[:, :height, :width]


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
