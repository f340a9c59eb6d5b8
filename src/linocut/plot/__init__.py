"""Figures from plain arrays."""

from linocut.plot.confusion import plot_confusion
from linocut.plot.ladder import plot_ladder
from linocut.plot.learning_curve import plot_learning_curve
from linocut.plot.penalty_path import plot_cross_validation, plot_penalty_path
from linocut.plot.templates import plot_templates

__all__ = [
    "plot_confusion",
    "plot_cross_validation",
    "plot_ladder",
    "plot_learning_curve",
    "plot_penalty_path",
    "plot_templates",
]
