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
from linocut.evaluate.intervals import Estimate, wilson_interval
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions
from linocut.evaluate.probing import Probe, probe
from linocut.evaluate.single_pixel import SinglePixel, best_single_pixel

__all__ = [
    "CHANCE",
    "ClassScore",
    "Confusion",
    "Estimate",
    "Evaluation",
    "Judgement",
    "Predictions",
    "Probe",
    "SinglePixel",
    "are_level",
    "best_single_pixel",
    "chance_of_split",
    "difference_interval",
    "evaluate",
    "probe",
    "wilson_interval",
]
