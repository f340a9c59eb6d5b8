"""Paragraphs in plain language, computed from one run's figures."""

from linocut.report.words.comparison import steps
from linocut.report.words.data import balance, means, pixels, samples
from linocut.report.words.gains import climb, headline
from linocut.report.words.pictures import all_templates, one_template
from linocut.report.words.reading import classes, confusion, mistakes
from linocut.report.words.reasons import why

__all__ = [
    "all_templates",
    "balance",
    "classes",
    "climb",
    "confusion",
    "headline",
    "means",
    "mistakes",
    "one_template",
    "pixels",
    "samples",
    "steps",
    "why",
]
