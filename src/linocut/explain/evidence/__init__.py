"""Why this class rather than that one: evidence, pixel by pixel, that adds up to the margin."""

from linocut.explain.evidence.accounting import (
    AVERAGE,
    Evidence,
    PixelPair,
    Reference,
    evidence_maps,
    explain,
)

__all__ = ["AVERAGE", "Evidence", "PixelPair", "Reference", "evidence_maps", "explain"]
