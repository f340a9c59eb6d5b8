"""Models of strings, from fixed positions to all cuts summed over, and how they are chosen."""

from linocut.lines.learning.choosing import Choice, choose
from linocut.lines.learning.ladder import LineRung, climb_lines

__all__ = ["Choice", "LineRung", "choose", "climb_lines"]
