"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.checks import Check, Review, review, review_model
from linocut.evaluate.classification import ClassScore, Confusion, Evaluation, evaluate
from linocut.evaluate.comparing import CHANCE, are_level, chance_of_split, difference_interval
from linocut.evaluate.curves import (
    PrecisionRecallCurve,
    PrecisionRecallCurves,
    RocCurve,
    RocCurves,
    ThresholdCounts,
)
from linocut.evaluate.intervals import Estimate, wilson_interval
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics import (
    ClassFigures,
    ClassMetrics,
    ConfusedPair,
    ConfusionMatrix,
    Gap,
    MeanFigures,
    MetricStep,
    Mistakes,
    OverallFigure,
    OverallMetrics,
    TrainBesideTest,
    WorkedMetrics,
)
from linocut.evaluate.predictions import Predictions
from linocut.evaluate.probing import Probe, probe
from linocut.evaluate.single_pixel import SinglePixel, best_single_pixel

__all__ = [
    "CHANCE",
    "Check",
    "ClassFigures",
    "ClassMetrics",
    "ClassScore",
    "ConfusedPair",
    "Confusion",
    "ConfusionMatrix",
    "Estimate",
    "Evaluation",
    "Gap",
    "Judgement",
    "MeanFigures",
    "MetricStep",
    "Mistakes",
    "OverallFigure",
    "OverallMetrics",
    "PrecisionRecallCurve",
    "PrecisionRecallCurves",
    "Predictions",
    "Probe",
    "Review",
    "RocCurve",
    "RocCurves",
    "SinglePixel",
    "ThresholdCounts",
    "TrainBesideTest",
    "WorkedMetrics",
    "are_level",
    "best_single_pixel",
    "chance_of_split",
    "difference_interval",
    "evaluate",
    "probe",
    "review",
    "review_model",
    "wilson_interval",
]
