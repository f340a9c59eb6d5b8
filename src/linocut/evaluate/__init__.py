"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.checks import (
    Check,
    Review,
    review,
    review_model,
)
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
from linocut.evaluate.elsewhere import (
    Elsewhere,
    ToldApart,
    judge_elsewhere,
    tell_apart,
)
from linocut.evaluate.intervals import (
    Estimate,
    wilson_interval,
)
from linocut.evaluate.judging import (
    Judgement,
)
from linocut.evaluate.labels import (
    LabelNoise,
    NearDuplicate,
    NearDuplicates,
    Suspect,
    Suspects,
    find_near_duplicates,
    find_suspects,
    write_suspects,
)
from linocut.evaluate.predictions import (
    Predictions,
)
from linocut.evaluate.probing import (
    Probe,
    probe,
)
from linocut.evaluate.robustness import (
    CORRUPTIONS,
    Corruption,
    CorruptionExamples,
    MeanShare,
    Robustness,
    ShiftAccuracy,
    accuracy_under_shifts,
    corruption,
    corruption_examples,
    judge_robustness,
    with_preparation,
    without_preparation,
)
from linocut.evaluate.single_pixel import (
    SinglePixel,
    best_single_pixel,
)

__all__ = [
    "CHANCE",
    "CORRUPTIONS",
    "Check",
    "ClassScore",
    "ConformalCoverage",
    "ConformalSets",
    "Confusion",
    "Corruption",
    "CorruptionExamples",
    "DecisionOutcome",
    "Elsewhere",
    "Estimate",
    "Evaluation",
    "ForCosts",
    "ForF1",
    "ForPrecision",
    "ForRisk",
    "Judgement",
    "LabelNoise",
    "MeanShare",
    "NearDuplicate",
    "NearDuplicates",
    "Predictions",
    "Probe",
    "Review",
    "RiskCoverage",
    "RiskThreshold",
    "Robustness",
    "ShiftAccuracy",
    "SinglePixel",
    "Suspect",
    "Suspects",
    "ToldApart",
    "Tuning",
    "accuracy_under_shifts",
    "are_level",
    "best_single_pixel",
    "chance_of_split",
    "corruption",
    "corruption_examples",
    "difference_interval",
    "evaluate",
    "find_near_duplicates",
    "find_suspects",
    "judge_elsewhere",
    "judge_robustness",
    "probe",
    "read_costs",
    "review",
    "review_model",
    "tell_apart",
    "threshold_for_risk",
    "thresholds_for_f1",
    "thresholds_for_precision",
    "tune",
    "validation_predictions",
    "wilson_interval",
    "with_preparation",
    "without_preparation",
    "write_suspects",
]
