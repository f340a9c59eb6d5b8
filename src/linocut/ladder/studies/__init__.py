"""Studies: one thing done to the images in several ways, compared by accuracy."""

from linocut.ladder.studies.distortions import study_distortions
from linocut.ladder.studies.imbalance import study_imbalance
from linocut.ladder.studies.inputs import study_geometry, study_scalings
from linocut.ladder.studies.parts import study_components, study_denoising, study_patches
from linocut.ladder.studies.study import Change, Study, Variant

STUDIES = {
    "geometry": study_geometry,
    "scaling": study_scalings,
    "components": study_components,
    "denoising": study_denoising,
    "patches": study_patches,
    "distortions": study_distortions,
    "imbalance": study_imbalance,
}

__all__ = [
    "STUDIES",
    "Change",
    "Study",
    "Variant",
    "study_components",
    "study_denoising",
    "study_distortions",
    "study_geometry",
    "study_imbalance",
    "study_patches",
    "study_scalings",
]
