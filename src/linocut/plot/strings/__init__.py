"""Figures of strings: a sheet of them, one reading, what is mixed up, and what cost most."""

from linocut.plot.strings.confusion import plot_string_confusion
from linocut.plot.strings.costs import plot_reading_costs
from linocut.plot.strings.reading import GlyphEvidence, plot_reading
from linocut.plot.strings.sheet import plot_string_sheet

__all__ = [
    "GlyphEvidence",
    "plot_reading",
    "plot_reading_costs",
    "plot_string_confusion",
    "plot_string_sheet",
]
