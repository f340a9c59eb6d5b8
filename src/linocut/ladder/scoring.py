"""Score a finished model on a dataset, as a rung of its own."""

from __future__ import annotations

import time

import numpy as np

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.data import ImageDataset, ImagePart
from linocut.evaluate import Predictions
from linocut.ladder.climbing import count_parameters
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
    unknown = sorted(set(map(str, model.classes_)) - set(dataset.class_names))
    if unknown:
        raise LinocutError(
            f"{dataset.name}: has no class {unknown[0]!r}, which the model knows — score it on a "
            "dataset with its classes"
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
    scores = model.scores(part.images)
    columns = np.array([dataset.class_names.index(str(name)) for name in model.classes_])
    return Predictions.of(
        dataset.class_names, part.labels, columns, scores, model.probabilities(scores)
    )
