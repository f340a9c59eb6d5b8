"""The usual figures, by class and overall, each with its interval and how it comes about."""

from linocut.evaluate.metrics.by_class import ClassFigures, ClassMetrics, MeanFigures
from linocut.evaluate.metrics.confusion import ConfusedPair, ConfusionMatrix, Mistakes
from linocut.evaluate.metrics.overall import OverallFigure, OverallMetrics
from linocut.evaluate.metrics.train_beside_test import TrainBesideTest, TrainTestGap
from linocut.evaluate.metrics.worked import MetricStep, WorkedMetrics

__all__ = [
    "ClassFigures",
    "ClassMetrics",
    "ConfusedPair",
    "ConfusionMatrix",
    "MeanFigures",
    "MetricStep",
    "Mistakes",
    "OverallFigure",
    "OverallMetrics",
    "TrainBesideTest",
    "TrainTestGap",
    "WorkedMetrics",
]
