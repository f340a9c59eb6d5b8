"""A second look at likely glyphs: each cut out of its line, upright and of one size."""

from linocut.lines.glyphs.cutting import GlyphImages
from linocut.lines.glyphs.second_look import SecondLook

__all__ = ["GlyphImages", "SecondLook"]
