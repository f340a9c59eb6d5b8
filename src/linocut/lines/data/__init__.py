"""Strings in: images of one line of glyphs, each with its text."""

from linocut.lines.data.intake import LineIntake
from linocut.lines.data.loading import load_strings
from linocut.lines.data.strings import StringDataset, Strings
from linocut.lines.data.summary import StringSummary, summarise_strings
from linocut.lines.data.symbols import normalised_text, symbols_of
from linocut.lines.data.synthesis import Synthesis
from linocut.lines.data.synthetic import synthetic_strings
from linocut.lines.data.telling import Verdict, strings_or_classes

__all__ = [
    "LineIntake",
    "StringDataset",
    "StringSummary",
    "Strings",
    "Synthesis",
    "Verdict",
    "load_strings",
    "normalised_text",
    "strings_or_classes",
    "summarise_strings",
    "symbols_of",
    "synthetic_strings",
]
