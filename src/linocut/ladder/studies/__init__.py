"""Studies: one thing done to the images in several ways, compared by accuracy."""

from collections.abc import Callable

from linocut.ladder.studies.augmentation import study_augmentation
from linocut.ladder.studies.colour_maps import study_colour_maps
from linocut.ladder.studies.distortions import study_distortions
from linocut.ladder.studies.doubled import study_doubled
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.imbalance import study_imbalance
from linocut.ladder.studies.ink import study_ink
from linocut.ladder.studies.inputs import study_geometry, study_scalings
from linocut.ladder.studies.likelihood import study_likelihood
from linocut.ladder.studies.map import study_map
from linocut.ladder.studies.odds import study_odds
from linocut.ladder.studies.parts import study_components, study_denoising, study_patches
from linocut.ladder.studies.penalty import study_penalty
from linocut.ladder.studies.prior import study_prior
from linocut.ladder.studies.size_of_test import study_test_size
from linocut.ladder.studies.size_of_training import study_train_size
from linocut.ladder.studies.solvers import study_solvers
from linocut.ladder.studies.stopping import study_steps
from linocut.ladder.studies.study import Change, Study, Variant
from linocut.ladder.studies.thresholds import study_thresholds

__all__ = [
    "Callable",
    "Change",
    "Findings",
    "Study",
    "Variant",
    "study_augmentation",
    "study_colour_maps",
    "study_components",
    "study_denoising",
    "study_distortions",
    "study_doubled",
    "study_geometry",
    "study_imbalance",
    "study_ink",
    "study_likelihood",
    "study_map",
    "study_odds",
    "study_patches",
    "study_penalty",
    "study_prior",
    "study_scalings",
    "study_solvers",
    "study_steps",
    "study_test_size",
    "study_thresholds",
    "study_train_size",
]
