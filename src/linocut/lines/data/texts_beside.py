"""Texts in a file of their own beside each image: ``0001.png`` and ``0001.txt``."""

from __future__ import annotations

import re
from pathlib import Path

from linocut.core import LinocutError
from linocut.core.threads import map_in_order
from linocut.lines.data.found import Found, Problem, TextFile
from linocut.lines.data.places import Place, name_below
from linocut.lines.data.symbols import normalised_text

ENDINGS = (".gt.txt", ".txt")
LEAST_BESIDE = 0.5  # share of images with a text beside them
LONGEST = 10_000  # bytes of one text
# A class and a box, as detectors of objects are trained on.
BOX = re.compile(r"(?:\d+(?:\s+-?\d*\.?\d+){4,}\s*)+")
AT_ONCE = 256


def texts_beside(place: Place) -> Found | None:
    """Read the text beside each image; None where most have none, or they lie in many folders.

    Folders of images are classes, whatever is said of each image besides.

    Raises
    ------
    LinocutError
        If the files hold boxes, not texts.
    """
    if not place.flat:
        return None
    beside = {image: file for image in place.images if (file := _file_beside(image)) is not None}
    if len(beside) < LEAST_BESIDE * len(place.images) or not beside:
        return None
    found = Found("in a .txt beside each image")
    with_text = list(beside)
    chunks = [with_text[k : k + AT_ONCE] for k in range(0, len(with_text), AT_ONCE)]
    read = dict(
        pair
        for pairs in map_in_order(
            lambda chunk: [(each, _read(beside[each])) for each in chunk], chunks
        )
        for pair in pairs
    )
    if all(isinstance(text, str) and BOX.fullmatch(text) for text in read.values()):
        first = next(iter(beside.values()))
        raise LinocutError(
            f"{first}: holds numbers of classes and boxes of objects, not the text of its image"
        )
    for image in place.images:
        name = name_below(image, place.folder)
        text = read.get(image)
        if text is None:
            found.problems.append(Problem("has no text beside it", name))
        elif isinstance(text, LinocutError):
            found.problems.append(Problem("the text beside it cannot be read", name, str(text)))
        elif len(text.split("\n")) > 1:
            told = f"{len(text.split(chr(10)))} lines"
            found.problems.append(Problem("the text beside it is of several lines", name, told))
        else:
            found.files.append(TextFile(image, normalised_text(text)))
    return found


def _file_beside(image: Path) -> Path | None:
    found = (image.with_name(image.stem + ending) for ending in ENDINGS)
    return next((path for path in found if path.is_file()), None)


def _read(path: Path) -> str | LinocutError:
    try:
        if path.stat().st_size > LONGEST:
            return LinocutError("is too long")
        return path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        return LinocutError("is not text in UTF-8")
    except OSError as error:
        return LinocutError(str(error.strerror or error))
