"""What robustness is judged on: labelled images, in an order any beginning of which is fair."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate.predictions import positions_of, raw_scores

Images = NDArray[np.uint8]


def labelled(X: Any, y: Any) -> tuple[Images, NDArray[Any]]:
    """Return images and the names of their classes: of an array, or a dataset's test part.

    Raises
    ------
    LinocutError
        If there are none, they are no bytes (n, h, w), or there is another number of labels.
    """
    if isinstance(X, ImageDataset):
        if y is not None:
            raise LinocutError("a dataset has labels of its own — leave out y")
        X, y = X.test.images, np.asarray(X.class_names)[X.test.labels]
    images, names = np.asarray(X), np.asarray(y)
    if images.ndim not in {3, 4} or images.dtype != np.uint8:
        raise LinocutError(
            f"images of shape {images.shape} and type {images.dtype} — uint8 images (n, h, w) or "
            "(n, h, w, 3), or a dataset"
        )
    if names.shape != (len(images),):
        raise LinocutError(
            f"{len(images)} images and labels of shape {names.shape} — one label for each image"
        )
    if not len(images):
        raise LinocutError("no images — one at least is needed")
    return images, names


def positions(model: Any, images: Images, names: NDArray[Any]) -> NDArray[np.int64]:
    """Return the class of each image as a position among those of a model.

    Raises
    ------
    LinocutError
        If the model knows no such class or takes no such images.
    """
    predicted(model, images[:1])  # refuses images of another size
    return positions_of(names, model.classes_)


def predicted(model: Any, images: Images) -> NDArray[np.int64]:
    """Return the position of the class with the largest score for each image, whatever it is."""
    scores = raw_scores(model, images)
    if scores is None:
        scores = np.asarray(model.predict_proba(images))
    if scores.ndim == 1:
        return (scores > 0).astype(np.int64)
    return np.asarray(scores.argmax(axis=1), np.int64)


def fair_order(labels: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.intp]:
    """Return an order of the images in which any beginning has the classes' shares of the whole.

    Examples
    --------
    >>> labels = np.array([0] * 6 + [1] * 3)
    >>> labels[fair_order(labels, np.random.default_rng(0))][:6].tolist().count(1)
    2
    """
    place = np.empty(len(labels))
    for k in np.unique(labels):
        mine = np.flatnonzero(labels == k)
        place[random.permutation(mine)] = (np.arange(len(mine)) + random.random()) / len(mine)
    return np.argsort(place, kind="stable")
