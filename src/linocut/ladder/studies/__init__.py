"""Studies: one thing done in several ways, compared by what it looks like and by accuracy."""

from collections.abc import Callable

from linocut.ladder.studies.augmentation import study_augmentation
from linocut.ladder.studies.colour_maps import study_colour_maps
from linocut.ladder.studies.distortions import study_distortions
from linocut.ladder.studies.doubled import study_doubled
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.imbalance import ImbalanceStudy, study_imbalance
from linocut.ladder.studies.ink import study_ink
from linocut.ladder.studies.inputs import study_geometry, study_scalings
from linocut.ladder.studies.likelihood import study_likelihood
from linocut.ladder.studies.map import study_map
from linocut.ladder.studies.odds import study_odds
from linocut.ladder.studies.parts import study_components, study_denoising, study_patches
from linocut.ladder.studies.penalty import study_penalty
from linocut.ladder.studies.prior import study_prior
from linocut.ladder.studies.products import study_products
from linocut.ladder.studies.size_of_test import study_test_size
from linocut.ladder.studies.size_of_training import study_train_size
from linocut.ladder.studies.solvers import study_solvers
from linocut.ladder.studies.stopping import study_steps
from linocut.ladder.studies.study import Change, Study, Variant
from linocut.ladder.studies.thresholds import study_thresholds
from linocut.ladder.studies.worked import study_worked

STUDIES: dict[str, Callable[..., Study | Findings | ImbalanceStudy]] = {
    "geometry": study_geometry,
    "scaling": study_scalings,
    "components": study_components,
    "denoising": study_denoising,
    "patches": study_patches,
    "distortions": study_distortions,
    "thresholds": study_thresholds,
    "solvers": study_solvers,
    "test-size": study_test_size,
    "train-size": study_train_size,
    "penalty": study_penalty,
    "augmentation": study_augmentation,
    "imbalance": study_imbalance,
    "steps": study_steps,
    "doubled": study_doubled,
    "likelihood": study_likelihood,
    "odds": study_odds,
    "prior": study_prior,
    "ink": study_ink,
    "colour-maps": study_colour_maps,
    "map": study_map,
    "products": study_products,
    "worked": study_worked,
}

__all__ = [
    "STUDIES",
    "Change",
    "Findings",
    "ImbalanceStudy",
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
    "study_products",
    "study_scalings",
    "study_solvers",
    "study_steps",
    "study_test_size",
    "study_thresholds",
    "study_train_size",
    "study_worked",
]
