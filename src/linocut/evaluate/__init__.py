"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.classification import (
    ClassScore,
    Confusion,
    Evaluation,
    evaluate,
    wilson_interval,
)
from linocut.evaluate.probabilities import fit_temperature

__all__ = [
    "ClassScore",
    "Confusion",
    "Evaluation",
    "evaluate",
    "fit_temperature",
    "wilson_interval",
]
