"""What is reviewed: a model's predictions, and what is known of the model and the images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate.class_places import some_of
from linocut.evaluate.intervals import Estimate
from linocut.evaluate.predictions import Predictions

FEW = 3  # classes that a message names


class SuspectLabels(Protocol):
    """Labels that are likely to be wrong, as `linocut.evaluate.labels` finds them."""

    @property
    def examined(self) -> Mapping[str, int]:
        """How many images of each part were judged."""

    @property
    def expected(self) -> Mapping[str, float]:
        """How many labels of each part are estimated to be wrong."""


class RepeatedImages(Protocol):
    """Images that are nearly the same, as `linocut.evaluate.labels` finds them."""

    @property
    def n_test(self) -> int:
        """How many test images were looked at."""

    @property
    def test_images_in_train(self) -> Sequence[int]:
        """Positions of those that also stand in the training part."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What the rules may look at; a rule whose inputs are missing has nothing to say.

    Attributes
    ----------
    test : Predictions
        Of the test images.
    train : Predictions or None
        Of the images that the model was fitted on.
    dataset : ImageDataset or None
        Where both come from.
    gap : float or None
        Relative distance of the fit's objective to its optimum, of a fit that has one.
    simpler : tuple of (str, bool array (n_test,))
        Simpler models, the simplest first: the name of each, and which test images it classifies
        correctly.
    duplicates, suspects, calibration
        What other judgements found.

    Raises
    ------
    LinocutError
        If the parts do not belong together.
    """

    test: Predictions
    train: Predictions | None = None
    dataset: ImageDataset | None = None
    gap: float | None = None
    simpler: tuple[tuple[str, NDArray[np.bool_]], ...] = field(default=())
    duplicates: RepeatedImages | None = None
    suspects: SuspectLabels | None = None
    calibration: Estimate | None = None

    def __post_init__(self) -> None:
        n = len(self.test.labels)
        if self.train is not None and self.train.class_names != self.test.class_names:
            train, test = (some_of(each.class_names, FEW) for each in (self.train, self.test))
            raise LinocutError(
                f"predictions of {train} for the training images and of {test} for the test "
                "images — one model has one list of classes"
            )
        if self.dataset is not None:
            self._check_parts(self.dataset)
        for name, correct in self.simpler:
            if np.shape(correct) != (n,):
                raise LinocutError(
                    f"{name}: a mask of shape {np.shape(correct)} for {n} test images — it says of "
                    "each whether it is correctly classified"
                )
        if self.duplicates is not None and self.duplicates.n_test != n:
            raise LinocutError(
                f"duplicates among {self.duplicates.n_test} test images and predictions for {n} — "
                "they must be of the same part"
            )

    def _check_parts(self, dataset: ImageDataset) -> None:
        for given, part, what in (
            (self.test, dataset.test, "test"),
            (self.train, dataset.train, "training"),
        ):
            if given is not None and len(given.labels) != len(part):
                raise LinocutError(
                    f"predictions for {len(given.labels)} {what} images, of which {dataset.name} "
                    f"has {len(part)} — they must be of the whole part"
                )

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Which test images the model classifies correctly, shape (n_test,)."""
        return np.asarray(self.test.predicted == self.test.labels)
