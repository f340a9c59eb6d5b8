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
from linocut.lines.files import FileReading, read_files
from linocut.lines.judging import StringEvaluation, judge_texts
from linocut.lines.learning.ladder import LineRung, climb_lines
from linocut.lines.reader import StringReader
from linocut.lines.reading import Glyph, Reading
from linocut.lines.summary import ReaderSummary
from linocut.lines.windows.preparing import Preparation

__all__ = [
    "FileReading",
    "Glyph",
    "LineIntake",
    "LineRung",
    "Preparation",
    "ReaderSummary",
    "Reading",
    "StringDataset",
    "StringEvaluation",
    "StringReader",
    "StringSummary",
    "Strings",
    "Synthesis",
    "Verdict",
    "climb_lines",
    "judge_texts",
    "load_strings",
    "read_files",
    "strings_or_classes",
    "summarise_strings",
    "symbols_of",
    "synthetic_strings",
]
