"""Paragraphs of the report, computed from the results of one run."""

from linocut.report.text.comparison import steps
from linocut.report.text.data import balance, means, pixels, samples
from linocut.report.text.gains import climb, headline
from linocut.report.text.predictions import classes, confusion, mistakes
from linocut.report.text.reasons import (
    coefficients_of,
    eigen_templates,
    patterns,
    shared_ink,
    training_images,
    why,
)
from linocut.report.text.templates import all_templates, one_template

__all__ = [
    "all_templates",
    "balance",
    "classes",
    "climb",
    "coefficients_of",
    "confusion",
    "eigen_templates",
    "headline",
    "means",
    "mistakes",
    "one_template",
    "patterns",
    "pixels",
    "samples",
    "shared_ink",
    "steps",
    "training_images",
    "why",
]
