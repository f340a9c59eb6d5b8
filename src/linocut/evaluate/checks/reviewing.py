"""The review: every rule asked, what it found, and which could not be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import Result, plain
from linocut.data import ImageDataset
from linocut.evaluate.checks.check import LEVELS, Check, Finding
from linocut.evaluate.checks.classes import small_classes
from linocut.evaluate.checks.duplicates import repeated_images
from linocut.evaluate.checks.fit import convergence, overfitting
from linocut.evaluate.checks.judged import calibration_error, suspect_labels
from linocut.evaluate.checks.neighbours import alike_neighbours
from linocut.evaluate.checks.pixels import leaking_pixels
from linocut.evaluate.checks.polarity import mixed_polarity
from linocut.evaluate.checks.simpler import simpler_models
from linocut.evaluate.checks.subject import (
    RepeatedImages,
    Subject,
    SuspectLabels,
)
from linocut.evaluate.intervals import Estimate
from linocut.evaluate.predictions import Predictions

Rule = Callable[[Subject], Finding | None]

# What makes the accuracy wrong comes first.
RULES: dict[str, Rule] = {
    "test images in train": repeated_images,
    "writers on both sides": alike_neighbours,
    "leaking pixels": leaking_pixels,
    "suspect labels": suspect_labels,
    "mixed polarity": mixed_polarity,
    "small classes": small_classes,
    "convergence": convergence,
    "overfitting": overfitting,
    "calibration": calibration_error,
    "simpler models": simpler_models,
}


@dataclass(frozen=True, eq=False, repr=False)
class Review(Result):
    """What a careful reviewer says of a model and its data.

    Attributes
    ----------
    checks : tuple of Check
        Warnings first, then notes, then what is fine.
    unasked : tuple of str
        Rules that lacked what they look at.
    """

    checks: tuple[Check, ...]
    unasked: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Check, ...]:
        """The warnings and notes."""
        return tuple(check for check in self.checks if check.level != "fine")

    @property
    def sentence(self) -> str:
        """Say how many things there are to look at, and which."""
        fine = len(self.checks) - len(self.findings)
        rest = f"{fine} {'check' if fine == 1 else 'checks'} found nothing"
        if not self.findings:
            return f"Nothing to look at: {rest}."
        many = "1 thing" if len(self.findings) == 1 else f"{len(self.findings)} things"
        told = ", ".join(f"{check.name} ({check.level})" for check in self.findings)
        return f"{many} to look at: {told}; {rest}."

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a check."""
        return [
            {
                "level": check.level,
                "check": check.name,
                "figure": check.figure,
                "meaning": check.sentence,
                "advice": check.advice,
            }
            for check in self.checks
        ]

    def table_rows(self) -> list[dict[str, Any]]:
        """Return level, name and figure of each check."""
        return [{key: row[key] for key in ("level", "check", "figure")} for row in self.rows()]

    def to_dict(self) -> dict[str, Any]:
        """Return the checks as plain data."""
        return {
            "sentence": self.sentence,
            "checks": plain(self.checks),
            "unasked": list(self.unasked),
        }


def review(
    test: Predictions,
    *,
    train: Predictions | None = None,
    dataset: ImageDataset | None = None,
    gap: float | None = None,
    simpler: Sequence[tuple[str, NDArray[np.bool_]]] = (),
    duplicates: RepeatedImages | None = None,
    suspects: SuspectLabels | None = None,
    calibration: Estimate | None = None,
) -> Review:
    """Check a model and its data as a careful reviewer would, rule by rule.

    Parameters
    ----------
    test : Predictions
        Of the test images.
    train : Predictions, optional
        Of the images that the model was fitted on.
    dataset : ImageDataset, optional
        The images of both, in the same order.
    gap : float, optional
        Relative distance of the fit's objective to its optimum.
    simpler : sequence of (str, bool array (n_test,)), optional
        Simpler models, the simplest first: the name of each, and which test images it classifies
        correctly.
    duplicates : optional
        Which test images are nearly the same as a training image; without it, those that are the
        same byte for byte count.
    suspects : optional
        Labels that are likely to be wrong.
    calibration : optional
        Calibration error of the probability of the predicted class.

    Returns
    -------
    Review
        A rule that lacks what it looks at is not asked.

    Raises
    ------
    LinocutError
        If the predictions, the dataset and the masks are not of the same images.

    Examples
    --------
    >>> shares = [[0.9, 0.1], [0.2, 0.8]]
    >>> learned = Predictions.from_arrays([0, 1] * 50, shares * 50)
    >>> new = Predictions.from_arrays([0, 1, 1, 0] * 25, shares * 50)
    >>> print(review(new, train=learned, gap=1e-7).sentence)
    1 thing to look at: overfitting (warning); 2 checks found nothing.
    """
    subject = Subject(test, train, dataset, gap, tuple(simpler), duplicates, suspects, calibration)
    found = {name: rule(subject) for name, rule in RULES.items()}
    checks = [Check(**vars(each), name=name) for name, each in found.items() if each is not None]
    checks.sort(key=lambda check: LEVELS.index(check.level))
    return Review(tuple(checks), tuple(name for name, each in found.items() if each is None))


def review_model(model: ImageClassifier, dataset: ImageDataset, **found: Any) -> Review:
    """Check a finished model and the dataset that it was fitted on.

    Parameters
    ----------
    model : ImageClassifier
        Fitted on the training part.
    dataset : ImageDataset
        Prepared by the model's intake.
    **found
        What else `review` takes: ``simpler``, ``duplicates``, ``suspects``, ``calibration``.

    Raises
    ------
    LinocutError
        If the dataset holds a class that the model does not know, or images of another size.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> checked = review_model(ImageClassifier().fit(digits), digits)
    >>> [check.name for check in checked.findings]
    ['writers on both sides']
    """
    names = np.asarray(dataset.class_names)
    train, test = (
        Predictions.from_estimator(model, part.images, names[part.labels])
        for part in (dataset.train, dataset.test)
    )
    return review(test, train=train, dataset=dataset, gap=model.provenance_.gap, **found)
