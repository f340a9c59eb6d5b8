"""What is said of images to choose decisions on: neither fitted on, nor of the test part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart, hold_out
from linocut.evaluate.calibration.folding import with_scores
from linocut.evaluate.class_places import places_among
from linocut.evaluate.predictions import Predictions


def validation_predictions(
    model: ImageClassifier, dataset: ImageDataset, *, unseen: bool = False
) -> Predictions:
    """Return what the model's recipe says of training images held out of its fit.

    A finished model was fitted on the whole training part, which says nothing of new images. The
    same recipe is fitted to four fifths of it (see `linocut.data.hold_out`) and scores the rest; it
    is a little worse than the finished model, as it has seen less.

    Parameters
    ----------
    model : ImageClassifier
        Fitted; not changed.
    dataset : ImageDataset
        What it was fitted on; only its training part is looked at.
    unseen : bool
        Whether the model has seen none of these images: then it scores all of the training part
        itself, and nothing is fitted.

    Returns
    -------
    Predictions
        Over the classes of the model, in its order; images of others are left out.

    Raises
    ------
    LinocutError
        If the dataset is not what the model was fitted on, its images are of another shape, or no
        image can be held out.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> held = validation_predictions(ImageClassifier().fit(digits), digits)
    >>> len(held.labels) < len(digits.train) / 4
    True
    """
    if model.image_shape_ != dataset.image_shape:
        raise LinocutError(
            f"{dataset.name}: images of {dataset.image_shape} pixels — the model takes "
            f"{model.image_shape_}"
        )
    if unseen:
        return known_predictions(model, dataset.class_names, dataset.train)
    known = model.provenance_.data_sha256
    if known and known != dataset.fingerprint:
        raise LinocutError(
            f"the training images of {dataset.name} are not those that the model was fitted on — "
            "name these, or say that it has seen none of the others (--unseen)"
        )
    images, labels = dataset.train.images, dataset.train.labels
    fit, held = hold_out(labels, split=dataset.split, random_state=model.random_state)
    if len(fit) == len(labels):
        raise LinocutError(
            f"{dataset.name}: no class has two training images — none can be held out"
        )
    again = clone(model).fit(images[fit], labels[fit])
    columns = places_among(model.classes_, dataset.class_names)[np.asarray(again.classes_, np.intp)]
    if (columns < 0).any():
        other = dataset.class_names[int(again.classes_[columns < 0][0])]
        raise LinocutError(f"{dataset.name}: the model knows no class {other!r} — its own images")
    again.temperature_ = model.temperature_  # that of the probabilities to be decided on
    origin = model.provenance_
    if origin.slopes:  # the recipe knows nothing of what was done to the scores since
        again = with_scores(
            again, np.array(origin.slopes)[columns], np.array(origin.shifts)[columns]
        )
    return _of_known(model, dataset.class_names, dataset.train, held, again, columns)


def known_predictions(
    model: ImageClassifier, class_names: tuple[str, ...], part: ImagePart
) -> Predictions:
    """Return what a model says of the images of a part whose classes it knows.

    Parameters
    ----------
    model : ImageClassifier
        Fitted.
    class_names : tuple of str
        The classes of the part.
    part : ImagePart
        Of images as the model takes them.

    Returns
    -------
    Predictions
        Over the classes of the model, in its order.

    Raises
    ------
    LinocutError
        If the model knows the class of no image.
    """
    every = np.arange(len(part))
    return _of_known(model, class_names, part, every, model, np.arange(len(model.classes_)))


def _of_known(
    model: ImageClassifier,
    class_names: tuple[str, ...],
    part: ImagePart,
    rows: NDArray[np.intp],
    scorer: ImageClassifier,
    columns: NDArray[np.intp],
) -> Predictions:
    places = places_among(model.classes_, class_names)[part.labels]
    rows = rows[places[rows] >= 0]
    if not len(rows):
        raise LinocutError("no image is of a class that the model knows — name its own images")
    images = part.images if len(rows) == len(part) else part.images[rows]
    scores = scorer.scores(images)
    return Predictions.of(
        tuple(map(str, model.classes_)),
        places[rows].astype(np.int64),
        columns,
        scores,
        scorer.probabilities(scores),
        rows,
    )
