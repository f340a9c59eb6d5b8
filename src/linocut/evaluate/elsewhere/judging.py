"""Judge how a model does on another set of images than the one it was fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError
from linocut.core.colour import Shape, size_in_words
from linocut.core.threads import map_in_order
from linocut.data import ImageDataset, Intake
from linocut.data.intake import binarised
from linocut.evaluate.class_places import places_among
from linocut.evaluate.elsewhere.result import Elsewhere
from linocut.evaluate.elsewhere.shared_classes import shared_classes
from linocut.evaluate.elsewhere.telling_apart import tell_apart
from linocut.evaluate.predictions import Predictions

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


def judge_elsewhere(
    model: ImageClassifier, home: ImageDataset, other: ImageDataset, *, random_state: int = 42
) -> Elsewhere:
    """Compare a model's accuracy on the test part of its own set with that on another set.

    Of the other set the test part is taken if it was published as one, else all images: none of
    them was learned from. Images of another size are brought to the model's.

    Parameters
    ----------
    model : ImageClassifier
        Fitted.
    home : ImageDataset
        What it was fitted on.
    other : ImageDataset
        The other set. Classes count as the same if their names are; images of others are left out.
    random_state : int
        Of the images that are taken to tell the two sets apart.

    Raises
    ------
    LinocutError
        If the sets share no class, or one of them has no image of a shared class.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from linocut.data import ImagePart, load_dataset
    >>> digits = load_dataset("digits")
    >>> turned = ImagePart(digits.test.images[:, ::-1], digits.test.labels)
    >>> other = replace(digits, name="upside down", test=turned, split="given")
    >>> found = judge_elsewhere(ImageClassifier().fit(digits), digits, other)
    >>> found.there.evaluation.accuracy < found.home.evaluation.accuracy
    True
    """
    names = tuple(map(str, model.classes_))
    places, notes = shared_classes(names, other.class_names)
    at_home = _own_places(names, home.class_names)
    # At home, too, only the classes count that the other set has.
    at_home[~np.isin(at_home, places)] = -1
    if other.split == "given":
        images, labels = other.test.images, other.test.labels
    else:
        images, labels = other.images, other.labels
        notes += (f"{other.name} came without a test part: all its images are judged.",)
    if other.image_shape != model.image_shape_:
        notes += (f"Its images were brought {_sizes(other.image_shape, model.image_shape_)}.",)
    home_test = _predicted(model, names, home.test.images, at_home[home.test.labels], home.name)
    kept = np.flatnonzero(places[labels] >= 0)
    fitting = _fitting(images[kept], model.intake_)
    there = _predicted(model, names, fitting, places[labels[kept]], other.name)
    at = at_home[home.train.labels]
    training = _fitting(home.train.images[at >= 0], model.intake_), at[at >= 0]
    apart = tell_apart(training, (fitting, there.labels), random_state=random_state)
    worst = _most_confident_mistakes(there)
    return Elsewhere(
        home.name,
        other.name,
        home_test,
        replace(there, images=kept),
        apart,
        worst,
        fitting[worst],
        notes,
    )


def _predicted(
    model: ImageClassifier, names: tuple[str, ...], images: Images, labels: Labels, of: str
) -> Predictions:
    """Return what a model predicts for the images whose label is not −1."""
    known = np.flatnonzero(labels >= 0)
    if not len(known):
        raise LinocutError(f"{of} has no image of a class that both sets have")
    scores = np.asarray(model.scores(_fitting(images[known], model.intake_)))
    shares = model.probabilities(scores)
    columns = np.arange(len(names))
    return Predictions.of(names, labels[known].astype(np.int64), columns, scores, shares, known)


def _own_places(names: Sequence[str], of: Sequence[str]) -> NDArray[np.intp]:
    """Return where each class of the home set is among the model's; −1 for none."""
    places = places_among(names, of)
    if (places < 0).all():
        raise LinocutError(
            "the model knows none of the classes of its home set — give the set it was fitted on"
        )
    return places


def _fitting(images: Images, intake: Intake) -> Images:
    """Return images of a dataset, zero as paper already, in the size and greys a model takes."""
    if intake.colour != (images.ndim == 4):
        kind, other = ("in colour", "grey") if intake.colour else ("grey", "in colour")
        raise LinocutError(
            f"the model takes images {kind}, these are {other} — load them with "
            f"{'--colour' if intake.colour else '--no-colour'}"
        )
    if images.shape[1:3] != intake.shape:
        images = np.stack(list(map_in_order(intake.sized, list(images))))
    return binarised(images) if intake.binarise else images


def _most_confident_mistakes(there: Predictions, most: int = 24) -> NDArray[np.intp]:
    """Return the misclassified images, the most probable mistake first."""
    wrong = np.flatnonzero(there.predicted != there.labels)
    sure = there.probabilities[wrong, there.predicted[wrong]]
    return np.asarray(wrong[np.argsort(-sure, kind="stable")][:most])


def _sizes(given: Shape, wanted: Shape) -> str:
    a, b = size_in_words(given[:2]), size_in_words(wanted[:2])
    return f"from {a} to {b} pixels"
