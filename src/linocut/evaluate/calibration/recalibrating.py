"""A model with better probabilities, chosen on images that it was not fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError, Result
from linocut.core.links import Link
from linocut.core.steps import model_kind_of
from linocut.evaluate.calibration.folding import columns_of, with_scores
from linocut.evaluate.calibration.scaling import Method, Scaling, fit_scaling
from linocut.evaluate.class_places import places_among
from linocut.evaluate.predictions import Predictions

TOLD = {
    "temperature": "the least log loss",
    "confidence": "the mean probability of the predicted class equal to the accuracy",
    "vector": "the least log loss",
}


@dataclass(frozen=True, eq=False, repr=False)
class Calibrated(Result):
    """A model whose scores were scaled, and by what.

    Attributes
    ----------
    model : ImageClassifier
        The new one: its weights hold the scaling.
    scaling : Scaling
        What the old one's scores were multiplied and shifted by.
    before : float
        The old one's temperature.
    class_names : tuple of K str
        The classes of both.
    rows_used : int
        Held-out images that it was chosen on.
    """

    model: ImageClassifier
    scaling: Scaling
    before: float
    class_names: tuple[str, ...]
    rows_used: int

    @property
    def sentence(self) -> str:
        """Say what was chosen, on what, and whether it changes anything beyond chance."""
        scaling, wanted = self.scaling, TOLD[self.scaling.method]
        on = f"on {self.rows_used:,} images held out of the training part"
        if scaling.temperature is None:
            low, high = scaling.slopes.min() * self.before, scaling.slopes.max() * self.before
            return (
                f"Each class's score is multiplied ({low:.2f} to {high:.2f} times) and shifted "
                f"({scaling.shifts.min():+.2f} to {scaling.shifts.max():+.2f}), for {wanted} {on}."
            ).replace("-", "−")
        T = scaling.temperature / self.before
        told = f"Scores are divided by {T:.3g}"
        if scaling.interval is not None:
            low, high = (bound / self.before for bound in scaling.interval)
            told += f" (95 % interval {low:.3g} to {high:.3g})"
            if low <= 1 <= high:
                return f"{told}, for {wanted} {on}: no difference from 1 can be told."
        too = "were too sure" if T > 1 else "were not sure enough"
        return f"{told}, for {wanted} {on}: probabilities {too}."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class: what its score is multiplied by, and shifted."""
        return [
            {"class": name, "slope": float(a), "shift": float(c)}
            for name, a, c in zip(
                self.class_names, self.scaling.slopes, self.scaling.shifts, strict=True
            )
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the scaling as plain data."""
        return {
            "method": self.scaling.method,
            "temperature": self.scaling.temperature,
            "interval": self.scaling.interval and list(self.scaling.interval),
            "temperature_before": self.before,
            "rows_used": self.rows_used,
            "classes": self.rows(),
        }


def calibrate(
    model: ImageClassifier, held_out: Predictions, method: Method = "temperature"
) -> Calibrated:
    """Scale a model's scores so that its probabilities fit held-out images.

    Parameters
    ----------
    model : ImageClassifier
        Fitted and linear in its features.
    held_out : Predictions
        Of the same recipe for images that it was not fitted on, and that are no test images (see
        `validation_predictions`; a rung of the ladder has ``on_validation``).
    method : {"temperature", "confidence", "vector"}
        See `linocut.evaluate.calibration.fit_scaling`. Only the last may change a predicted class.

    Raises
    ------
    LinocutError
        If the model is not linear in its features, or fewer than two of its classes were held out.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.evaluate.decisions import validation_predictions
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> found = calibrate(model, validation_predictions(model, digits))
    >>> found.scaling.method, found.model.temperature_
    ('temperature', 1.0)
    """
    scores, labels = known_rows(model, held_out)
    if len(np.unique(labels)) < 2:
        raise LinocutError(
            f"{len(labels)} held-out images of {len(np.unique(labels))} classes that the model "
            "knows — images of two at least are needed"
        )
    scaling = fit_scaling(scores, labels, method, link=link_of(model))
    made = with_scores(model, scaling.slopes, scaling.shifts)
    names = tuple(map(str, model.classes_))
    return Calibrated(made, scaling, model.temperature_, names, len(labels))


def known_rows(
    model: ImageClassifier, predictions: Predictions
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return scores (n, K) and labels (n,) of the images whose classes the model knows.

    Raises
    ------
    LinocutError
        If the predictions lack the score of a class.
    """
    columns = columns_of(model, predictions.class_names)
    labels = places_among(model.classes_, predictions.class_names)[predictions.labels]
    scores = predictions.scores[labels >= 0][:, columns].astype(np.float64)
    if not np.isfinite(scores).all():
        k = int(np.flatnonzero(~np.isfinite(scores).all(axis=0))[0])
        raise LinocutError(
            f"predictions without scores for class {model.classes_[k]} — those of a model with the "
            "same classes are needed"
        )
    return scores, labels[labels >= 0].astype(np.int64)


def link_of(model: ImageClassifier) -> Link:
    """Return how a model's scores become probabilities."""
    return model_kind_of(model.compact().estimator_[-1]).link
