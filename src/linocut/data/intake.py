"""How any image becomes the array that a model expects: one value, for training and for use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.colour import PLANES, Shape, is_colour
from linocut.core.ink import border_pixels
from linocut.core.ink_finding import find_ink, placed
from linocut.data.decode import (
    Resampling,
    Source,
    border_grey,
    checked_resampling,
    decode,
    resize,
)
from linocut.data.names import printed
from linocut.data.scale import BYTE, LARGEST_WHITE

INKS = ("light-on-dark", "dark-on-light", "each")

LARGEST_SIDE = 4096  # pixels; far more than any small image
LARGEST_IMAGE = 128 * 128  # pixels of a dataset's images; a Gram matrix of more takes gigabytes
LEAST_DISSENT = 0.1  # share of images of the other sense at which a set is of mixed polarity
LARGEST_SEARCHED = 1024  # longer side in which ink is looked for, pixels
# A border is paper where three quarters of it are of one grey, give or take an eighth of the range:
# the rest may be strokes that touch it.
UNIFORM, TOLERANCE = 0.75, 32
LEAST_SEEN = 0.5  # share of images with such a border from which a set has paper
AT_ONCE = 4096  # images whose borders are looked at together


def check_ink(ink: str) -> None:
    """Raise a `LinocutError` unless the word says which grey is ink."""
    if ink not in INKS:
        raise LinocutError(f"ink={ink!r} — one of {', '.join(INKS)}")


def check_white(white: int | None) -> None:
    """Refuse what is no grey value that becomes 255."""
    if white is not None and not 1 <= white <= LARGEST_WHITE:
        raise LinocutError(f"white={white!r} — an integer from 1 to {LARGEST_WHITE:,}")


@contextmanager
def named(image: Source) -> Iterator[None]:
    """Name the file in the message of a `LinocutError`, where the image is one."""
    try:
        yield
    except LinocutError as error:
        if isinstance(image, str | Path):
            raise LinocutError(f"{printed(str(image))}: {error}") from error
        raise


def with_light_ink(grey: NDArray[np.uint8], ink: str) -> NDArray[np.uint8]:
    """Return an image (h, w) inverted where its ink is dark, as ``ink`` or its border says."""
    if ink == "light-on-dark":
        return grey
    dark_ink = ink == "dark-on-light" or border_grey(grey) > 127
    return np.asarray(255 - grey if dark_ink else grey, np.uint8)


@dataclass(frozen=True)
class Intake:
    """How any image becomes a uint8 array (h, w) in which zero is paper and 255 is full ink.

    Or, with ``colour``, an array (h, w, 3) of red, green and blue, which are left as they are.

    `linocut.data.load_dataset` prepares every image of a dataset by one of these, and a model
    carries it along, so that an image read later is prepared as the training images were.

    Attributes
    ----------
    shape : (int, int) or None
        Height and width of the array, pixels; an image of another size is resized, its shape kept
        and the rest filled with the grey of its border. None leaves each image its own size.
    ink : {"light-on-dark", "dark-on-light", "each"}
        Which of the two greys is ink: the light one, which is left as it is; the dark one, and the
        image is inverted; or decided for each image by its border, which is mostly paper.
    resampling : {"area", "nearest"}
        See `linocut.data.decode.resize`.
    box : int or None
        If given, the ink is found in a drawing, scan or photo of any size and any sense, scaled so
        that its longer side has so many pixels, and set with its centre of mass into the middle, as
        MNIST's digits were; ``shape`` is then a square of at least that side.
    white : int or None
        The grey value of a file that becomes 255: 255 for ordinary images, 4095 where 12 bits are
        kept in 16, 1 or 16 where pixels run from 0 to there. An image with a larger value is on the
        scale that is usual for its type (see `linocut.data.scale.white_of`). None where no set has
        decided it; `load_dataset` does.
    binarise : bool
        Whether what is above half of full ink becomes full ink, and the rest paper.
    colour : bool
        Whether colours are kept. There is no ink then: ``ink``, ``box`` and ``binarise`` are for
        grey images, and nothing is inverted.

    Raises
    ------
    LinocutError
        If the values do not go together.

    Examples
    --------
    >>> page = np.full((90, 60), 230, np.uint8)
    >>> page[20:70, 25:35] = 40  # a dark stroke
    >>> Intake((28, 28), ink="dark-on-light").read(page).shape
    (28, 28)
    >>> int(Intake((28, 28), ink="dark-on-light").read(page)[14, 14])
    215
    """

    shape: tuple[int, int] | None = None
    ink: str = "each"
    resampling: Resampling = "area"
    box: int | None = None
    white: int | None = None
    binarise: bool = False
    colour: bool = False

    def __post_init__(self) -> None:
        check_ink(self.ink)
        if self.colour:
            self._check_colour()
        checked_resampling(self.resampling)
        if self.shape is not None:
            fits = len(self.shape) == 2 and all(1 <= side <= LARGEST_SIDE for side in self.shape)
            if not fits:
                raise LinocutError(
                    f"shape={self.shape!r} — height and width, from 1 to {LARGEST_SIDE} pixels"
                )
        if self.box is not None:
            if self.shape is None or self.shape[0] != self.shape[1]:
                raise LinocutError(f"box={self.box!r} with shape={self.shape!r} — a square shape")
            if not 1 <= self.box <= self.shape[0]:
                raise LinocutError(f"box={self.box!r} — an integer from 1 to {self.shape[0]}")
        check_white(self.white)

    def _check_colour(self) -> None:
        if self.ink == "each":  # what stands there where nothing is said
            object.__setattr__(self, "ink", "light-on-dark")
        for name, value in (("box", self.box), ("binarise", self.binarise)):
            if value:
                raise LinocutError(f"{name}={value!r} with colour — that is for grey images")
        if self.ink == "dark-on-light":
            raise LinocutError(f"ink={self.ink!r} with colour — only grey images are inverted")

    @property
    def image_shape(self) -> Shape | None:
        """Shape of the array: (h, w), or (h, w, 3) in colour; None where sizes may differ."""
        if self.shape is None:
            return None
        return (*self.shape, PLANES) if self.colour else self.shape

    @classmethod
    def normalising(cls, side: int = 28) -> Intake:
        """Return the intake of MNIST: ink in a box of 20/28 of the side, in the middle."""
        return cls((side, side), box=max(1, round(side * 20 / 28)))

    def read(self, image: Source) -> NDArray[np.uint8]:
        """Return one image as the model expects it.

        Parameters
        ----------
        image : path, bytes, binary stream, PIL image or uint8 array
            As it was drawn, scanned or photographed; see `linocut.data.decode.decode`.

        Returns
        -------
        uint8 array, shape (h, w) or (h, w, 3)

        Raises
        ------
        LinocutError
            If it cannot be read as an image; the message names the file.
        """
        with named(image):
            pixels = self.invert(self.sized(decode(image, self.white, colour=self.colour)))
            return binarised(pixels) if self.binarise else pixels

    def sized(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return an image (h′, w′) or (h′, w′, 3) in its size, its ink as dark or light as it was.

        After normalisation ink is light already.
        """
        if self.box is not None and self.shape is not None:
            if min(grey.shape) < 3:
                raise LinocutError(
                    f"{grey.shape[0]}×{grey.shape[1]} pixels — no ink can be found in so few"
                )
            return placed(find_ink(_shrunk(grey)), self.box, self.shape[0])
        return grey if self.shape is None else resize(grey, self.shape, self.resampling)

    def invert(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a sized image with light ink."""
        return grey if self.box is not None else with_light_ink(grey, self.ink)

    @property
    def sentence(self) -> str:
        """Say in words what is done to an image."""
        said = [self._scaling] if self.white not in {None, BYTE} else []
        size = "" if self.shape is None else f"{self.shape[0]} × {self.shape[1]} pixels"
        if self.box is not None:
            said.append(
                f"the ink of an image is found, scaled into a box of {self.box} pixels and centred "
                f"in {size}"
            )
        elif self.colour:
            said.append(f"images become {size}" if size else "images keep their size")
            said.append("colours are kept, as red, green and blue")
        else:
            if size:
                said.append(f"images become {size}")
            said.append(
                {
                    "light-on-dark": "light ink on dark paper is expected",
                    "dark-on-light": "dark ink on light paper is expected, and inverted",
                    "each": "an image with a light border is inverted",
                }[self.ink]
            )
        if self.binarise:
            said.append("what is above half of full ink becomes ink, the rest paper")
        return "; ".join(said)

    @property
    def _scaling(self) -> str:
        return f"grey values from 0 to {self.white:,} are brought to 0 to 255"


def binarised(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return 255 where there is more than half of full ink, 0 elsewhere.

    Examples
    --------
    >>> binarised(np.array([0, 127, 128, 255], np.uint8)).tolist()
    [0, 0, 255, 255]
    """
    return np.where(images > 127, np.uint8(255), np.uint8(0))


def _shrunk(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return an image in which ink is found in a second, whatever the camera."""
    share = LARGEST_SEARCHED / max(grey.shape)
    if share >= 1:
        return grey
    return resize(
        grey, (max(3, round(grey.shape[0] * share)), max(3, round(grey.shape[1] * share)))
    )


def settled_ink(*parts: NDArray[np.uint8]) -> tuple[str, float]:
    """Decide from all parts of a set of sized images, (n, h, w) each, which grey is ink.

    An image has a say where its border is of one grey, which is then its paper; one that fills its
    frame has none. Where fewer than half have a say (photographs, noise, images without an inside),
    there is no paper to be seen: then all have one, and no image is inverted unless nearly all are.

    Returns
    -------
    ink : {"light-on-dark", "dark-on-light", "each"}
        One sense for all where at most a tenth of those images disagree. Decided for each image
        where the set is mixed, and where all borders agree, since it is then the same for all of
        these, and right for images of either sense later.
    light : float
        Share of the images with a say whose border is light.

    Examples
    --------
    >>> page = np.full((20, 6, 6), 240, np.uint8)
    >>> page[:, 2:4, 2:4] = 10
    >>> settled_ink(page), settled_ink(255 - page), settled_ink(page, (255 - page)[:1])
    (('each', 1.0), ('each', 0.0), ('dark-on-light', 0.9523809523809523))
    """
    blocks = [part[k : k + AT_ONCE] for part in parts for k in range(0, len(part), AT_ONCE)]
    judged = [paper_of(block) for block in blocks]
    light = np.concatenate([light for light, _ in judged])
    uniform = np.concatenate([uniform for _, uniform in judged])
    seen = uniform.mean() >= LEAST_SEEN
    share = float((light[uniform] if seen else light).mean())
    if not seen:
        return ("dark-on-light" if share >= 1 - LEAST_DISSENT else "light-on-dark"), share
    if light.all() or not light.any() or LEAST_DISSENT < share < 1 - LEAST_DISSENT:
        return "each", share
    return ("dark-on-light" if share > 0.5 else "light-on-dark"), share


def paper_of(images: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say of each image whether its border is light, and whether it is of one grey."""
    border = border_pixels(images)
    inside = min(images.shape[1:]) > 2
    middle = np.median(border, axis=-1)
    near = np.abs(border - middle.astype(np.int16)[:, None]) <= TOLERANCE
    return middle.astype(np.int64) > 127, (near.mean(axis=-1) >= UNIFORM) & inside


def with_shape(intake: Intake, shape: Shape) -> Intake:
    """Return the same intake for images of one known shape, (h, w) or (h, w, 3)."""
    size = int(shape[0]), int(shape[1])
    if is_colour(shape) == intake.colour:
        return replace(intake, shape=size)
    ink = "each" if intake.colour else "light-on-dark"
    return replace(intake, shape=size, colour=is_colour(shape), ink=ink)
