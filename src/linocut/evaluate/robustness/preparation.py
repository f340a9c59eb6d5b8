"""A model without its preparation: the steps that bring each image into one form."""

from __future__ import annotations

import copy
from typing import Any

from sklearn.pipeline import Pipeline

from linocut.core.steps import kind_of


def without_preparation(model: Any) -> Any:
    """Return a fitted model whose first steps, those that make images of images, are left out.

    The weights stay as they are, so that what remains tells what the preparation does for new
    images. None where there is no such step.

    Parameters
    ----------
    model : ImageClassifier or Pipeline
        Fitted.
    """
    pipeline = getattr(model, "estimator_", model)
    if not isinstance(pipeline, Pipeline):
        return None
    count = 0
    while count < len(pipeline) - 1 and kind_of(pipeline[count]).images_to_images:
        count += 1
    if count == 0:
        return None
    if pipeline is model:
        return pipeline[count:]
    bare = copy.copy(model)
    bare.estimator_ = pipeline[count:]
    return bare
