"""Checks that a careful reviewer would make, each a named rule with its figure and advice."""

from linocut.evaluate.checks.check import Check
from linocut.evaluate.checks.reviewing import RULES, Review, review, review_model

__all__ = ["RULES", "Check", "Review", "review", "review_model"]
