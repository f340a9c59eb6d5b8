"""Images to features: scikit-learn transformers."""

from linocut.features.pixels import UnitPixels

__all__ = ["UnitPixels"]
