"""The finished model: intake, fitted pipeline, class names, temperature, provenance."""

from linocut.classifier.image_classifier import ImageClassifier
from linocut.classifier.loading import load_model
from linocut.classifier.reading import Reading, classify_files

__all__ = ["ImageClassifier", "Reading", "classify_files", "load_model"]
