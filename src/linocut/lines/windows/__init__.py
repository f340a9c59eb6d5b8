"""What is scored for a glyph: windows of an image, and the columns that they are made of."""

from linocut.lines.windows.columns import Columns
from linocut.lines.windows.preparing import Preparation, prepared
from linocut.lines.windows.windows import Windows

__all__ = ["Columns", "Preparation", "Windows", "prepared"]
