"""Which training images made a model what it is, and what would be without one of them."""

from linocut.explain.training_images.coefficients import (
    Pull,
    RunningSum,
    TrainingCoefficients,
    training_coefficients,
)
from linocut.explain.training_images.influence import Flip, Flips, Influence
from linocut.explain.training_images.side_by_side import Lineage, lineage

__all__ = [
    "Flip",
    "Flips",
    "Influence",
    "Lineage",
    "Pull",
    "RunningSum",
    "TrainingCoefficients",
    "lineage",
    "training_coefficients",
]
