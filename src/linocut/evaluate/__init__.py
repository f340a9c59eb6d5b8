"""How well: metrics and what they say about a classifier."""

from linocut.evaluate.calibration import (
    Calibrated,
    CalibrationComparison,
    CalibrationError,
    PriorEstimate,
    ProperScores,
    Reliability,
    calibrate,
    compare_calibrations,
    estimate_priors,
    folded,
    held_out_predictions,
    read_priors,
    smooth_calibration_error,
    training_priors,
    with_priors,
    with_temperature,
)
from linocut.evaluate.classification import (
    ClassScore,
    Confusion,
    Evaluation,
    evaluate,
    wilson_interval,
)
from linocut.evaluate.comparing import (
    CHANCE,
    are_level,
    chance_of_split,
    difference_interval,
)
from linocut.evaluate.judging import Judgement
from linocut.evaluate.predictions import Predictions
from linocut.evaluate.probing import Probe, probe
from linocut.evaluate.single_pixel import SinglePixel, best_single_pixel

__all__ = [
    "CHANCE",
    "Calibrated",
    "CalibrationComparison",
    "CalibrationError",
    "ClassScore",
    "Confusion",
    "Evaluation",
    "Judgement",
    "Predictions",
    "PriorEstimate",
    "Probe",
    "ProperScores",
    "Reliability",
    "SinglePixel",
    "are_level",
    "best_single_pixel",
    "calibrate",
    "chance_of_split",
    "compare_calibrations",
    "difference_interval",
    "estimate_priors",
    "evaluate",
    "folded",
    "held_out_predictions",
    "probe",
    "read_priors",
    "smooth_calibration_error",
    "training_priors",
    "wilson_interval",
    "with_priors",
    "with_temperature",
]
