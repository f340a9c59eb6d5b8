"""The finished model: intake, fitted pipeline, class names, temperature, provenance."""

from linocut.classifier.image_classifier import ImageClassifier
from linocut.classifier.loading import load_model

__all__ = ["ImageClassifier", "load_model"]
