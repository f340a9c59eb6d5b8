"""Why: exact accounts of what a linear model looks at."""

from linocut.explain.diagram import ModelDiagram, model_diagram
from linocut.explain.evidence import (
    AVERAGE,
    Evidence,
    PixelPair,
    Reference,
    evidence_maps,
    explain,
)
from linocut.explain.flips import (
    NoiseFlips,
    ShiftMap,
    SmallestFlip,
    noise_flips,
    shift_map,
    smallest_flip,
)
from linocut.explain.pixel_models import PixelModel, PulledBack
from linocut.explain.pulling_back import account_for, pull_back
from linocut.explain.replay import Replay, replay_fit, replay_path
from linocut.explain.selection import SelectionFrequency, selection_frequency
from linocut.explain.shared_ink import Overlap, SharedInk
from linocut.explain.templates import EigenTemplates, Templates, templates_of
from linocut.explain.training_images import (
    Flip,
    Flips,
    Influence,
    Lineage,
    Pull,
    RunningSum,
    TrainingCoefficients,
    lineage,
    training_coefficients,
)
from linocut.explain.worked import WorkedExample, worked_example

__all__ = [
    "AVERAGE",
    "EigenTemplates",
    "Evidence",
    "Flip",
    "Flips",
    "Influence",
    "Lineage",
    "ModelDiagram",
    "NoiseFlips",
    "Overlap",
    "PixelModel",
    "PixelPair",
    "Pull",
    "PulledBack",
    "Reference",
    "Replay",
    "RunningSum",
    "SelectionFrequency",
    "SharedInk",
    "ShiftMap",
    "SmallestFlip",
    "Templates",
    "TrainingCoefficients",
    "WorkedExample",
    "account_for",
    "evidence_maps",
    "explain",
    "lineage",
    "model_diagram",
    "noise_flips",
    "pull_back",
    "replay_fit",
    "replay_path",
    "selection_frequency",
    "shift_map",
    "smallest_flip",
    "templates_of",
    "training_coefficients",
    "worked_example",
]
