"""How far probabilities can be trusted, and how they are made better."""

from linocut.evaluate.calibration.bins import (
    BinnedError,
    ReliabilityCurve,
    binned_error,
    reliability_curve,
)
from linocut.evaluate.calibration.chance import MeasuredError, draws_for, measure_error
from linocut.evaluate.calibration.comparing_methods import (
    CalibratedWay,
    CalibrationComparison,
    compare_calibrations,
)
from linocut.evaluate.calibration.errors import CalibrationError
from linocut.evaluate.calibration.events import Event
from linocut.evaluate.calibration.folding import folded, followed, with_scores, with_temperature
from linocut.evaluate.calibration.isotonic import IsotonicCalibration
from linocut.evaluate.calibration.prior_shift import (
    PriorEstimate,
    estimate_priors,
    estimate_priors_of,
)
from linocut.evaluate.calibration.priors import read_priors, training_priors, with_priors
from linocut.evaluate.calibration.proper_scores import ProperScores
from linocut.evaluate.calibration.recalibrating import Calibrated, calibrate
from linocut.evaluate.calibration.reliability import Reliability
from linocut.evaluate.calibration.scaling import Scaling, fit_scaling
from linocut.evaluate.calibration.smoothing import smooth_calibration_error

__all__ = [
    "BinnedError",
    "Calibrated",
    "CalibratedWay",
    "CalibrationComparison",
    "CalibrationError",
    "Event",
    "IsotonicCalibration",
    "MeasuredError",
    "PriorEstimate",
    "ProperScores",
    "Reliability",
    "ReliabilityCurve",
    "Scaling",
    "binned_error",
    "calibrate",
    "compare_calibrations",
    "draws_for",
    "estimate_priors",
    "estimate_priors_of",
    "fit_scaling",
    "folded",
    "followed",
    "measure_error",
    "read_priors",
    "reliability_curve",
    "smooth_calibration_error",
    "training_priors",
    "with_priors",
    "with_scores",
    "with_temperature",
]
