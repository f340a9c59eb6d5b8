"""How far probabilities can be trusted, and how they are made better."""

from linocut.evaluate.calibration.bins import (
    BinnedError,
    ReliabilityCurve,
    binned_error,
    reliability_curve,
)
from linocut.evaluate.calibration.chance import MeasuredError, draws_for, measure_error
from linocut.evaluate.calibration.errors import CalibrationError
from linocut.evaluate.calibration.events import Event
from linocut.evaluate.calibration.folding import folded, with_scores, with_temperature
from linocut.evaluate.calibration.held_out import held_out_predictions
from linocut.evaluate.calibration.isotonic import IsotonicCalibration
from linocut.evaluate.calibration.proper_scores import ProperScores, Score
from linocut.evaluate.calibration.recalibrating import Calibrated, calibrate
from linocut.evaluate.calibration.reliability import Reliability
from linocut.evaluate.calibration.scaling import Scaling, fit_scaling
from linocut.evaluate.calibration.smoothing import smooth_calibration_error

__all__ = [
    "BinnedError",
    "Calibrated",
    "CalibrationError",
    "Event",
    "IsotonicCalibration",
    "MeasuredError",
    "ProperScores",
    "Reliability",
    "ReliabilityCurve",
    "Scaling",
    "Score",
    "binned_error",
    "calibrate",
    "draws_for",
    "fit_scaling",
    "folded",
    "held_out_predictions",
    "measure_error",
    "reliability_curve",
    "smooth_calibration_error",
    "with_scores",
    "with_temperature",
]
