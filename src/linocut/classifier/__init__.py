"""The finished model: intake, fitted pipeline, class names, temperature, provenance."""

from linocut.classifier.image_classifier import ImageClassifier

__all__ = ["ImageClassifier"]
