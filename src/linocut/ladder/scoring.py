"""Score a finished model on a dataset, as a rung of its own."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart
from linocut.evaluate import Predictions
from linocut.ladder.making import count_parameters
from linocut.ladder.rung import Rung
from linocut.ladder.standard_recipes import RECIPES


def scored_rung(model: ImageClassifier, dataset: ImageDataset) -> Rung:
    """Score a finished model on both parts of a dataset.

    Parameters
    ----------
    model : ImageClassifier
        Fitted.
    dataset : ImageDataset
        Prepared by the model's intake.

    Raises
    ------
    LinocutError
        If the images are of another shape, or a class of the model is none of the dataset.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> rung = scored_rung(ImageClassifier().fit(digits), digits)
    >>> rung.test.n, bool(rung.test.accuracy > 0.95)
    (359, True)
    """
    if model.image_shape_ != dataset.image_shape:
        raise LinocutError(
            f"{dataset.name}: images of {dataset.image_shape} pixels — the model reads "
            f"{model.image_shape_}; load it with the model's intake"
        )
    began = time.perf_counter()
    on_test = predictions(model, dataset, dataset.test)
    seconds = time.perf_counter() - began
    origin = model.provenance_
    recipe = next((each for each in RECIPES if each.name == origin.rung), None)
    parameters = count_parameters(model)
    validation = origin.validation_accuracy
    return Rung(
        name=origin.rung or "model",
        short=recipe.short if recipe else "The model",
        title=origin.title or "The model",
        description=recipe.description if recipe else "A model that was fitted before.",
        linear=recipe.linear if recipe else True,
        model=model,
        chosen=dict(origin.chosen),
        validation_accuracy=float("nan") if validation is None else validation,
        validation_rows=origin.validation_rows,
        on_train=predictions(model, dataset, dataset.train),
        on_test=on_test,
        on_validation=None,
        fit_seconds=0.0,
        total_seconds=seconds,
        parameters=parameters,
        bytes=4 * parameters,
        converged=None,
    )


def predictions(model: ImageClassifier, dataset: ImageDataset, part: ImagePart) -> Predictions:
    """Return what a model says of one part of a dataset with its classes."""
    columns = _columns(model, dataset)
    scores = model.scores(part.images)
    return Predictions.of(
        dataset.class_names, part.labels, columns, scores, model.probabilities(scores)
    )


def labels_for(model: ImageClassifier, dataset: ImageDataset, part: ImagePart) -> NDArray[np.int64]:
    """Return the labels of a part as positions among the model's classes, −1 for others."""
    positions = np.full(dataset.n_classes, -1)
    positions[_columns(model, dataset)] = np.arange(len(model.classes_))
    return np.asarray(positions[part.labels], np.int64)


def _columns(model: ImageClassifier, dataset: ImageDataset) -> NDArray[np.intp]:
    """Return where the model's classes stand among the dataset's."""
    place = {name: k for k, name in enumerate(dataset.class_names)}
    names = [str(name) for name in model.classes_]
    unknown = [name for name in names if name not in place]
    if unknown:
        raise LinocutError(
            f"{dataset.name}: has no class {unknown[0]!r}, which the model knows — name a dataset "
            "with its classes"
        )
    return np.array([place[name] for name in names], np.intp)
