"""How any image of a line becomes the array that a reader expects: for training and for use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linocut.core import LinocutError
from linocut.core.resampling import resampled
from linocut.data.decode import Source, decode
from linocut.data.intake import check_ink, check_white, named, with_light_ink

HIGHEST = 256  # pixels; far more than one line of small glyphs needs
WIDEST = 4096


@dataclass(frozen=True)
class LineIntake:
    """How any image becomes a uint8 array (height, w): zero is paper, 255 full ink.

    Attributes
    ----------
    height : int or None
        Of the array, pixels; an image of another height is scaled, its aspect kept. None leaves
        each image its own size.
    ink : {"light-on-dark", "dark-on-light", "each"}
        Which of the two greys is ink, as in `linocut.data.Intake`.
    white : int or None
        The grey value of a file that becomes 255, as in `linocut.data.Intake`.

    Raises
    ------
    LinocutError
        If a value is none of those.

    Examples
    --------
    >>> page = np.full((40, 120), 230, np.uint8)
    >>> page[10:30, 20:25] = 30  # a dark stroke
    >>> line = LineIntake(height=20).read(page)
    >>> line.shape, int(line[0, 0]), int(line[10, 11])
    ((20, 60), 25, 225)
    """

    height: int | None = None
    ink: str = "each"
    white: int | None = None

    def __post_init__(self) -> None:
        check_ink(self.ink)
        if self.height is not None and not 1 <= self.height <= HIGHEST:
            raise LinocutError(f"height={self.height!r} — from 1 to {HIGHEST} pixels")
        check_white(self.white)

    def read(self, image: Source) -> NDArray[np.uint8]:
        """Return one image as a reader expects it.

        Parameters
        ----------
        image : path, bytes, binary stream, PIL image or uint8 array
            As it was drawn, scanned or photographed; see `linocut.data.decode.decode`.

        Returns
        -------
        uint8 array, shape (height, w)

        Raises
        ------
        LinocutError
            If it cannot be read as an image; the message names the file.
        """
        with named(image):
            return self.invert(self.sized(decode(image, self.white)))

    def sized(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a grey image (h′, w′) scaled to the height, its aspect kept."""
        if self.height is None:
            return grey
        height, width = grey.shape
        scaled = max(1, round(width * self.height / height))
        if scaled > WIDEST:
            raise LinocutError(
                f"{height}×{width} pixels are {scaled:,} wide at a height of {self.height} — "
                f"{WIDEST:,} at most"
            )
        if height == self.height:
            return grey
        # Area averages shrink without ringing, as in `linocut.data.decode.resize`.
        shrinks = self.height < height
        method = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
        return resampled(grey, self.height, scaled, method)

    def invert(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a sized image with light ink."""
        return with_light_ink(grey, self.ink)
