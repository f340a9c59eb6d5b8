"""How well strings are read, and what costs most."""

from linocut.lines.judging.comparing import Pair, paired
from linocut.lines.judging.evaluation import Mixed, StringEvaluation, judge_texts

__all__ = ["Mixed", "Pair", "StringEvaluation", "judge_texts", "paired"]
