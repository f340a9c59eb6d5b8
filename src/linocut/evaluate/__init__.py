"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.classification import (
    ClassScore,
    Confusion,
    Evaluation,
    evaluate,
    wilson_interval,
)
from linocut.evaluate.comparing import (
    CHANCE,
    are_level,
    chance_of_split,
    difference_interval,
)
from linocut.evaluate.elsewhere import Elsewhere, ToldApart, judge_elsewhere, tell_apart
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions
from linocut.evaluate.probing import Probe, probe
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
from linocut.evaluate.single_pixel import SinglePixel, best_single_pixel

__all__ = [
    "CHANCE",
    "CORRUPTIONS",
    "ClassScore",
    "Confusion",
    "Corruption",
    "CorruptionExamples",
    "Elsewhere",
    "Evaluation",
    "Judgement",
    "MeanShare",
    "Predictions",
    "Probe",
    "Robustness",
    "ShiftAccuracy",
    "SinglePixel",
    "ToldApart",
    "accuracy_under_shifts",
    "are_level",
    "best_single_pixel",
    "chance_of_split",
    "corruption",
    "corruption_examples",
    "difference_interval",
    "evaluate",
    "judge_elsewhere",
    "judge_robustness",
    "probe",
    "tell_apart",
    "wilson_interval",
    "with_preparation",
    "without_preparation",
]
