"""Where the ink is: found in scans and photos, brought to one size and place, and measured.

MNIST was made so: each digit scaled into a box of 20 × 20 pixels, its aspect ratio kept, and set
with its centre of mass into the middle of 28 × 28 (LeCun et al. 1998, section III.A). What is to be
read by a model of such images must be made in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.arrays import checked_images
from linocut.core.colour import for_planes
from linocut.core.ink import InkMoments, ink_of
from linocut.core.ink_finding import find_ink, placed
from linocut.core.steps import StepKind
from linocut.core.threads import map_in_order
from linocut.features.images import ImageTransformer

Array = NDArray[Any]
Floats = NDArray[np.float64]

AT_ONCE = 2000  # images


class SizeNormalise(ImageTransformer):
    """Bring drawings, scans and photos to the form in which MNIST was made.

    The ink is found, cropped, scaled so that its longer side fills a box, and set with its centre
    of mass into the middle of an image. Each image may have a shape of its own.

    Parameters
    ----------
    box : int
        Longest side of the ink, pixels.
    size : int
        Side of the images made, pixels.
    clean : bool
        Whether to separate ink from paper first (`find_ink`). If not, zero is paper and an image's
        largest value full ink.

    Examples
    --------
    >>> photo = np.full((90, 60), 230, np.uint8)
    >>> photo[20:70, 10:16] = 40  # a dark stroke, far from the middle
    >>> made = SizeNormalise().fit_transform([photo])
    >>> made.shape, made.dtype, np.flatnonzero(made[0].max(axis=1)).tolist()[:1]
    ((1, 28, 28), dtype('uint8'), [4])
    """

    step_kind = StepKind("size-normalise", images_to_images=True, learns=False)

    needs_fit = False

    def __init__(self, box: int = 20, size: int = 28, *, clean: bool = True) -> None:
        self.box = box
        self.size = size
        self.clean = clean

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check the parameters; there is nothing to learn."""
        if not 1 <= self.box <= self.size:
            raise LinocutError(
                f"box={self.box!r} — an integer from 1 to {self.size}, the side of the images"
            )
        return self

    def transform(self, X: Any) -> NDArray[np.uint8]:
        """Return the images, uint8, shape (n, size, size); blank where there is no ink.

        Parameters
        ----------
        X : array, shape (n, h, w), or sequence of n arrays, shape (h, w) each
            Grey values.
        """
        images: Any = self._checked(X) if isinstance(X, np.ndarray) else X
        out = np.zeros((len(images), self.size, self.size), np.uint8)

        def place(row: int) -> None:
            self._place(np.asarray(images[row]), out[row])

        for _ in map_in_order(place, range(len(images))):
            pass
        return out

    def _place(self, image: Array, out: NDArray[np.uint8]) -> None:
        if self.clean:
            ink = find_ink(image)
        else:
            ink = image.astype(np.float32) / max(float(image.max()), 1e-9)
        out[:] = placed(ink, self.box, self.size)


class Centre(ImageTransformer):
    """Move each image by whole pixels until the centre of mass of its ink is in the middle.

    Ink is what differs from the median of the image's own border (`linocut.core.ink.ink_of`); in
    what is made, paper is zero.

    Examples
    --------
    >>> image = np.zeros((1, 5, 5), np.uint8)
    >>> image[0, 0, 1] = 200
    >>> np.argwhere(Centre().fit_transform(image)[0]).tolist()
    [[2, 2]]
    """

    step_kind = StepKind("centre", ("image_shape_",), images_to_images=True, learns=False)

    needs_fit = False
    takes_colour = True

    def transform(self, X: Any) -> Array:
        """Return the images moved, of their shape and type; what leaves the image is lost."""
        images = self._alike(X)
        out = np.empty_like(images)

        def part(start: int) -> None:
            some = slice(start, start + AT_ONCE)
            out[some] = _centred(images[some])

        for _ in map_in_order(part, range(0, len(images), AT_ONCE)):
            pass
        return out


def _centred(images: Array) -> Array:
    n, height, width = images.shape[:3]
    exact = images.astype(np.float64 if images.dtype == np.float64 else np.float32)
    ink = ink_of(exact).astype(images.dtype)
    centre = InkMoments.of(ink.astype(np.float32)).centre
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    move = np.rint(centre - middle).astype(int)
    rows, columns = np.arange(height) + move[:, :1], np.arange(width) + move[:, 1:]
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[
        :, None
    ]
    each = np.arange(n)[:, None, None]
    moved = ink[
        each, np.clip(rows, 0, height - 1)[:, :, None], np.clip(columns, 0, width - 1)[:, None]
    ]
    return np.asarray(np.where(for_planes(inside, images.shape[1:]), moved, 0), images.dtype)


@dataclass(frozen=True, eq=False, repr=False)
class StrokeStatistics(Result):
    """How images are written: one number an image of each kind.

    Attributes
    ----------
    slant : float64 array, shape (n,)
        How far strokes lean to the right, degrees; below zero to the left.
    thickness : float64 array, shape (n,)
        Mean width of the strokes, pixels: twice the ink by the length of its edge.
    height, width : float64 arrays, shape (n,)
        Four times the ink's standard deviation along rows and columns, pixels: of a solid bar, 15 %
        more than its length.
    ink : float64 array, shape (n,)
        Share of full ink over the whole image.
    """

    slant: Floats
    thickness: Floats
    height: Floats
    width: Floats
    ink: Floats

    def rows(self) -> list[dict[str, Any]]:
        """Return one row an image."""
        return [
            {"slant": s, "thickness": t, "height": h, "width": w, "ink": i}
            for s, t, h, w, i in zip(*(each.tolist() for each in vars(self).values()), strict=True)
        ]

    @property
    def sentence(self) -> str:
        """Say what is typical."""

        def typical(values: Floats) -> tuple[float, float, float]:
            low, mid, high = np.nanpercentile(values, [10, 50, 90])
            return float(mid), float(low), float(high)

        (slant, left, right), (thick, thin, fat) = typical(self.slant), typical(self.thickness)
        return (
            f"strokes lean {slant:.0f}° to the right in the median (80 % between {left:.0f}° and "
            f"{right:.0f}°) and are {thick:.1f} pixels wide ({thin:.1f} to {fat:.1f})"
        )


def stroke_statistics(X: Any, *, full: float = 255.0) -> StrokeStatistics:
    """Measure slant, thickness and size of the ink of each image.

    Parameters
    ----------
    X : uint8 or float array, shape (n, h, w)
        Images; zero is paper.
    full : float
        The value of full ink.

    Examples
    --------
    >>> image = np.zeros((1, 20, 20), np.uint8)
    >>> image[0, 3:17, 9:12] = 255
    >>> strokes = stroke_statistics(image)
    >>> [round(float(each[0]), 1) for each in (strokes.slant, strokes.thickness)]
    [0.0, 2.5]
    """
    images = checked_images(X, "stroke_statistics")
    parts = list(
        map_in_order(
            lambda start: _measured(images[start : start + AT_ONCE], full),
            range(0, len(images), AT_ONCE),
        )
    )
    columns = np.concatenate(parts, axis=1) if parts else np.empty((5, 0))
    return StrokeStatistics(*columns)


def _measured(images: Array, full: float) -> Floats:
    ink = images.astype(np.float32) / np.float32(full)
    moments = InkMoments.of(ink)
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    down, across = np.diff(padded, axis=1)[:, :, :-1], np.diff(padded, axis=2)[:, :-1]
    edge = np.hypot(down, across).sum(axis=(1, 2))
    blank = moments.ink <= 0
    of_strokes = np.stack(
        [
            -np.degrees(np.arctan(moments.shear)) + 0.0,  # no minus zero
            2 * moments.ink / np.where(blank, 1, edge),
            4 * moments.height,
            4 * moments.width,
        ]
    ).astype(np.float64)
    of_strokes[:, blank] = np.nan
    return np.concatenate([of_strokes, [moments.ink / ink[0].size]])
