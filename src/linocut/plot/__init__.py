"""Figures from plain arrays."""

from linocut.plot.confusion import plot_confusion
from linocut.plot.ladder import plot_ladder
from linocut.plot.learning_curve import plot_learning_curve
from linocut.plot.templates import plot_templates

__all__ = ["plot_confusion", "plot_ladder", "plot_learning_curve", "plot_templates"]
