"""What rooms below the finished model know of it."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from linocut.core.colour import Shape


@runtime_checkable
class FinishedModel(Protocol):
    """A fitted model together with how an image is prepared for it and what its classes are called.

    `linocut.classifier.ImageClassifier` is one.
    """

    @property
    def estimator_(self) -> Any:
        """The fitted pipeline; its classes are positions among ``classes_`` or labels."""

    @property
    def classes_(self) -> NDArray[Any]:
        """Names of the classes, in the order of the pipeline's scores, shape (K,)."""

    @property
    def image_shape_(self) -> Shape:
        """Height and width of the images that the pipeline takes, and 3 planes in colour."""

    def compact(self) -> FinishedModel:
        """Return the same model with what is affine folded into its weights."""

    def prepared(self, images: Any) -> NDArray[np.uint8]:
        """Return images as the pipeline takes them, uint8, shape (n, h, w).

        Arrays are prepared already; files, bytes and PIL images pass the model's intake.
        """
