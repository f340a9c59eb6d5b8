"""From images to features: scikit-learn transformers."""

from linocut.core.ink_finding import find_ink
from linocut.features.augment import Augmentation
from linocut.features.components import Denoise, PrincipalComponents
from linocut.features.contrast import NormaliseContrast
from linocut.features.convolution import ConvolutionBank, RandomUnits
from linocut.features.deskew import Deskew
from linocut.features.frame import Blur, Crop
from linocut.features.geometry import (
    Centre,
    SizeNormalise,
    StrokeStatistics,
    stroke_statistics,
)
from linocut.features.moments import NormaliseMoments
from linocut.features.pairs import PrincipalPairs
from linocut.features.patches import PatchDictionary
from linocut.features.pixels import UnitPixels
from linocut.features.scaling import SCALINGS, Scaling
from linocut.features.scattering import Scattering
from linocut.features.theirs import pulled_through
from linocut.features.views import weights_by_view
from linocut.features.whiten import Decorrelate, Equalise, LeadingPairs

__all__ = [
    "SCALINGS",
    "Augmentation",
    "Blur",
    "Centre",
    "ConvolutionBank",
    "Crop",
    "Decorrelate",
    "Denoise",
    "Deskew",
    "Equalise",
    "LeadingPairs",
    "NormaliseContrast",
    "NormaliseMoments",
    "PatchDictionary",
    "PrincipalComponents",
    "PrincipalPairs",
    "RandomUnits",
    "Scaling",
    "Scattering",
    "SizeNormalise",
    "StrokeStatistics",
    "UnitPixels",
    "find_ink",
    "pulled_through",
    "stroke_statistics",
    "weights_by_view",
]
