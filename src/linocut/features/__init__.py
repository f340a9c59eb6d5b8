"""From images to features: scikit-learn transformers."""

from linocut.features.pairs import PrincipalPairs
from linocut.features.pixels import UnitPixels

__all__ = ["PrincipalPairs", "UnitPixels"]
