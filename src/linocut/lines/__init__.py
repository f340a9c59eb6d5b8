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

__all__ = [
    "LineIntake",
    "StringDataset",
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
