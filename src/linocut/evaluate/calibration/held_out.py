"""What a model says of training images that it was not fitted on: to calibrate on, not to judge."""

from __future__ import annotations

import numpy as np
from sklearn.base import clone

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, hold_out
from linocut.evaluate.predictions import Predictions


def held_out_predictions(
    model: ImageClassifier, dataset: ImageDataset, *, random_state: int = 42
) -> Predictions:
    """Fit the model again on four fifths of the training part; return what it says of the rest.

    Parameters
    ----------
    model : ImageClassifier
        Its recipe is fitted; it is not changed itself.
    dataset : ImageDataset
        That it was fitted on. No test image is looked at.
    random_state : int
        Of the draw (see `linocut.data.hold_out`).

    Raises
    ------
    LinocutError
        If the images are of another shape than the model takes.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> held = held_out_predictions(ImageClassifier().fit(digits), digits)
    >>> len(held.labels) < len(digits.train) / 4
    True
    """
    if model.image_shape_ != dataset.image_shape:
        raise LinocutError(
            f"{dataset.name}: images of {dataset.image_shape} pixels — the model takes "
            f"{model.image_shape_}"
        )
    images, labels = dataset.train.images, dataset.train.labels
    fit, held = hold_out(labels, split=dataset.split, random_state=random_state)
    again = clone(model).fit(images[fit], labels[fit])
    scores = again.scores(images[held])
    return Predictions.of(
        dataset.class_names,
        labels[held],
        np.asarray(again.classes_, np.intp),
        scores,
        again.probabilities(scores),
        held,
    )
