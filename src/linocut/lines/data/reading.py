"""Decode the images of lines, all of one set on one scale of grey, and bring them to one height."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.threads import map_in_order
from linocut.data.decode import QUIET, Decoded, decoded
from linocut.data.intake import settled_ink
from linocut.data.preparing import told_of_ink
from linocut.data.raw import Progress
from linocut.data.scale import BYTE, settled_white, told_of_white
from linocut.lines.data.intake import HIGHEST, LineIntake

CHUNK = 128  # files that one thread reads before it asks for more
# Lines higher than this are shrunk to the height below: glyphs gain nothing from more pixels, and
# the work of a reader grows with their number.
TALL, SHRUNK = 96, 64


@dataclass
class Lines:
    """Images of lines as they were read.

    Attributes
    ----------
    images : list of (uint8 array, shape (h, w_i), or str)
        One a file, or why it cannot be read.
    intake : LineIntake
        How they were prepared.
    notes : list of str
        Whole sentences on what was done.
    """

    images: list[NDArray[np.uint8] | str]
    intake: LineIntake
    notes: list[str] = field(default_factory=list)


def read_lines(
    paths: Sequence[Path], intake: LineIntake, ink: str | None, progress: Progress | None = None
) -> Lines:
    """Read images, settle what the intake leaves open, and prepare all of them so.

    Parameters
    ----------
    paths : sequence of Path
        Image files.
    intake : LineIntake
        Height and white, None to settle them from the images.
    ink : str or None
        Which grey is ink; None to look at the images.
    progress : callable, optional
        Told of the reading.
    """
    read = _decoded(paths, intake.white, progress)
    notes = []
    good = [each for each in read if isinstance(each, Decoded)]
    if intake.white is None and good:
        deep = [each.top for each in good if each.deep]
        tops = [each.top for each in good if not each.deep]
        white = settled_white(max(tops, default=0), max(deep) if deep else None)
        intake = replace(intake, white=white)
        if deep or white != BYTE:
            read = _decoded(paths, white, progress)
            notes.append(told_of_white(white, deep=bool(deep)))
            good = [each for each in read if isinstance(each, Decoded)]
    if any(each.frames > 1 for each in good):
        several = sum(each.frames > 1 for each in good)
        notes.append(f"Of {several:,} files of several frames the first was taken.")
    intake = _with_height(intake, [each.pixels.shape[0] for each in good], notes)
    images = [each if isinstance(each, str) else _sized(each.pixels, intake) for each in read]
    greys = [image for image in images if not isinstance(image, str)]
    if ink is None and greys:
        ink, light = settled_ink(*_stacked(greys))
        if (told := told_of_ink(ink, light)) is not None:
            notes.append(told)
    intake = replace(intake, ink=ink or intake.ink)
    made = [image if isinstance(image, str) else intake.invert(image) for image in images]
    return Lines(made, intake, notes)


def _decoded(
    paths: Sequence[Path], white: int | None, progress: Progress | None
) -> list[Decoded | str]:
    """Decode files on all cores, a chunk a task; what is far too high is shrunk at once."""
    shrink = LineIntake(HIGHEST)

    def one(path: Path) -> Decoded | str:
        try:
            read = decoded(path, white)
            tall = read.pixels.shape[0] > HIGHEST
            return read._replace(pixels=shrink.sized(read.pixels)) if tall else read
        except LinocutError as error:
            return str(error)

    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    made: list[Decoded | str] = []
    with QUIET:
        for answers in map_in_order(lambda chunk: [one(path) for path in chunk], chunks):
            made += answers
            if progress:
                progress("reading images", len(made), len(paths))
    return made


def _with_height(intake: LineIntake, heights: Sequence[int], notes: list[str]) -> LineIntake:
    """Settle the height of all lines: that of most images, unless it is needlessly large."""
    if not heights:
        return intake
    counts = Counter(heights)
    height, most = counts.most_common(1)[0]
    if most < len(heights) / 2:
        height = round(float(np.median(heights)))
    if intake.height is None:
        height = height if height <= TALL else SHRUNK
        intake = replace(intake, height=height)
    if set(counts) != {intake.height}:
        low, high = min(counts), max(counts)
        told = f"{low} pixels" if low == high else f"{low} to {high} pixels"
        notes.append(
            f"Images {told} high were scaled to a height of {intake.height}, their aspect kept."
        )
    return intake


def _sized(grey: NDArray[np.uint8], intake: LineIntake) -> NDArray[np.uint8] | str:
    try:
        return intake.sized(grey)
    except LinocutError as error:
        return str(error)


def _stacked(images: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """Return images of one height in arrays, those of one width together."""
    by_width: dict[int, list[NDArray[np.uint8]]] = {}
    for image in images:
        by_width.setdefault(image.shape[1], []).append(image)
    return [np.stack(same) for same in by_width.values()]
