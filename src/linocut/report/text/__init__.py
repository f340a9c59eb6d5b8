"""Paragraphs of the report, computed from the results of one run."""

from linocut.report.text.comparison import steps
from linocut.report.text.data import balance, means, pixels, samples, single_pixel
from linocut.report.text.drawn_on import drawing, pulls
from linocut.report.text.each_class import class_facts, rivals
from linocut.report.text.gains import climb, headline
from linocut.report.text.predictions import classes, confusion, mistakes
from linocut.report.text.reasons import (
    cannot_replay,
    coefficients_of,
    eigen_templates,
    neighbours,
    no_evidence,
    no_templates,
    patterns,
    replay,
    replay_takes_long,
    replay_takes_room,
    shared_ink,
    training_images,
    why,
)
from linocut.report.text.templates import all_templates, one_template
from linocut.report.text.trust import abstaining, reliability, spaced, suspects, told

__all__ = [
    "abstaining",
    "all_templates",
    "balance",
    "cannot_replay",
    "class_facts",
    "classes",
    "climb",
    "coefficients_of",
    "confusion",
    "drawing",
    "eigen_templates",
    "headline",
    "means",
    "mistakes",
    "neighbours",
    "no_evidence",
    "no_templates",
    "one_template",
    "patterns",
    "pixels",
    "pulls",
    "reliability",
    "replay",
    "replay_takes_long",
    "replay_takes_room",
    "rivals",
    "samples",
    "shared_ink",
    "single_pixel",
    "spaced",
    "steps",
    "suspects",
    "told",
    "training_images",
    "why",
]
