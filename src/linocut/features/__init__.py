"""From images to features: scikit-learn transformers."""

from linocut.features.deskew import Deskew
from linocut.features.frame import Blur, Crop
from linocut.features.pairs import PrincipalPairs
from linocut.features.pixels import UnitPixels
from linocut.features.scattering import Scattering

__all__ = ["Blur", "Crop", "Deskew", "PrincipalPairs", "Scattering", "UnitPixels"]
