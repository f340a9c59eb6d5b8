"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.classification import (
    ClassScore,
    Confusion,
    Evaluation,
    evaluate,
)
from linocut.evaluate.comparing import (
    CHANCE,
    are_level,
    chance_of_split,
    difference_interval,
)
<<<<<<< HEAD
from linocut.evaluate.curves import (
    PrecisionRecallCurve,
    PrecisionRecallCurves,
    RocCurve,
    RocCurves,
    ThresholdCounts,
)
from linocut.evaluate.intervals import Estimate, wilson_interval
=======
from linocut.evaluate.decisions import (
    ConformalCoverage,
    ConformalSets,
    DecisionOutcome,
    ForCosts,
    ForF1,
    ForPrecision,
    ForRisk,
    RiskCoverage,
    RiskThreshold,
    Tuning,
    read_costs,
    threshold_for_risk,
    thresholds_for_f1,
    thresholds_for_precision,
    tune,
    validation_predictions,
)
>>>>>>> decisions
from linocut.evaluate.judging import Judgement
from linocut.evaluate.metrics import (
    ClassFigures,
    ClassMetrics,
    ConfusedPair,
    ConfusionMatrix,
    MeanFigures,
    MetricStep,
    Mistakes,
    OverallFigure,
    OverallMetrics,
    TrainBesideTest,
    TrainTestGap,
    WorkedMetrics,
)
from linocut.evaluate.predictions import Predictions
from linocut.evaluate.probing import Probe, probe
from linocut.evaluate.single_pixel import SinglePixel, best_single_pixel

__all__ = [
    "CHANCE",
    "ClassFigures",
    "ClassMetrics",
    "ClassScore",
<<<<<<< HEAD
    "ConfusedPair",
    "Confusion",
    "ConfusionMatrix",
    "Estimate",
=======
    "ConformalCoverage",
    "ConformalSets",
    "Confusion",
    "DecisionOutcome",
>>>>>>> decisions
    "Evaluation",
    "ForCosts",
    "ForF1",
    "ForPrecision",
    "ForRisk",
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
<<<<<<< HEAD
    "RocCurve",
    "RocCurves",
    "SinglePixel",
    "ThresholdCounts",
    "TrainBesideTest",
    "TrainTestGap",
    "WorkedMetrics",
=======
    "RiskCoverage",
    "RiskThreshold",
    "SinglePixel",
    "Tuning",
>>>>>>> decisions
    "are_level",
    "best_single_pixel",
    "chance_of_split",
    "difference_interval",
    "evaluate",
    "probe",
    "read_costs",
    "threshold_for_risk",
    "thresholds_for_f1",
    "thresholds_for_precision",
    "tune",
    "validation_predictions",
    "wilson_interval",
]
