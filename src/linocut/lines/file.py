"""A reader as a model file: one JSON document and tensors, no code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from linocut.core import LinocutError, plain
from linocut.core.files import write_whole
from linocut.core.randomness import SEEDS
from linocut.lines.data import LineIntake, Synthesis
from linocut.lines.glyphs import GlyphImages, SecondLook
from linocut.lines.glyphs.second_look import FEATURES
from linocut.lines.learning.training import Fitted
from linocut.lines.learning.whole_string import Layout, Weights
from linocut.lines.windows.columns import Columns
from linocut.lines.windows.preparing import Preparation
from linocut.lines.windows.windows import Windows
from linocut.modelfile import Provenance
from linocut.modelfile.container import LARGEST_FILE, Tensors, pack, unpack
from linocut.modelfile.kinds import LINES, is_reader
from linocut.modelfile.plain import Fields, checked_text, encoded, named
from linocut.modelfile.provenance import provenance_document, provenance_of
from linocut.modelfile.shared import check_none_left, check_numbers, tensor_of

MADE = "made"
SECOND = "second_look"
MOST_STRINGS = 10**9
MOST_GLYPHS, MOST_PLACES, MOST_SYMBOLS = 200, 4096, 10_000


@dataclass(frozen=True, eq=False)
class ReaderContents:
    """What a reader consists of.

    Attributes
    ----------
    symbols : tuple of str
    fitted : Fitted
    temperature : float
    intake : LineIntake
    provenance : Provenance
    made : Synthesis or None
        How its strings were made of single glyphs; None where they are real.
    """

    symbols: tuple[str, ...]
    fitted: Fitted
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
    fitted = contents.fitted
    windows, layout, weights = fitted.windows, fitted.layout, fitted.weights
    document = {
        LINES: {
            "preparation": fitted.preparation.value,
            "columns": asdict(windows.columns),
            "offsets": list(windows.offsets),
            "narrowest": layout.narrowest,
            "mean_width": layout.mean_width,
            "counts": list(layout.counts),
            SECOND: None if fitted.second is None else _told(fitted.second),
        },
        "symbols": list(contents.symbols),
        "temperature": float(contents.temperature),
        "intake": {name: encoded(value) for name, value in asdict(contents.intake).items()},
        "provenance": provenance_document(contents.provenance),
        MADE: None if contents.made is None else plain(contents.made),
    }
    tensors = {
        "axes": windows.axes,
        "centre": windows.centre,
        "coef": np.ascontiguousarray(weights.coef),
        "intercept": weights.intercept,
        "widths": np.ascontiguousarray(weights.widths),
    }
    if fitted.second is not None:
        tensors["second_coef"] = fitted.second.coef
        tensors["second_intercept"] = fitted.second.intercept
    return document, {name: array.astype(np.float32) for name, array in tensors.items()}


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
    intake = _intake(given.object("intake"))
    provenance = provenance_of(given.object("provenance"))
    lines = given.object(LINES)
    made = _synthesis(given)
    given.end()
    fitted = _fitted(lines, left, len(symbols))
    check_none_left(left)
    return ReaderContents(symbols, fitted, temperature, intake, provenance, made)


def _fitted(given: Fields, left: Tensors, K: int) -> Fitted:
    kind = given.text("preparation")
    if kind not in {each.value for each in Preparation}:
        raise given.wrong("preparation", kind, ", ".join(each.value for each in Preparation))
    columns = _columns(given.object("columns"))
    offsets = given.items("offsets")
    if not offsets or not all(isinstance(o, int) and abs(o) <= MOST_PLACES for o in offsets):
        raise given.wrong("offsets", offsets, "a list of places")
    narrowest = given.whole("narrowest", 1, MOST_PLACES)
    mean_width = given.number("mean_width", 1e-3, MOST_PLACES)
    counts = given.items("counts")
    if not 2 <= len(counts) <= MOST_GLYPHS + 1 or not all(isinstance(c, float) for c in counts):
        raise given.wrong("counts", len(counts), "a score for each number of glyphs")
    second = _second_look(given, left, K)
    given.end()
    shapes = {name: left[name].shape for name in ("axes", "widths") if name in left}
    if len(shapes) < 2 or any(len(shape) != 2 for shape in shapes.values()):
        raise LinocutError("tensors 'axes' and 'widths' with two sides are missing")
    (d, p), D = shapes["axes"], shapes["widths"][1]
    m = len(offsets)
    windows = Windows(
        columns, tensor_of(left, "axes", "float32", (d, p)),
        tensor_of(left, "centre", "float32", (p,)), tuple(offsets),
    )  # fmt: skip
    weights = Weights(
        tensor_of(left, "coef", "float32", (K + 2, m, p)),
        tensor_of(left, "intercept", "float32", (K + 2,)),
        tensor_of(left, "widths", "float32", (K, D)),
    )
    layout = Layout(K, narrowest, D, mean_width, tuple(map(float, counts)))
    return Fitted(Preparation(kind), windows, layout, weights, second)


def _told(second: SecondLook) -> dict[str, float]:
    return {
        "height": second.images.height,
        "width": second.images.width,
        "temperature": second.temperature,
        "share": second.share,
    }


def _second_look(given: Fields, left: Tensors, K: int) -> SecondLook | None:
    if given.left.get(SECOND) is None:
        given.left.pop(SECOND, None)  # which older files do not have
        return None
    how = given.object(SECOND)
    images = GlyphImages(how.number("height", 1e-3, 1e6), how.number("width", 1e-3, 1e6))
    temperature, share = how.number("temperature", 1e-9, 1e9), how.number("share", 1e-9, 1e9)
    how.end()
    return SecondLook(
        images,
        tensor_of(left, "second_coef", "float32", (K, FEATURES)),
        tensor_of(left, "second_intercept", "float32", (K,)),
        temperature,
        share,
    )


def _columns(given: Fields) -> Columns:
    made = Columns(given.whole("J", 1, 5), given.whole("L", 1, 64), given.whole("step", 1, 32))
    given.end()
    return made


def _intake(given: Fields) -> LineIntake:
    made = LineIntake(given.value("height"), given.value("ink"), given.value("white"))
    given.end()
    return made


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
