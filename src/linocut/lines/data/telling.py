"""Tell sets of strings from sets of classes, and say why."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from linocut.core import LinocutError
from linocut.lines.data.found import TextFile
from linocut.lines.data.layout import Layout, find_layout
from linocut.lines.data.symbols import symbols_of

FEWEST = 10  # images from which their texts tell something
MOSTLY_DIFFERENT = 0.5  # different texts an image: no class has so few images
# Texts that come again and again may be strings, too: of more kinds than a few times the symbols,
# in images as wide as a line of so many glyphs.
KINDS_A_SYMBOL = 3
WIDE = 1.5  # width by height
GLYPH = (0.2, 2.0)  # width of a glyph by the height of the image
LOOKED_AT = 50  # images whose sizes are asked for


@dataclass(frozen=True)
class Verdict:
    """What a set was taken for.

    Attributes
    ----------
    strings : bool
        Whether its images show strings, and not one symbol or thing of a class each.
    why : str
        In words, as the end of a sentence.
    """

    strings: bool
    why: str


def strings_or_classes(path: Path, labels: Path | None = None) -> Verdict:
    """Tell whether the images of a path show strings; whatever is wrong with it is no string.

    Folders of images with one sub-folder a class are classes, and so are all files of many images.

    Parameters
    ----------
    path : Path
        As for `load_strings`.
    labels : Path, optional
        The file of the texts.
    """
    try:
        layout = find_layout(path, labels)
    except (LinocutError, OSError) as error:
        return Verdict(False, str(error))
    return judged(layout)


def judged(layout: Layout) -> Verdict:
    """Judge the texts of all parts, and the sizes of a few images."""
    files = [*layout.train.files, *(layout.test.files if layout.test else [])]
    files = [file for file in files if file.text]
    how = layout.train.how
    if len(files) < FEWEST:
        return Verdict(False, f"{len(files)} images with labels are too few to tell")
    if sum(file.text == file.path.parent.name for file in files) > len(files) / 2:
        return Verdict(False, "each label is the name of its image's folder")
    symbols = [symbols_of(file.text) for file in files]
    different, kinds = len({file.text for file in files}), len(set().union(*symbols))
    lengths = sorted(map(len, symbols))
    told = f"{different:,} different texts of {_span(lengths)} for {len(files):,} images, {how}"
    if statistics.median(lengths) < 2:
        return Verdict(False, f"most labels are one symbol, {how}")
    if different > MOSTLY_DIFFERENT * len(files):
        return Verdict(True, told)
    if different > KINDS_A_SYMBOL * kinds and _are_lines(files, symbols):
        return Verdict(True, f"{told}, as wide as so many glyphs")
    return Verdict(False, f"{different:,} different labels for {len(files):,} images, {how}")


def _are_lines(files: Sequence[TextFile], symbols: Sequence[Sequence[str]]) -> bool:
    """Tell whether images are as wide as a line of glyphs as long as their texts."""
    step = max(1, len(files) // LOOKED_AT)
    ratios, glyphs = [], []
    for file, text in list(zip(files, symbols, strict=True))[::step]:
        try:
            with Image.open(file.path) as image:  # its size alone; nothing is decoded
                width, height = image.size
        except Exception:  # as many errors as decoders; reading the images will tell
            continue
        ratios.append(width / height)
        glyphs.append(width / height / len(text))
    if not ratios:
        return False
    return statistics.median(ratios) >= WIDE and GLYPH[0] <= statistics.median(glyphs) <= GLYPH[1]


def _span(lengths: Sequence[int]) -> str:
    low, high = lengths[0], lengths[-1]
    return f"{low} symbol{'s' if low > 1 else ''}" if low == high else f"{low} to {high} symbols"
