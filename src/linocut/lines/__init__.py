"""Several glyphs in one image: strings to learn from, and models that read them.

Every command looks whether it was given strings, so what reads them is imported on use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from linocut.lines.files import FileReading, read_files
    from linocut.lines.judging import StringEvaluation, judge_texts
    from linocut.lines.learning.ladder import LineRung, climb_lines
    from linocut.lines.reader import StringReader
    from linocut.lines.reading import Glyph, Reading
    from linocut.lines.summary import ReaderSummary
    from linocut.lines.windows.preparing import Preparation

# Public name: the module that it comes from.
_ON_USE = {
    "FileReading": "linocut.lines.files",
    "Glyph": "linocut.lines.reading",
    "LineRung": "linocut.lines.learning.ladder",
    "Preparation": "linocut.lines.windows.preparing",
    "ReaderSummary": "linocut.lines.summary",
    "Reading": "linocut.lines.reading",
    "StringEvaluation": "linocut.lines.judging",
    "StringReader": "linocut.lines.reader",
    "climb_lines": "linocut.lines.learning.ladder",
    "judge_texts": "linocut.lines.judging",
    "read_files": "linocut.lines.files",
}

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


def __getattr__(name: str) -> Any:
    if name not in _ON_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_ON_USE[name]), name)
    globals()[name] = found  # from now on it is found without coming here
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
