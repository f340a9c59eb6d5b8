"""Ways to better probabilities, chosen on the same images and judged on the same others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError, Result
from linocut.core.links import Link
from linocut.core.randomness import RandomState
from linocut.evaluate.calibration.chance import Draws, MeasuredError, draws_for, measure_error
from linocut.evaluate.calibration.events import correct_answer
from linocut.evaluate.calibration.isotonic import IsotonicCalibration
from linocut.evaluate.calibration.proper_scores import ProperScores
from linocut.evaluate.calibration.recalibrating import known_rows, link_of
from linocut.evaluate.calibration.scaling import METHODS, fit_scaling
from linocut.evaluate.intervals import Estimate, percent, share_of
from linocut.evaluate.predictions import Predictions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

TITLES = {
    "none": "As it is",
    "temperature": "One temperature, least log loss",
    "confidence": "One temperature, as sure as accurate",
    "vector": "Vector scaling",
    "isotonic": "Isotonic regression",
}


@dataclass(frozen=True)
class CalibratedWay:
    """How probabilities do that were made in one way.

    Attributes
    ----------
    name, title : str
        Of the way.
    foldable : bool
        Whether weights and intercepts can hold it.
    error : MeasuredError
        Smooth calibration error of the predicted class.
    log_loss, brier, accuracy : Estimate
        With 95 % intervals.
    impossible : int
        Images whose true class was given a probability of 0.
    """

    name: str
    title: str
    foldable: bool
    error: MeasuredError
    log_loss: Estimate
    brier: Estimate
    accuracy: Estimate
    impossible: int


@dataclass(frozen=True, eq=False, repr=False)
class CalibrationComparison(Result):
    """Ways to better probabilities, compared.

    Attributes
    ----------
    ways : tuple of CalibratedWay
        The first is the model as it is.
    chosen_on, n : int
        Held-out images that all were chosen on, and images that they were judged on.
    """

    ways: tuple[CalibratedWay, ...]
    chosen_on: int
    n: int

    @property
    def sentence(self) -> str:
        """Say what calibration does to the error, and which way has the least log loss."""
        first = self.ways[0]
        calm = min(self.ways, key=lambda way: way.error.value)
        best = min(self.ways, key=lambda way: way.log_loss.value)
        told = (
            f"Chosen on {self.chosen_on:,} images, judged on {self.n:,} others: as it is, the "
            f"smooth calibration error is {first.error.told()}"
        )
        if calm is not first:
            told += f"; least, {calm.error.told()}, by “{calm.title}”"
        told += f". The least log loss, {best.log_loss.plain()}, has “{best.title}”."
        worst = max(self.ways, key=lambda way: way.impossible)
        if worst.impossible:
            told += (
                f" “{worst.title}” gives the true class of {worst.impossible:,} "
                f"image{'s' if worst.impossible > 1 else ''} a probability of 0."
            )
        return told

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a way."""
        return [
            {
                "way": way.name,
                "title": way.title,
                "foldable": way.foldable,
                **way.error.columns("calibration_error"),
                "calibration_error_measured": way.error.measured,
                **way.log_loss.columns("log_loss"),
                **way.brier.columns("brier"),
                **way.accuracy.columns("accuracy"),
                "impossible": way.impossible,
            }
            for way in self.ways
        ]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return the rows, in words."""
        return [
            {
                "way": way.title,
                "smooth calibration error": way.error.told(),
                "log loss": f"{way.log_loss.value:.4f}",
                "accuracy": percent(way.accuracy.value, 2),
            }
            for way in self.ways
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        return {"chosen_on": self.chosen_on, "n": self.n, "ways": self.rows()}

    def plot(self) -> Figure:
        """Draw error, log loss and accuracy of each way, with intervals."""
        from linocut.plot import plot_measures  # Matplotlib loads on use

        def three(score: Any, unit: float = 1.0) -> tuple[float, float, float]:
            return score.value * unit, score.low * unit, score.high * unit

        return plot_measures(
            [way.title for way in self.ways],
            [
                ("smooth calibration error, %", [three(way.error) for way in self.ways]),
                ("log loss, nats", [three(way.log_loss, 0.01) for way in self.ways]),
                ("accuracy, %", [three(way.accuracy) for way in self.ways]),
            ],
            title="How sure the model is, in five ways of telling",
        )


def compare_calibrations(
    model: ImageClassifier,
    held_out: Predictions,
    judged_on: Predictions,
    *,
    random_state: RandomState = 42,
) -> CalibrationComparison:
    """Compare probabilities as they are, scaled in three ways, and by isotonic regression.

    Parameters
    ----------
    model : ImageClassifier
        Fitted.
    held_out : Predictions
        Of its recipe for images that it was not fitted on (see `validation_predictions`): all ways
        are chosen on them.
    judged_on : Predictions
        Of the model for other images, test images by custom.
    random_state : int, Generator or None
        Of the draws by which it is told what chance does.

    Raises
    ------
    LinocutError
        If either lacks a class of the model, or holds no image of its classes.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.evaluate.decisions import validation_predictions
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> test = Predictions.from_estimator(
    ...     model, digits.test.images, np.array(digits.class_names)[digits.test.labels])
    >>> found = compare_calibrations(model, validation_predictions(model, digits), test)
    >>> [way.name for way in found.ways]
    ['none', 'temperature', 'confidence', 'vector', 'isotonic']
    """
    chosen_on, judged = known_rows(model, held_out), known_rows(model, judged_on)
    for (_, labels), what in ((chosen_on, "held-out"), (judged, "other")):
        if not len(labels):
            raise LinocutError(f"no {what} image of a class that the model knows — one at least")
    names = tuple(map(str, model.classes_))
    draws = draws_for(len(judged[1]), random_state)
    ways = tuple(
        _judged(name, Predictions(names, judged[1], S, P), draws)
        for name, S, P in _ways(model, chosen_on, judged[0])
    )
    return CalibrationComparison(ways, len(chosen_on[1]), len(judged[1]))


def _ways(
    model: ImageClassifier, chosen_on: tuple[Floats, Labels], scores: Floats
) -> Iterator[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
    """Yield name, scores and probabilities, made in each way."""
    for name, S, P in _in_full(model, chosen_on, scores):
        yield name, S.astype(np.float32), P.astype(np.float32)


def _in_full(
    model: ImageClassifier, chosen_on: tuple[Floats, Labels], scores: Floats
) -> Iterator[tuple[str, Floats, Floats]]:
    link = link_of(model)
    after = link if link is Link.SIGMOIDS else Link.SOFTMAX
    probabilities: Callable[[Any], Floats] = model.probabilities
    plain = probabilities(scores)
    yield "none", scores, plain
    for method in METHODS:
        scaled = fit_scaling(*chosen_on, method, link=link)(scores)
        yield method, scaled, after.probabilities(scaled)
    held_scores, labels = chosen_on
    P = IsotonicCalibration.fit(probabilities(held_scores), labels)(plain)
    yield "isotonic", P, P


def _judged(name: str, predictions: Predictions, draws: Draws) -> CalibratedWay:
    event = correct_answer(predictions)
    scores = ProperScores.from_predictions(predictions)
    n, right = len(event.outcomes), int(event.outcomes.sum())
    true = predictions.probabilities[np.arange(n), predictions.labels]
    return CalibratedWay(
        name,
        TITLES[name],
        name != "isotonic",
        measure_error(event.confidences, event.outcomes, draws),
        scores.log_loss,
        scores.brier,
        share_of(right, n),
        int((true == 0).sum()),
    )
