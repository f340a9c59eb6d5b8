"""Images made worse on purpose: the table of corruptions, and what each does."""

from linocut.evaluate.robustness.corruptions.table import (
    CORRUPTIONS,
    STRENGTHS,
    Corruption,
    corruption,
    corruptions,
)

__all__ = ["CORRUPTIONS", "STRENGTHS", "Corruption", "corruption", "corruptions"]
