"""What a finished model consists of, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from linocut.core.colour import Shape
from linocut.core.decisions import DecisionRule
from linocut.core.steps import passed_through
from linocut.data import Intake, LoadOptions
from linocut.features import Augmentation
from linocut.models import FittedLinear


@dataclass(frozen=True)
class Provenance:
    """Where a model came from, as far as it is known.

    Attributes
    ----------
    dataset, source : str
        Name of the dataset, and the name or path that it was loaded from.
    loaded_with : LoadOptions
        How it was loaded: columns of a table, split and the like.
    rows, test_rows : int
        Training images that it was fitted on, and test images that it was scored on.
    data_sha256 : str
        SHA-256 of the training images and labels, hexadecimal (see
        `linocut.data.ImageDataset.fingerprint`).
    rung, title : str
        Name and title of the rung of the ladder.
    chosen : dict
        Hyper-parameters that were chosen on a validation part, by scikit-learn's names.
    gap : float or None
        Bound of the relative distance of the objective to its optimum, of a fit that has one.
    accuracy, low, high : float or None
        Share of the test images correctly classified, and its 95 % interval.
    validation_accuracy : float or None
        Share of the validation images correctly classified by what was chosen on them.
    validation_rows : int
        Number of those.
    slopes, shifts : tuple of float
        What each class's score was multiplied by and shifted after the fit; empty where scores
        are those of the fit.
    version : str
        Of linocut.
    created : str
        Date, ISO 8601.
    """

    dataset: str = ""
    source: str = ""
    loaded_with: LoadOptions = field(default_factory=LoadOptions)
    rows: int = 0
    test_rows: int = 0
    data_sha256: str = ""
    rung: str = ""
    title: str = ""
    chosen: dict[str, Any] = field(default_factory=dict)
    gap: float | None = None
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    validation_accuracy: float | None = None
    validation_rows: int = 0
    slopes: tuple[float, ...] = ()
    shifts: tuple[float, ...] = ()
    version: str = ""
    created: str = ""


@dataclass(frozen=True, eq=False)
class ModelContents:
    """A finished linear model in its compact form.

    Attributes
    ----------
    intake : Intake
        How an image becomes a uint8 array (h, w) or (h, w, 3); its shape is known.
    pipeline : Pipeline
        Fitted transformers, the first of which takes uint8 images (n, h, w), and at the end a
        `FittedLinear` whose classes are 0 to K − 1, positions among the class names.
    class_names : tuple of K str
        Names of the classes, in the order of the scores.
    temperature : float
        What scores are divided by before they become probabilities.
    decisions : DecisionRule or None
        What is decided, given the probabilities; the class with the largest score if None.
    provenance : Provenance
        Where it came from.
    recipe : Pipeline or None
        The unfitted pipeline, with which it can be fitted to other images.
    integer_classes : bool
        Whether the names are whole numbers, and the labels that it predicts are, too.
    augmentation : Augmentation or None
        How the images are distorted for a second copy of each to fit on.
    random_state : int
        Of the copies.
    """

    intake: Intake
    pipeline: Pipeline
    class_names: tuple[str, ...]
    temperature: float = 1.0
    decisions: DecisionRule | None = None
    provenance: Provenance = field(default_factory=Provenance)
    recipe: Pipeline | None = None
    integer_classes: bool = False
    augmentation: Augmentation | None = None
    random_state: int = 42

    @property
    def image_shape(self) -> Shape:
        """Height and width of the images; in colour, 3 after them."""
        shape = self.intake.image_shape
        assert shape is not None
        return shape

    @property
    def steps(self) -> tuple[tuple[str, Any], ...]:
        """Names and fitted transformers, without the model at the end."""
        return tuple(self.pipeline.steps[:-1])

    @property
    def linear(self) -> FittedLinear:
        """The model at the end."""
        linear: FittedLinear = self.pipeline[-1]
        return linear

    def scores(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        """Return the scores of uint8 images (n, h, w), shape (n, K)."""
        return self.linear.scores(passed_through(self.steps, images))

    def probabilities(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """Return the probabilities of scores, both of shape (n, K)."""
        return self.linear.model_kind.link.probabilities(scores, self.temperature)
