"""Finished models: of images, with intake, pipeline, class names and provenance, and of rows."""

from linocut.classifier.image_classifier import ImageClassifier
from linocut.classifier.loading import load_model
from linocut.classifier.reading import Reading, classify_files, classify_rows
from linocut.classifier.row_classifier import RowClassifier
from linocut.core.decisions import DecisionRule

__all__ = [
    "DecisionRule",
    "ImageClassifier",
    "Reading",
    "RowClassifier",
    "classify_files",
    "classify_rows",
    "load_model",
]
