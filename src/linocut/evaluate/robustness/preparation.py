"""A model with more preparation of the images, or with none."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.colour import refuse_colour
from linocut.core.steps import kind_of
from linocut.features import SizeNormalise

BOX = 20 / 28  # of the side: MNIST's


def without_preparation(model: Any) -> Any:
    """Return a fitted model whose first steps, those that make images of images, are left out.

    The weights stay as they are, so that what remains tells what the preparation does for new
    images.

    Parameters
    ----------
    model : ImageClassifier or Pipeline
        Fitted.

    Returns
    -------
    ImageClassifier, Pipeline or None
        None where there is no such step.
    """
    pipeline = getattr(model, "estimator_", model)
    if not isinstance(pipeline, Pipeline):
        return None
    count = 0
    while count < len(pipeline) - 1 and kind_of(pipeline[count]).images_to_images:
        count += 1
    if count == 0:
        return None
    return pipeline[count:] if pipeline is model else _with_steps(model, pipeline[count:])


def with_preparation(model: ImageClassifier, *, box: int | None = None) -> ImageClassifier:
    """Return a fitted model that brings each image into MNIST's form first, as it does photos.

    Ink is separated from paper, scaled into a box and centred (`linocut.features.SizeNormalise`):
    what a model of MNIST or of images like it does with scans and photos.

    Parameters
    ----------
    model : ImageClassifier
        Fitted, of square images.
    box : int, optional
        Longest side of the ink, pixels; 20/28 of the image's side if not given.

    Raises
    ------
    LinocutError
        If its images are not square.
    """
    refuse_colour(model.image_shape_, "the preparation as of MNIST")
    height, width = model.image_shape_
    if height != width:
        raise LinocutError(f"images of {height} × {width} pixels — only square ones are normalised")
    step = SizeNormalise(round(BOX * width) if box is None else box, width)
    step.fit(np.zeros((1, height, width), np.uint8))
    fitted = model.estimator_
    steps = fitted.steps if isinstance(fitted, Pipeline) else [("model", fitted)]
    return _with_steps(model, Pipeline([("size-normalise", step), *steps]))


def _with_steps(model: ImageClassifier, pipeline: Pipeline) -> ImageClassifier:
    changed = copy.copy(model)
    changed.estimator_ = pipeline
    return changed
