"""Read the strings in files, where one that is no image does not stop the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.core.ink import is_blank
from linocut.data.decode import decode
from linocut.data.unlabelled import Ready, ready_images
from linocut.lines.data import LineIntake
from linocut.lines.reader import StringReader
from linocut.lines.reading import Reading

Scaled = tuple[NDArray[np.uint8], float]

AT_ONCE = 256  # images that are decoded and read together


@dataclass(frozen=True)
class FileReading(Result):
    """What is read in one image.

    Attributes
    ----------
    file : str
        Where the image stands.
    top : tuple of Reading
        Readings, the most probable first; empty if the image cannot be read.
    scale : float
        Pixels of the file for each pixel of the image as it was read: glyphs lie at columns of the
        latter.
    error : str
        Why it cannot be read, in one line; empty if it can.
    blank : bool
        Whether it is one grey throughout, so that no text is there.
    """

    file: str
    top: tuple[Reading, ...] = ()
    scale: float = 1.0
    error: str = ""
    blank: bool = False

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a reading."""
        return [
            {"file": self.file, "rank": rank, "text": each.text, "probability": each.probability}
            for rank, each in enumerate(self.top, 1)
        ]

    def glyphs(self, rank: int = 1) -> list[dict[str, Any]]:
        """Return symbol, first column and the column after the last of each glyph, in the file."""
        return [
            {
                "symbol": glyph.symbol,
                "start": round(glyph.start * self.scale),
                "stop": round(glyph.stop * self.scale),
            }
            for glyph in self.top[rank - 1].glyphs
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the most probable text with the places of its glyphs, and all texts of `top`."""
        texts = [{"text": each.text, "probability": each.probability} for each in self.top]
        return {"file": self.file, **texts[0], "glyphs": self.glyphs(), "top": texts}


def read_files(
    reader: StringReader, paths: Iterable[Path], *, top: int = 1
) -> Iterator[FileReading]:
    """Yield what a reader reads in all images of some files and folders.

    Only a few hundred images are held at once, whatever their number.

    Parameters
    ----------
    reader : StringReader
        Fitted.
    paths : iterable of Path
        Image files, folders, or files of many images.
    top : int
        Readings of each image, from 1 up.

    Yields
    ------
    FileReading
        One an image; one with an error for each file that cannot be read.

    Raises
    ------
    LinocutError
        If ``top`` is not above zero.
    """
    if top < 1:
        raise LinocutError(f"top={top!r} — an integer from 1 up")
    height = reader.intake_.height or 1
    prepare = partial(_scaled, reader.intake_)
    for some in ready_images(paths, (height, height), prepare, at_once=AT_ONCE):
        yield from _read(reader, some, top)


def _read(reader: StringReader, some: list[Ready[Scaled]], top: int) -> Iterator[FileReading]:
    images = [each.made[0] for each in some if each.made is not None]
    best = iter(reader.read(images) if images else [])
    for each in some:
        if each.made is None:
            yield FileReading(each.name, error=each.error)
            continue
        image, scale = each.made
        first = next(best)
        found = (first,) if top == 1 else tuple(reader.best(image, top))
        yield FileReading(each.name, found, scale, blank=is_blank(image))


def _scaled(intake: LineIntake, image: Path | NDArray[np.uint8]) -> Scaled:
    """Return an image as a reader takes it, and its scale."""
    grey = decode(image, intake.white)
    line = intake.invert(intake.sized(grey))
    return line, grey.shape[0] / line.shape[0]
