"""The parts of a model that is given as an estimator, a pipeline or an `ImageClassifier`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.core.finished import FinishedModel

FOLDED = (
    "the steps of this model are folded into its weights, and its penalty is not kept — give the "
    "model as it was fitted"
)


def estimator_of(model: Any) -> Any:
    """Return the pipeline or classifier of an `ImageClassifier`; anything else as it is."""
    return model.estimator_ if isinstance(model, FinishedModel) else model


def steps_and_last(estimator: Any) -> tuple[Pipeline | None, Any]:
    """Return the steps before the last one, None where there are none, and the last one.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from linocut.features import UnitPixels
    >>> from linocut.models import ClassMeans
    >>> steps_and_last(make_pipeline(UnitPixels(), ClassMeans()))[1]
    ClassMeans()
    >>> steps_and_last(ClassMeans())
    (None, ClassMeans())
    """
    if not isinstance(estimator, Pipeline):
        return None, estimator
    return (estimator[:-1] if len(estimator) > 1 else None), estimator[-1]


def images_for(model: Any, images: Any) -> Any:
    """Return images as the pipeline of a model takes them."""
    return model.prepared(images) if isinstance(model, FinishedModel) else images


def labels_within(model: Any, labels: Any) -> Any:
    """Return labels as the pipeline of a model has them.

    Parameters
    ----------
    model : ImageClassifier, Pipeline or classifier
        Only of the first the names of the classes are known.
    labels : array, shape (n,)
        Names of its classes, or labels of its pipeline: positions.

    Raises
    ------
    LinocutError
        If a label is neither.
    """
    if not isinstance(model, FinishedModel):
        return labels
    # Lists, so that text held as objects is text.
    given, names = (np.array(np.asarray(each).tolist()) for each in (labels, model.classes_))
    own = np.asarray(model.estimator_.classes_)
    # Whole numbers may be names as well; where they are names of classes all, they are meant so.
    if _comparable(given, names) and np.isin(given, names).all():
        order = np.argsort(names)
        return own[order[np.searchsorted(names, given, sorter=order)]]
    if _comparable(given, own) and np.isin(given, own).all():
        return given
    unknown = next((each for each in given.tolist() if each not in names.tolist()), labels[0])
    known = ", ".join(map(str, names))
    raise LinocutError(f"the label {unknown!r} is not a class of this model — known: {known}")


def class_names_of(model: Any, classes: NDArray[Any]) -> tuple[str, ...]:
    """Return the names of classes, given as the pipeline of a model has them."""
    if not isinstance(model, FinishedModel):
        return tuple(map(str, classes))
    named = dict(zip(model.estimator_.classes_.tolist(), model.classes_.tolist(), strict=True))
    return tuple(str(named[label]) for label in classes.tolist())


def _comparable(labels: NDArray[Any], classes: NDArray[Any]) -> bool:
    """Tell whether both are numbers or neither: NumPy takes 1 and "1" for the same."""
    return (labels.dtype.kind in "iuf") == (classes.dtype.kind in "iuf")
