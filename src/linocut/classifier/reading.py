"""Classify files one after the other: a file that cannot be read does not stop the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier.image_classifier import ImageClassifier
from linocut.core import LinocutError, Result
from linocut.core.threads import map_in_order
from linocut.data.unlabelled import Unlabelled, unlabelled_images

AT_ONCE = 1024  # images that are decoded and classified together


@dataclass(frozen=True)
class Reading(Result):
    """What a model says of one image.

    Attributes
    ----------
    file : str
        Where the image stands.
    top : tuple of (str, float)
        Classes with their probabilities, the most probable first; empty if it cannot be read.
    error : str
        Why it cannot be read, in one line; empty if it can.
    """

    file: str
    top: tuple[tuple[str, float], ...] = ()
    error: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class of `top`."""
        return [
            {"file": self.file, "rank": rank, "class": label, "probability": share}
            for rank, (label, share) in enumerate(self.top, 1)
        ]


def classify_files(
    model: ImageClassifier, paths: Iterable[Path], *, top: int = 1
) -> Iterator[Reading]:
    """Yield what a model says of all images in some files and folders.

    Only a thousand images are held at once, whatever their number.

    Parameters
    ----------
    model : ImageClassifier
        Fitted.
    paths : iterable of Path
        Image files, folders, IDX, CSV or NPZ files.
    top : int
        Classes to name for each image, from 1 up.

    Yields
    ------
    Reading
        One an image; one with an error for each file that cannot be read.

    Raises
    ------
    LinocutError
        If ``top`` is not above zero.
    """
    if top < 1:
        raise LinocutError(f"top={top!r} — an integer from 1 up")
    waiting = _all_images(model, paths)
    while some := list(islice(waiting, AT_ONCE)):
        yield from _classified(model, some, top)


def _all_images(model: ImageClassifier, paths: Iterable[Path]) -> Iterator[Unlabelled | Reading]:
    for path in paths:
        try:
            yield from unlabelled_images(path, model.image_shape_)
        except (LinocutError, OSError) as error:
            yield Reading(str(path), error=_without(str(error), path))


def _classified(
    model: ImageClassifier, some: list[Unlabelled | Reading], top: int
) -> Iterator[Reading]:
    prepared = list(map_in_order(lambda each: _prepared(model, each), some))
    images = [each for each in prepared if isinstance(each, np.ndarray)]
    probabilities: Iterator[Any] = iter(model.predict_proba(np.stack(images)) if images else ())
    names = [str(name) for name in model.classes_]
    for each, made in zip(some, prepared, strict=True):
        if isinstance(made, Reading):
            yield made
            continue
        P = next(probabilities)
        best = np.argsort(-P, kind="stable")[:top]
        file = each.name if isinstance(each, Unlabelled) else each.file
        yield Reading(file, tuple((names[k], float(P[k])) for k in best))


def _prepared(model: ImageClassifier, each: Unlabelled | Reading) -> NDArray[np.uint8] | Reading:
    if isinstance(each, Reading):
        return each
    try:
        return model.intake_.read(each.image)
    except LinocutError as error:
        return Reading(each.name, error=_without(str(error), each.name))


def _without(message: str, path: Path | str) -> str:
    """Return a message without the path that it begins with: the line begins with it anyway."""
    return message.removeprefix(f"{path}: ").removeprefix(f"{path} — ")
