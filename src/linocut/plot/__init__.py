"""Figures from plain arrays."""

from linocut.plot.charts import Chart, Line, Lines, Mark, Points, Table, Tiles, Values, plot_charts
from linocut.plot.class_curves import plot_precision_recall, plot_roc
from linocut.plot.class_metrics import (
    plot_class_metrics,
    plot_overall_metrics,
    plot_train_beside_test,
)
from linocut.plot.confusion import plot_confusion, plot_confusion_matrix
from linocut.plot.decisions import plot_class_precision, plot_risk_coverage
from linocut.plot.diagram import plot_diagram
from linocut.plot.elsewhere import plot_elsewhere
from linocut.plot.evidence import plot_evidence
from linocut.plot.flips import plot_flip, plot_shift_map
from linocut.plot.influence import plot_influence
from linocut.plot.ladder import plot_ladder
from linocut.plot.learning_curve import plot_learning_curve
from linocut.plot.measures import plot_measures
from linocut.plot.overlap import plot_overlap
from linocut.plot.penalty_path import plot_cross_validation, plot_penalty_path, plot_probe
from linocut.plot.pixels import plot_pixels
from linocut.plot.reliability import plot_reliability, plot_reliability_of_classes
from linocut.plot.robustness import plot_corruptions, plot_robustness, plot_shift_accuracy
from linocut.plot.separability import plot_separability
from linocut.plot.strings import (
    GlyphEvidence,
    plot_reading,
    plot_reading_costs,
    plot_string_confusion,
)
from linocut.plot.study import plot_study
from linocut.plot.suspects import plot_pairs, plot_suspects
from linocut.plot.template_grid import plot_template_grid
from linocut.plot.templates import plot_templates
from linocut.plot.training_images import plot_training_images
from linocut.plot.worked import plot_worked_example
from linocut.plot.worked_metrics import plot_worked_metrics

__all__ = [
    "Chart",
    "GlyphEvidence",
    "Line",
    "Lines",
    "Mark",
    "Points",
    "Table",
    "Tiles",
    "Values",
    "plot_charts",
    "plot_class_metrics",
    "plot_class_precision",
    "plot_confusion",
    "plot_confusion_matrix",
    "plot_corruptions",
    "plot_cross_validation",
    "plot_diagram",
    "plot_elsewhere",
    "plot_evidence",
    "plot_flip",
    "plot_influence",
    "plot_ladder",
    "plot_learning_curve",
    "plot_measures",
    "plot_overall_metrics",
    "plot_overlap",
    "plot_pairs",
    "plot_penalty_path",
    "plot_pixels",
    "plot_precision_recall",
    "plot_probe",
    "plot_reading",
    "plot_reading_costs",
    "plot_reliability",
    "plot_reliability_of_classes",
    "plot_risk_coverage",
    "plot_robustness",
    "plot_roc",
    "plot_separability",
    "plot_shift_accuracy",
    "plot_shift_map",
    "plot_string_confusion",
    "plot_study",
    "plot_suspects",
    "plot_template_grid",
    "plot_templates",
    "plot_train_beside_test",
    "plot_training_images",
    "plot_worked_example",
    "plot_worked_metrics",
]
