"""Strings in: images of one line of glyphs, each with its text."""

from linocut.lines.data.intake import LineIntake
from linocut.lines.data.strings import StringDataset, Strings
from linocut.lines.data.symbols import normalised_text, symbols_of

__all__ = ["LineIntake", "StringDataset", "Strings", "normalised_text", "symbols_of"]
