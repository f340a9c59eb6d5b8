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
from linocut.evaluate.intervals import (
    Estimate,
    wilson_interval,
)
from linocut.evaluate.judging import (
    Judgement,
)
from linocut.evaluate.predictions import (
    Predictions,
)
from linocut.evaluate.probing import (
    Probe,
    probe,
)
from linocut.evaluate.single_pixel import (
    SinglePixel,
    best_single_pixel,
)

__all__ = [
    "CHANCE",
    "ClassScore",
    "ConformalCoverage",
    "ConformalSets",
    "Confusion",
    "DecisionOutcome",
    "Estimate",
    "Evaluation",
    "ForCosts",
    "ForF1",
    "ForPrecision",
    "ForRisk",
    "Judgement",
    "Predictions",
    "Probe",
    "RiskCoverage",
    "RiskThreshold",
    "SinglePixel",
    "Tuning",
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
