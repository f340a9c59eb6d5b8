"""Choose a model's decisions on validation images, and tell what they change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linocut.classifier import ImageClassifier
from linocut.core import Result, plain
from linocut.core.decisions import DecisionRule
from linocut.evaluate.decisions.aims import Aim
from linocut.evaluate.decisions.outcome import DecisionOutcome
from linocut.evaluate.decisions.risk_coverage import RiskCoverage
from linocut.evaluate.intervals import percent
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Pair = tuple[DecisionOutcome, DecisionOutcome]


@dataclass(frozen=True, eq=False, repr=False)
class Tuning(Result):
    """A model with decisions, and what they change.

    Attributes
    ----------
    model : ImageClassifier
        The new one.
    wanted : str
        What the decisions are for.
    rule : DecisionRule
        What it decides by now.
    validation, test : pair of DecisionOutcome, or None
        By the largest score, and by the rule; the test part is told for information.
    curve : RiskCoverage
        Of the validation images.
    note : str
        What a user must know; empty if nothing.
    """

    model: ImageClassifier
    wanted: str
    rule: DecisionRule
    validation: Pair
    test: Pair | None
    curve: RiskCoverage
    note: str

    @property
    def sentence(self) -> str:
        """Say what was wanted and what came of it."""
        before, after = self.validation
        said = f"{self.wanted}, chosen on {after.n:,} validation images: {_told(before, after)}."
        if self.test is not None:
            said += f" On {self.test[1].n:,} test images, for information: {_told(*self.test)}."
        return f"{said} {self.note}".rstrip()

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a part and way to decide."""
        parts = [("validation", self.validation), ("test", self.test)]
        return [
            _row(part, decided, outcome)
            for part, pair in parts
            if pair is not None
            for decided, outcome in zip(("largest score", "tuned"), pair, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the rule and every figure as plain data."""
        data: dict[str, Any] = plain(
            {
                "wanted": self.wanted,
                "note": self.note,
                "classes": list(map(str, self.model.classes_)),
                "thresholds": self.rule.thresholds,
                "costs": self.rule.costs,
                "rejected": self.rule.rejected,
                "validation": _pair(self.validation),
                "test": self.test and _pair(self.test),
                "risk_coverage": self.curve.to_dict(),
            }
        )
        return data

    def plot(self, ax: Axes | None = None) -> Figure:
        """Draw risk against coverage on the validation images, with both ways to decide."""
        from linocut.plot import plot_risk_coverage  # Matplotlib loads on use

        names = ("largest score", "tuned")
        points = [
            (name, each.coverage, 1 - each.accuracy)
            for name, each in zip(names, self.validation, strict=True)
            if each.accuracy is not None
        ]
        curve = self.curve
        return plot_risk_coverage(
            curve.accepted, curve.mistakes, interval=curve.intervals, points=points, ax=ax
        )


def tune(
    model: ImageClassifier,
    validation: Predictions,
    aim: Aim,
    *,
    rejected: str | None = None,
    test: Predictions | None = None,
) -> Tuning:
    """Choose decisions for an aim.

    Parameters
    ----------
    model : ImageClassifier
        Fitted; not changed.
    validation : Predictions
        Of images that what scored them was not fitted on (see `validation_predictions`), over the
        model's classes.
    aim : Aim
        `ForPrecision`, `ForRisk`, `ForF1` or `ForCosts`.
    rejected : str, optional
        What to predict of rejected images.
    test : Predictions, optional
        Of test images; counted, and looked at for nothing else.

    Raises
    ------
    LinocutError
        If the aim or the name cannot be, or the predictions are of other classes.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.evaluate import ForPrecision, validation_predictions
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> tuned = tune(model, validation_predictions(model, digits), ForPrecision(0.99))
    >>> bool(tuned.validation[1].worst[1] >= 0.99)
    True
    >>> tuned.model.predict(digits.test.images[16:19])
    array(['3', 'rejected', '8'], dtype='<U8')
    """
    rule = aim.rule(validation)
    note = aim.note(validation, rule)
    if rejected is not None:
        rule = replace(rule, rejected=rejected)
    return Tuning(
        model=model.with_decisions(rule),
        wanted=aim.wanted,
        rule=rule,
        validation=_outcomes(validation, rule),
        test=None if test is None else _outcomes(test, rule),
        curve=RiskCoverage.from_predictions(validation),
        note=note,
    )


def _outcomes(predictions: Predictions, rule: DecisionRule) -> Pair:
    before, after = (
        DecisionOutcome.from_predictions(predictions, rule=each, costs=rule.costs)
        for each in (None, rule)
    )
    return before, after


def _told(before: DecisionOutcome, after: DecisionOutcome) -> str:
    said = f"{percent(after.coverage, 2)} accepted"
    if after.accuracy is not None and before.accuracy is not None:
        said += f", {percent(after.accuracy, 2)} of these correctly classified"
        said += f" ({percent(before.accuracy, 2)} of all before)"
    if after.cost is not None and before.cost is not None:
        said += f", mean cost {after.cost:.4g} ({before.cost:.4g} before)"
    return said


def _row(part: str, decided: str, outcome: DecisionOutcome) -> dict[str, Any]:
    low, high = outcome.accuracy_interval or (None, None)
    name, precision = outcome.worst or (None, None)
    return {
        "part": part,
        "decided by": decided,
        "images": outcome.n,
        "coverage": outcome.coverage,
        "accuracy": outcome.accuracy,
        "low": low,
        "high": high,
        "lowest precision": precision,
        "of class": name,
        "mean cost": outcome.cost,
    }


def _pair(outcomes: Pair) -> dict[str, Any]:
    before, after = outcomes
    return {"before": before.to_dict(), "after": after.to_dict()}
