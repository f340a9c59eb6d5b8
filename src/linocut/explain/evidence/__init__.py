"""Why this class rather than that one: evidence, pixel by pixel, that adds up to the margin."""

from linocut.explain.evidence.accounting import evidence_maps, explain
from linocut.explain.evidence.ledger import AVERAGE, Evidence, PixelPair, Reference

__all__ = ["AVERAGE", "Evidence", "PixelPair", "Reference", "evidence_maps", "explain"]
