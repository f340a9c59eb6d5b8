"""Several glyphs in one image: strings to learn from, and models that read them."""

from linocut.lines.data import (
    LineIntake,
    StringDataset,
    Strings,
    StringSummary,
    Synthesis,
    Verdict,
    load_strings,
    strings_or_classes,
    summarise_strings,
    symbols_of,
    synthetic_strings,
)
from linocut.lines.preparing import Preparation
from linocut.lines.reader import StringReader
from linocut.lines.reading import Glyph, Reading

__all__ = [
    "Glyph",
    "LineIntake",
    "Preparation",
    "Reading",
    "StringDataset",
    "StringReader",
    "StringSummary",
    "Strings",
    "Synthesis",
    "Verdict",
    "load_strings",
    "strings_or_classes",
    "summarise_strings",
    "symbols_of",
    "synthetic_strings",
]
