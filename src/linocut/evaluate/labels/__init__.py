"""Wrong labels: suspects, near-duplicates, and what to do about them."""

from linocut.evaluate.labels.duplicates import (
    NearDuplicate,
    NearDuplicates,
    find_near_duplicates,
)
from linocut.evaluate.labels.finding import (
    Look,
    find_suspects,
    look,
    quick_judge,
    strong_judge,
)
from linocut.evaluate.labels.noise import LabelNoise, Verdicts
from linocut.evaluate.labels.out_of_fold import Folds, OutOfFold
from linocut.evaluate.labels.suspects import Suspect, Suspects
from linocut.evaluate.labels.suspects_file import write_suspects

__all__ = [
    "Folds",
    "LabelNoise",
    "Look",
    "NearDuplicate",
    "NearDuplicates",
    "OutOfFold",
    "Suspect",
    "Suspects",
    "Verdicts",
    "find_near_duplicates",
    "find_suspects",
    "look",
    "quick_judge",
    "strong_judge",
    "write_suspects",
]
