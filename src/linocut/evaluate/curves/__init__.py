"""The threshold moved: ROC and precision-recall curves of each class against the rest."""

from linocut.evaluate.curves.precision_recall import PrecisionRecallCurve, PrecisionRecallCurves
from linocut.evaluate.curves.ranking import ThresholdCounts
from linocut.evaluate.curves.roc import RocCurve, RocCurves

__all__ = [
    "PrecisionRecallCurve",
    "PrecisionRecallCurves",
    "RocCurve",
    "RocCurves",
    "ThresholdCounts",
]
