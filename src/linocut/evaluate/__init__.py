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
from linocut.evaluate.judging import Judgement
from linocut.evaluate.labels import (
    LabelNoise,
    NearDuplicate,
    NearDuplicates,
    Suspect,
    Suspects,
    find_near_duplicates,
    find_suspects,
    quick_judge,
    strong_judge,
    write_suspects,
)
from linocut.evaluate.predictions import Predictions
from linocut.evaluate.probing import Probe, probe
from linocut.evaluate.single_pixel import SinglePixel, best_single_pixel

__all__ = [
    "CHANCE",
    "ClassScore",
    "Confusion",
    "Evaluation",
    "Judgement",
    "LabelNoise",
    "NearDuplicate",
    "NearDuplicates",
    "Predictions",
    "Probe",
    "SinglePixel",
    "Suspect",
    "Suspects",
    "are_level",
    "best_single_pixel",
    "chance_of_split",
    "difference_interval",
    "evaluate",
    "find_near_duplicates",
    "find_suspects",
    "probe",
    "quick_judge",
    "strong_judge",
    "wilson_interval",
    "write_suspects",
]
