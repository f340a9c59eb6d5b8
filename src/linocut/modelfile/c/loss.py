"""What weights of 8 bits cost, measured on images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.modelfile.c.parts import Parts
from linocut.modelfile.contents import ModelContents


@dataclass(frozen=True)
class QuantisationLoss(Result):
    """How a model with 8-bit weights answers, beside the same in floats.

    Attributes
    ----------
    n_images : int
        Images.
    accuracy, quantised_accuracy : float
        Share of them correctly classified with floats and with 8-bit weights.
    agreement : float
        Share of them to which both give the same class.
    """

    n_images: int
    accuracy: float
    quantised_accuracy: float
    agreement: float

    @property
    def sentence(self) -> str:
        """Say it in words."""
        return (
            f"Of {self.n_images:,} images {self.quantised_accuracy:.2%} are correctly classified "
            f"with 8-bit weights, {self.accuracy:.2%} with floats; {self.agreement:.2%} get the "
            "same class."
        )


def quantisation_loss(
    contents: ModelContents, images: NDArray[np.uint8], labels: Any
) -> QuantisationLoss:
    """Measure what `export_c` with ``quantised=True`` costs, by the integer arithmetic of the file.

    Parameters
    ----------
    contents : ModelContents
        The model.
    images : uint8 array, shape (n, h, w) or (n, h, w, 3)
        Images that it was not fitted on.
    labels : int array, shape (n,)
        Position of each image's class among the class names.

    Raises
    ------
    LinocutError
        If the model cannot be written in C, or the images and labels are not such.

    Examples
    --------
    >>> from linocut.classifier import ImageClassifier
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> contents = ImageClassifier().fit(digits).contents
    >>> quantisation_loss(contents, digits.test.images, digits.test.labels).agreement > 0.98
    True
    """
    images, labels = np.asarray(images), np.asarray(labels)
    shape = contents.image_shape
    if images.dtype != np.uint8 or images.shape[1:] != shape:
        sides = ", ".join(map(str, shape))
        raise LinocutError(
            f"images of shape {images.shape} and type {images.dtype} — uint8, (n, {sides})"
        )
    if labels.shape != (len(images),) or not len(images):
        raise LinocutError(
            f"{len(images)} images and labels of shape {labels.shape} — one label for each image, "
            "and one image at least"
        )
    floats = contents.scores(images).argmax(axis=1)
    bytes_ = Parts.of(contents).quantised().scores(images).argmax(axis=1)
    return QuantisationLoss(
        n_images=len(images),
        accuracy=float(np.mean(floats == labels)),
        quantised_accuracy=float(np.mean(bytes_ == labels)),
        agreement=float(np.mean(floats == bytes_)),
    )
