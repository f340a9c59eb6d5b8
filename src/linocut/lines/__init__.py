"""Several glyphs in one image: strings to learn from, and models that read them."""

from linocut.lines.data import LineIntake, StringDataset, Strings, symbols_of

__all__ = ["LineIntake", "StringDataset", "Strings", "symbols_of"]
