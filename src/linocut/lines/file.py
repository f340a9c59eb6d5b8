"""A reader as a model file: one JSON document and tensors, no code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linocut.core import LinocutError, plain
from linocut.core.files import write_whole
from linocut.core.randomness import SEEDS
from linocut.lines.data import LineIntake, Synthesis
from linocut.lines.data.intake import HIGHEST
from linocut.lines.learning.line_model import LineModel
from linocut.lines.model_document import model_document, model_of
from linocut.modelfile import Provenance
from linocut.modelfile.container import LARGEST_FILE, Tensors, pack, unpack
from linocut.modelfile.kinds import LINES, is_reader
from linocut.modelfile.plain import Fields, checked_text, encoded, is_whole, named
from linocut.modelfile.provenance import provenance_document, provenance_of
from linocut.modelfile.shared import check_none_left, check_numbers

MADE = "made"
MOST_STRINGS = 10**9
MOST_SYMBOLS = 10_000


@dataclass(frozen=True, eq=False)
class ReaderContents:
    """What a reader consists of.

    Attributes
    ----------
    symbols : tuple of str
    fitted : LineModel
    temperature : float
    intake : LineIntake
    provenance : Provenance
    made : Synthesis or None
        How its strings were made of single glyphs; None where they are real.
    """

    symbols: tuple[str, ...]
    fitted: LineModel
    temperature: float
    intake: LineIntake
    provenance: Provenance
    made: Synthesis | None = None


def write_reader(contents: ReaderContents, path: str | os.PathLike[str]) -> Path:
    """Write a model file; it appears whole or not at all."""
    data = pack(*document_of(contents))
    contents_of(*unpack(data))
    return write_whole(path, data)


def read_reader(path: str | os.PathLike[str]) -> ReaderContents:
    """Read a model file.

    Raises
    ------
    LinocutError
        If it is none, damaged, or of another kind of model; the message names the file.
    """
    source = Path(path)
    with named(str(source)):
        try:
            if source.stat().st_size > LARGEST_FILE:
                raise LinocutError("too large for a model file")
            data = source.read_bytes()
        except OSError as error:
            raise LinocutError(f"cannot be read: {error.strerror or error}") from error
        return contents_of(*unpack(data))


def document_of(contents: ReaderContents) -> tuple[dict[str, Any], Tensors]:
    """Return the JSON document and the tensors of a reader."""
    lines, tensors = model_document(contents.fitted)
    document = {
        LINES: lines,
        "symbols": list(contents.symbols),
        "temperature": float(contents.temperature),
        "intake": {name: encoded(value) for name, value in asdict(contents.intake).items()},
        "provenance": provenance_document(contents.provenance),
        MADE: None if contents.made is None else plain(contents.made),
    }
    return document, tensors


def contents_of(document: Mapping[str, Any], tensors: Tensors) -> ReaderContents:
    """Make a reader of its JSON document and tensors.

    Raises
    ------
    LinocutError
        If a part is missing, unknown, or does not fit the others; the message names it.
    """
    if not is_reader(document):
        raise LinocutError("a model of images or rows — a model of strings is wanted")
    left = dict(tensors)
    check_numbers(left)
    given = Fields(document)
    with named("symbols"):
        symbols = tuple(checked_text(each) for each in given.items("symbols"))
    if not 2 <= len(set(symbols)) == len(symbols) <= MOST_SYMBOLS or not all(symbols):
        raise LinocutError(f"{len(symbols)} symbols — at least two, each once")
    temperature = given.number("temperature", 1e-9, 1e9)
    intake, height = _intake(given.object("intake"))
    provenance = provenance_of(given.object("provenance"))
    lines = given.object(LINES)
    made = _synthesis(given)
    given.end()
    fitted = model_of(lines, left, len(symbols), height)
    check_none_left(left)
    return ReaderContents(symbols, fitted, temperature, intake, provenance, made)


def _intake(given: Fields) -> tuple[LineIntake, int]:
    height = given.whole("height", 1, HIGHEST)
    ink, white = given.text("ink"), given.take("white")
    if not (white is None or is_whole(white)):
        raise given.wrong("white", white, "a grey value, or null")
    made = LineIntake(height, ink, white)
    given.end()
    return made, height


def _synthesis(given: Fields) -> Synthesis | None:
    if given.left.get(MADE) is None:
        given.left.pop(MADE, None)  # which older files do not have
        return None
    how = given.object(MADE)
    spans = {name: how.items(name) for name in ("length", "overlap")}
    for name, span in spans.items():
        kind = int if name == "length" else (int, float)
        if len(span) != 2 or not all(isinstance(each, kind) for each in span):
            raise how.wrong(name, span, "lowest and highest")
    made = Synthesis(
        how.whole("n", 1, MOST_STRINGS),
        (spans["length"][0], spans["length"][1]),
        (spans["overlap"][0], spans["overlap"][1]),
        how.number("jitter"),
        how.whole("random_state", 0, SEEDS - 1),
    )
    how.end()
    return made
