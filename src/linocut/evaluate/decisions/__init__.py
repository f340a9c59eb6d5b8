"""What to decide, given probabilities: thresholds, costs, rejection, sets of classes."""

from linocut.evaluate.decisions.aims import Aim, ForCosts, ForF1, ForPrecision, ForRisk, mean_f1
from linocut.evaluate.decisions.conformal import ConformalSets
from linocut.evaluate.decisions.conformal_coverage import ConformalCoverage
from linocut.evaluate.decisions.cost_table import read_costs
from linocut.evaluate.decisions.outcome import DecisionOutcome
from linocut.evaluate.decisions.risk_bound import RiskThreshold, threshold_for_risk
from linocut.evaluate.decisions.risk_coverage import RiskCoverage
from linocut.evaluate.decisions.thresholds import thresholds_for_f1, thresholds_for_precision
from linocut.evaluate.decisions.tuning import Tuning, tune
from linocut.evaluate.decisions.validation import known_predictions, validation_predictions

__all__ = [
    "Aim",
    "ConformalCoverage",
    "ConformalSets",
    "DecisionOutcome",
    "ForCosts",
    "ForF1",
    "ForPrecision",
    "ForRisk",
    "RiskCoverage",
    "RiskThreshold",
    "Tuning",
    "known_predictions",
    "mean_f1",
    "read_costs",
    "threshold_for_risk",
    "thresholds_for_f1",
    "thresholds_for_precision",
    "tune",
    "validation_predictions",
]
