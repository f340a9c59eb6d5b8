"""Figures from plain arrays."""

from linocut.plot.charts import Chart, Line, Lines, Mark, Points, Table, Tiles, Values, plot_charts
from linocut.plot.confusion import plot_confusion
from linocut.plot.diagram import plot_diagram
from linocut.plot.evidence import plot_evidence
from linocut.plot.flips import plot_flip, plot_shift_map
from linocut.plot.influence import plot_influence
from linocut.plot.ladder import plot_ladder
from linocut.plot.learning_curve import plot_learning_curve
from linocut.plot.overlap import plot_overlap
from linocut.plot.penalty_path import plot_cross_validation, plot_penalty_path, plot_probe
from linocut.plot.pixels import plot_pixels
from linocut.plot.separability import plot_separability
from linocut.plot.study import plot_study
from linocut.plot.template_grid import plot_template_grid
from linocut.plot.templates import plot_templates
from linocut.plot.training_images import plot_training_images
from linocut.plot.worked import plot_worked_example

__all__ = [
    "Chart",
    "Line",
    "Lines",
    "Mark",
    "Points",
    "Table",
    "Tiles",
    "Values",
    "plot_charts",
    "plot_confusion",
    "plot_cross_validation",
    "plot_diagram",
    "plot_evidence",
    "plot_flip",
    "plot_influence",
    "plot_ladder",
    "plot_learning_curve",
    "plot_overlap",
    "plot_penalty_path",
    "plot_pixels",
    "plot_probe",
    "plot_separability",
    "plot_shift_map",
    "plot_study",
    "plot_template_grid",
    "plot_templates",
    "plot_training_images",
    "plot_worked_example",
]
