"""Classify files one after the other, where one that cannot be read does not stop the others.

Rows of features likewise, some thousands at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier.image_classifier import ImageClassifier
from linocut.classifier.row_classifier import RowClassifier
from linocut.core import LinocutError, Result
from linocut.core.decisions import REJECTED
from linocut.core.ink import is_blank
from linocut.data.unlabelled import Ready, ready_images
from linocut.solve.rows import RowSource

AT_ONCE = 1024  # images that are decoded and classified together
ROWS_AT_ONCE = 16_384


@dataclass(frozen=True)
class Reading(Result):
    """What a model says of one image or row.

    Attributes
    ----------
    file : str
        Where the image or row stands.
    top : tuple of (str, float)
        Classes with their probabilities, the one that is predicted first, then the most probable;
        empty if it cannot be read.
    error : str
        Why it cannot be read, in one line; empty if it can.
    rejected : bool
        Whether no class is predicted, since none is certain enough.
    called : str or None
        What the model's rule calls rejected images, if it has a name for them.
    blank : bool
        Whether the image is one grey or colour throughout, so that nothing is in it.
    """

    file: str
    top: tuple[tuple[str, float], ...] = ()
    error: str = ""
    rejected: bool = False
    called: str | None = None
    blank: bool = False

    @property
    def predicted(self) -> str | None:
        """The class predicted; of a rejected image, what they are called, or None."""
        return self.called if self.rejected or not self.top else self.top[0][0]

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a class of `top`; one without a probability for a rejected image."""
        if self.rejected:
            return [{"file": self.file, "rank": 1, "class": self.called, "probability": None}]
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
    for some in ready_images(paths, model.image_shape_, model.intake_.read, at_once=AT_ONCE):
        yield from _classified(model, some, top)


def classify_rows(model: RowClassifier, source: RowSource, *, top: int = 1) -> Iterator[Reading]:
    """Yield what a model says of all rows of a source, of which a few thousand are held at once.

    Parameters
    ----------
    model : RowClassifier
        Of as many features.
    source : RowSource
        With labels or without.
    top : int
        Classes to name for each row, from 1 up.

    Yields
    ------
    Reading
        One a row, whose file is that of the source with the row's position, from 0.

    Raises
    ------
    LinocutError
        If ``top`` is not above zero, or the rows have another number of features.

    Examples
    --------
    >>> from linocut.classifier import RowClassifier
    >>> from linocut.solve.rows import open_rows
    >>> model = RowClassifier([[0.0], [1.0]], [0.0, 0.0], ["low", "high"])
    >>> [row.top[0][0] for row in classify_rows(model, open_rows(np.array([[2.0], [-2.0]])))]
    ['high', 'low']
    """
    if top < 1:
        raise LinocutError(f"top={top!r} — an integer from 1 up")
    names = [str(name) for name in model.classes_]
    for start in range(0, source.n, ROWS_AT_ONCE):
        some = source.between(start, min(start + ROWS_AT_ONCE, source.n))
        P = model.predict_proba(some)
        best = np.argsort(-P, axis=1, kind="stable")[:, :top]
        for row, (shares, order) in enumerate(zip(P, best, strict=True), start):
            top_classes = tuple((names[k], float(shares[k])) for k in order)
            yield Reading(f"{source.origin}[{row}]", top_classes)


def _classified(
    model: ImageClassifier, some: list[Ready[NDArray[np.uint8]]], top: int
) -> Iterator[Reading]:
    images = [each.made for each in some if each.made is not None]
    scores = model.scores(np.reshape(images, (-1, *model.image_shape_)).astype(np.uint8))
    probabilities, decided = iter(model.probabilities(scores)), iter(model.decide(scores))
    names, rule = [str(name) for name in model.classes_], model.decisions_
    for each in some:
        if each.made is None:
            yield Reading(each.name, error=each.error)
            continue
        P, predicted = next(probabilities), int(next(decided))
        best = np.argsort(-P, kind="stable")
        rejected = predicted == REJECTED
        if not rejected:  # by costs it need not be the most probable
            best = np.concatenate([[predicted], best[best != predicted]])
        shown = tuple((names[k], float(P[k])) for k in best[:top])
        called = rule.rejected if rule else None
        yield Reading(each.name, shown, rejected=rejected, called=called, blank=is_blank(each.made))
