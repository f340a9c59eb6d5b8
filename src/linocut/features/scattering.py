"""Wavelet scattering: strokes by direction and size, wherever they are within a few pixels.

Bruna and Mallat, "Invariant scattering convolution networks" (2013). With Morlet wavelets ψ of L
directions and J sizes 2^j and a Gaussian φ of size 2^J,

    S₀ = x ∗ φ,    S₁ = |x ∗ ψ₁| ∗ φ,    S₂ = ||x ∗ ψ₁| ∗ ψ₂| ∗ φ   for ψ₂ larger than ψ₁,

each read at every 2^J-th pixel. Nothing is learned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.blas import one_blas_thread
from linocut.core.colour import OPPONENTS, is_colour, opponents
from linocut.core.steps import StepKind
from linocut.core.threads import map_in_order
from linocut.features.images import ImageTransformer
from linocut.features.scattering_gradient import scattering_gradient
from linocut.features.wavelets import Engine, engine_of

Array = NDArray[Any]


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
            return engine.maps(ink)[:, :rows, :columns]

        def part(start: int) -> None:
            some = slice(start, start + engine.at_once)
            ink = images[some].astype(np.float32) / np.float32(self.full)
            if ink.ndim == 4:
                maps = self._of_colours(ink, maps_of)
            else:
                maps = maps_of(ink, engine)
                if self.root:
                    maps = np.sqrt(np.maximum(maps, 0))
            out[some] = maps.transpose(3, 0, 1, 2)

        with one_blas_thread():
            for _ in map_in_order(part, range(0, len(images), engine.at_once)):
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
