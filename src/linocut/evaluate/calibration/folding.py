"""Scores scaled and shifted: done once, in the weights and intercepts of a new model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.links import Link
from linocut.core.steps import model_kind_of
from linocut.evaluate.class_places import places_among, some_of
from linocut.evaluate.predictions import Predictions
from linocut.models import FittedLinear
from linocut.models.linear import score_weights

Floats = NDArray[np.float64]


def with_scores(model: ImageClassifier, slopes: ArrayLike, shifts: ArrayLike) -> ImageClassifier:
    """Return the model with each class's score multiplied and shifted, in its weights.

    Parameters
    ----------
    model : ImageClassifier
        Fitted and linear in its features.
    slopes, shifts : float arrays, shape (K,), or float
        Class k's score s becomes slopes[k] · s + shifts[k].

    Returns
    -------
    ImageClassifier
        In its compact form and at temperature 1: probabilities are the softmax of its scores, or,
        of one-vs-rest, their sigmoids divided by their sum. It has no thresholds, which were
        chosen for other probabilities, and no accuracies, unless all scores are changed alike. It
        explains itself and is saved as any other; fitted again, it is what it was.

    Raises
    ------
    LinocutError
        If the model is not linear in its features, or a number is not finite.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> half = with_scores(model, 0.5, 0.0)
    >>> before, after = (each.scores(digits.test.images[:1]) for each in (model, half))
    >>> bool(np.allclose(after, before / 2, atol=1e-5))
    True
    """
    K = len(model.classes_)
    a, c = (np.broadcast_to(np.asarray(each, np.float64), K) for each in (slopes, shifts))
    if not (np.isfinite(a).all() and np.isfinite(c).all()):
        raise LinocutError("a slope or a shift that is no finite number — finite ones are needed")
    small = model.compact()
    pipeline = small.estimator_
    if not isinstance(pipeline, Pipeline) or not model_kind_of(pipeline[-1]).linear:
        raise LinocutError(
            f"{model.provenance_.title or 'the model'} is not linear in its features — only of "
            "linear ones can scores be changed in the weights"
        )
    last = pipeline[-1]
    W, b = score_weights(last)
    link = last.model_kind.link
    linear = FittedLinear.of(
        W * a[:, None],
        b * a + c,
        last.classes_,
        link=link if link is Link.SIGMOIDS else Link.SOFTMAX,
        image_shape=last.image_shape_,
    )
    made: ImageClassifier = clone(model)
    for name, value in vars(small).items():
        if name.endswith("_"):
            setattr(made, name, value)
    made.decisions_ = None  # they were chosen for other probabilities
    made.estimator_ = Pipeline([*pipeline.steps[:-1], (pipeline.steps[-1][0], linear)])
    made.temperature_ = 1.0
    slopes, shifts = _since_the_fit(model)
    made.provenance_ = replace(
        made.provenance_,
        slopes=tuple(map(float, slopes * a)),
        shifts=tuple(map(float, shifts * a + c)),
    )
    if np.ptp(a) or np.ptp(c):
        made.provenance_ = replace(
            made.provenance_, accuracy=None, low=None, high=None, validation_accuracy=None
        )
    return made


def followed(
    predictions: Predictions, before: ImageClassifier, after: ImageClassifier
) -> Predictions:
    """Return what one model says, from what another said that it was made of by `with_scores`.

    Parameters
    ----------
    predictions : Predictions
        Of ``before`` or of its recipe, over its classes in its order.
    before, after : ImageClassifier
        The two models.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier().fit(digits)
    >>> names = model.classes_[digits.test.labels]
    >>> said = Predictions.from_estimator(model, digits.test.images, names)
    >>> cooler = with_temperature(model, 0.5)
    >>> probabilities = followed(said, model, cooler).probabilities
    >>> bool(np.allclose(probabilities, cooler.predict_proba(digits.test.images), atol=1e-5))
    True
    """
    (a, c), (slopes, shifts) = _since_the_fit(before), _since_the_fit(after)
    factors = np.divide(slopes, a, out=np.ones_like(a), where=a != 0)
    scores = predictions.scores * factors + (shifts - c * factors)
    return replace(
        predictions,
        scores=scores.astype(np.float32),
        probabilities=after.probabilities(scores).astype(np.float32),
    )


def _since_the_fit(model: ImageClassifier) -> tuple[Floats, Floats]:
    """Return what the scores of a model's recipe are multiplied by and shifted, both (K,)."""
    origin, K = model.provenance_, len(model.classes_)
    if not origin.slopes:
        return np.ones(K), np.zeros(K)
    return np.array(origin.slopes), np.array(origin.shifts)


def with_temperature(model: ImageClassifier, temperature: float) -> ImageClassifier:
    """Return the model with all scores divided by a temperature, in its weights.

    Parameters
    ----------
    model : ImageClassifier
        Fitted and linear in its features.
    temperature : float
        Above zero: above 1 it makes probabilities more alike, below 1 less. It takes the place of
        the model's own.

    Returns
    -------
    ImageClassifier
        As of `with_scores`; it classifies every image as before.

    Raises
    ------
    LinocutError
        If the temperature is no positive number, or the model is not linear in its features.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> cooler = with_temperature(ImageClassifier().fit(digits), 0.5)
    >>> cooler.temperature_
    1.0
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise LinocutError(f"temperature {temperature:g} — a number above 0 is needed")
    return with_scores(model, 1 / temperature, 0.0)


def folded(model: ImageClassifier) -> ImageClassifier:
    """Return the model with its own temperature taken into the weights: the same probabilities.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.models import LeastSquaresClassifier
    >>> digits = load_dataset("digits")
    >>> model = ImageClassifier(LeastSquaresClassifier()).fit(digits)
    >>> same = folded(model)
    >>> bool(model.temperature_ < 1), same.temperature_
    (True, 1.0)
    >>> images = digits.test.images
    >>> bool(np.allclose(same.predict_proba(images), model.predict_proba(images), atol=1e-4))
    True
    """
    return with_temperature(model, model.temperature_)


def columns_of(model: ImageClassifier, class_names: Sequence[str]) -> NDArray[np.intp]:
    """Return where the model's classes stand among these names.

    Raises
    ------
    LinocutError
        If one of them is none of the names.
    """
    columns = places_among(class_names, model.classes_)
    if (columns < 0).any():
        unknown = model.classes_[columns < 0][0]
        raise LinocutError(
            f"the model's class {unknown} is none of the classes {some_of(class_names)}"
        )
    return columns
