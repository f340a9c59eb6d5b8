"""How well strings are read, and what costs most."""

from linocut.lines.judging.comparing import Pair, paired
from linocut.lines.judging.costs import CAUSES, ReadingCosts, reading_costs
from linocut.lines.judging.evaluation import NOTHING, Mixed, StringEvaluation, judge_texts

__all__ = [
    "CAUSES",
    "NOTHING",
    "Mixed",
    "Pair",
    "ReadingCosts",
    "StringEvaluation",
    "judge_texts",
    "paired",
    "reading_costs",
]
