"""The explorer in a notebook's cell (extra ``notebook``)."""

from linocut.widget.drawing import draw_widget

__all__ = ["draw_widget"]
