"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.classification import (
    ClassScore,
    Confusion,
    Evaluation,
    evaluate,
    wilson_interval,
)

__all__ = [
    "ClassScore",
    "Confusion",
    "Evaluation",
    "evaluate",
    "wilson_interval",
]
