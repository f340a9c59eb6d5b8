"""A finished model fitted to its use: probabilities, how frequent classes are, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linocut.classifier import ImageClassifier
from linocut.core import Result
from linocut.data import ImageDataset
from linocut.evaluate.calibration import (
    Calibrated,
    CalibrationError,
    MeasuredError,
    calibrate,
    followed,
    training_priors,
    with_priors,
)
from linocut.evaluate.decisions import Aim, Tuning, known_predictions, tune
from linocut.evaluate.predictions import Predictions


@dataclass(frozen=True, eq=False, repr=False)
class Fitted(Result):
    """A model fitted to its use, and what that changes.

    Attributes
    ----------
    model : ImageClassifier
        The new one.
    calibrated : Calibrated or None
        How its scores were scaled.
    errors : pair of MeasuredError, or None
        How far its probabilities are off on the validation images, before and after that.
    priors : dict of str to float, or None
        How frequent its classes are taken to be.
    tuning : Tuning or None
        How it decides.
    """

    model: ImageClassifier
    calibrated: Calibrated | None
    errors: tuple[MeasuredError, MeasuredError] | None
    priors: dict[str, float] | None
    tuning: Tuning | None

    @property
    def sentences(self) -> list[str]:
        """Say what was done to the scores."""
        told = []
        if self.calibrated is not None and self.errors is not None:
            before, after = self.errors
            told.append(
                f"{self.calibrated.sentence} Smooth calibration error on the validation images: "
                f"{after.told()}, {before.told()} before."
            )
        shares = self.priors
        if shares is not None:
            first, *_, last = sorted(shares, key=lambda name: -shares[name])
            told.append(
                f"Classes are taken to be as frequent as was said, from {first} "
                f"({shares[first]:.3g}) to {last} ({shares[last]:.3g})."
            )
        return told

    @property
    def sentence(self) -> str:
        """Say all that was done."""
        told = self.sentences
        return " ".join([*told, self.tuning.sentence] if self.tuning else told)

    def to_dict(self) -> dict[str, Any]:
        """Return what was done as plain data; without calibration and priors, the decisions."""
        tuned = {} if self.tuning is None else self.tuning.to_dict()
        if self.calibrated is not None and self.errors is not None:
            before, after = self.errors
            tuned["calibration"] = {
                **self.calibrated.to_dict(),
                "error_before": vars(before),
                "error": vars(after),
            }
        if self.priors is not None:
            tuned["priors"] = self.priors
        return tuned


def fit_to_use(
    model: ImageClassifier,
    dataset: ImageDataset,
    validation: Predictions,
    *,
    calibrated: bool = False,
    priors: Mapping[str, float] | None = None,
    aim: Aim | None = None,
    rejected: str | None = None,
) -> Fitted:
    """Calibrate a model, tell it how frequent its classes are, and choose how it decides.

    Parameters
    ----------
    model : ImageClassifier
        Fitted and linear in its features; not changed.
    dataset : ImageDataset
        What it was fitted on; the test part is told about, never chosen by.
    validation : Predictions
        Of `validation_predictions`.
    calibrated : bool
        Whether to scale its scores.
    priors : mapping of names to floats, optional
        Share of each class where it is used.
    aim : Aim, optional
        What decisions are for.
    rejected : str, optional
        What is predicted of rejected images.

    Returns
    -------
    Fitted
        With the new model.

    Raises
    ------
    LinocutError
        If shares are none, or the aim cannot be reached.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.evaluate import ForRisk, validation_predictions
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> held = validation_predictions(model, digits)
    >>> found = fit_to_use(model, digits, held, calibrated=True, aim=ForRisk(0.05))
    >>> found.model.temperature_, found.model.thresholds_ is None
    (1.0, False)
    """
    scaled = errors = shares = tuning = None
    if calibrated:
        scaled = calibrate(model, validation)
        after = followed(validation, model, scaled.model)
        errors = _error(validation), _error(after)
        model, validation = scaled.model, after
    if priors is not None:
        made = with_priors(model, priors, training_priors(model, dataset))
        model, validation = made, followed(validation, model, made)
        shares = {str(name): float(share) for name, share in priors.items()}
    if aim is not None:
        test = known_predictions(model, dataset.class_names, dataset.test)
        tuning = tune(model, validation, aim, rejected=rejected, test=test)
        model = tuning.model
    return Fitted(model, scaled, errors, shares, tuning)


def _error(predictions: Predictions) -> MeasuredError:
    return CalibrationError.from_predictions(predictions, classes=False).top
