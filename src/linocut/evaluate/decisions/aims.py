"""What decisions are for: each aim finds its rule on validation images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.decisions import DecisionRule
from linocut.evaluate.class_places import some_of
from linocut.evaluate.decisions.outcome import DecisionOutcome
from linocut.evaluate.decisions.risk_bound import threshold_for_risk
from linocut.evaluate.decisions.thresholds import thresholds_for_f1, thresholds_for_precision
from linocut.evaluate.predictions import Predictions


class Aim(Protocol):
    """What is wanted of decisions."""

    @property
    def wanted(self) -> str:
        """What is wanted, in words that begin a sentence."""

    def rule(self, validation: Predictions) -> DecisionRule:
        """Find the rule on images that the model was not fitted on."""

    def note(self, validation: Predictions, rule: DecisionRule) -> str:
        """Say what a user must know of the rule; empty if nothing."""


@dataclass(frozen=True)
class ForPrecision:
    """Precision of each class of at least so much, at the largest coverage."""

    precision: float

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return f"Precision of each class at least {self.precision:.4g}"

    def rule(self, validation: Predictions) -> DecisionRule:
        """Find thresholds (see `thresholds_for_precision`)."""
        thresholds = thresholds_for_precision(validation, self.precision)
        if (thresholds > 1).all():
            raise LinocutError(
                f"no class reaches a precision of {self.precision:.4g} with any threshold from ½ "
                "up — ask for less"
            )
        return DecisionRule(thresholds)

    def note(self, validation: Predictions, rule: DecisionRule) -> str:
        """Name the classes that do not reach it anywhere."""
        assert rule.thresholds is not None
        never = np.array(validation.class_names)[rule.thresholds > 1].tolist()
        if not never:
            return ""
        one = len(never) == 1
        return (
            f"No threshold from ½ up gives {'class' if one else 'classes'} {some_of(never)} that "
            f"precision: {'it is' if one else 'they are'} never predicted."
        )


@dataclass(frozen=True)
class ForF1:
    """The largest mean F1 of the classes."""

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return "Mean F1 of the classes as large as thresholds make it"

    def rule(self, validation: Predictions) -> DecisionRule:
        """Find thresholds (see `thresholds_for_f1`)."""
        return DecisionRule(thresholds_for_f1(validation))

    def note(self, validation: Predictions, rule: DecisionRule) -> str:
        """Say what the mean F1 was and is."""
        before, after = (
            mean_f1(DecisionOutcome.from_predictions(validation, rule=each))
            for each in (None, rule)
        )
        return f"Mean F1 on the validation images: {before:.4f} before, {after:.4f} after."


@dataclass(frozen=True)
class ForRisk:
    """At most such a share of mistakes among the accepted images, with a guarantee."""

    risk: float
    confidence: float = 0.95

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return f"Mistakes among accepted images at most {self.risk:.4g}"

    def rule(self, validation: Predictions) -> DecisionRule:
        """Find one threshold for all classes (see `threshold_for_risk`)."""
        found = threshold_for_risk(validation, self.risk, confidence=self.confidence)
        if not found.found:
            raise LinocutError(
                f"a share of mistakes of {self.risk:.4g} cannot be proved at any threshold — the "
                f"{found.n:,} validation images are too few, or the model makes too many mistakes "
                "where it is most certain; a larger share may be"
            )
        return DecisionRule(np.full(len(validation.class_names), found.threshold))

    def note(self, validation: Predictions, rule: DecisionRule) -> str:
        """Say what is guaranteed."""
        return threshold_for_risk(validation, self.risk, confidence=self.confidence).sentence


@dataclass(frozen=True, eq=False)
class ForCosts:
    """The least expected cost, by the probabilities as they are."""

    costs: NDArray[np.float64]

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return "Least expected cost"

    def rule(self, validation: Predictions) -> DecisionRule:
        """Return the costs as a rule: by probabilities that are right, none costs less."""
        return DecisionRule(costs=self.costs)

    def note(self, validation: Predictions, rule: DecisionRule) -> str:
        """Say so if the class with the largest score would have cost less."""
        before, after = (
            DecisionOutcome.from_predictions(validation, rule=each, costs=rule.costs).cost
            for each in (None, rule)
        )
        if before is None or after is None or after <= before:
            return ""
        return (
            "These decisions cost more on the validation images than the class with the largest "
            "score: the probabilities are not right enough — calibrate the model first."
        )


def mean_f1(outcome: DecisionOutcome) -> float:
    """Return the mean F1 of the classes; a class without image counts as 0.

    Examples
    --------
    >>> round(mean_f1(DecisionOutcome(("a", "b"), np.array([[3, 1, 0], [0, 2, 2]]))), 4)
    0.7143
    """
    hits = np.diag(outcome.counts)
    both = outcome.counts[:, :-1].sum(axis=0) + outcome.counts.sum(axis=1)
    return float((2 * hits / np.maximum(both, 1)).mean())
