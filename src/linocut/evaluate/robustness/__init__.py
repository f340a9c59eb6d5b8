"""How far accuracy holds: on corrupted and moved images."""

from linocut.evaluate.robustness.corruptions import CORRUPTIONS, Corruption, corruption
from linocut.evaluate.robustness.examples import CorruptionExamples, corruption_examples
from linocut.evaluate.robustness.judging import judge_robustness
from linocut.evaluate.robustness.preparation import with_preparation, without_preparation
from linocut.evaluate.robustness.result import Robustness
from linocut.evaluate.robustness.shifts import ShiftAccuracy, accuracy_under_shifts

__all__ = [
    "CORRUPTIONS",
    "Corruption",
    "CorruptionExamples",
    "Robustness",
    "ShiftAccuracy",
    "accuracy_under_shifts",
    "corruption",
    "corruption_examples",
    "judge_robustness",
    "with_preparation",
    "without_preparation",
]
