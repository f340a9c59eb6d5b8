"""Models whose scores split into one number for each pixel of an image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.arrays import flatten_images, image_shape_of
from linocut.core.colour import Shape, size_in_words
from linocut.core.forms import Floats, Form, Polynomial
from linocut.explain.local_forms import LocalForm

LOG_RATIO = "log of the probability ratio"
SCORE = "score"


PixelForm = Form | LocalForm


@dataclass(frozen=True, eq=False)
class PixelModel:
    """A model whose scores split into one number for each pixel of the images it is shown.

    Attributes
    ----------
    form : PixelForm
        Of the pixels, in the unit in which they are given (bytes stay bytes).
    classes : array, shape (K,)
        The labels, in the order of the scores.
    image_steps : tuple of transformers
        Steps that turn images into images, such as deskewing; they come first, and the form is one
        of the images that they return.
    image_shape : (int, int), (int, int, 3) or None
        Height and width, and planes in colour, where known.
    unit : str
        What a margin is: the log of the probability ratio, or a difference of scores.
    intake : callable or None
        Turns whatever the model reads (files, bytes, PIL images, arrays) into an array of images;
        None where it reads arrays only.
    """

    form: PixelForm
    classes: NDArray[Any]
    image_steps: tuple[Any, ...] = ()
    image_shape: Shape | None = None
    unit: str = SCORE
    intake: Callable[[Any], NDArray[np.uint8]] | None = None

    def prepared(self, X: Any) -> Any:
        """Return images as the first step of the pipeline takes them.

        Raises
        ------
        LinocutError
            If they are files, but the model reads arrays only.
        """
        if self.intake is not None:
            return self.intake(X)
        if isinstance(X, str | bytes | PathLike) or hasattr(X, "read"):
            raise LinocutError(
                f"an image given as {type(X).__name__} — this model reads arrays only; an "
                "ImageClassifier reads files, too"
            )
        return X

    def prepared_image(self, image: Any) -> Any:
        """Return one image as the first step takes it: an array of one, (1, h, w) or (1, d).

        Raises
        ------
        LinocutError
            If there is another number of images.
        """
        is_array = hasattr(image, "ndim") or isinstance(image, list | tuple)
        X = self.prepared(np.asarray(image)[None] if is_array else image)
        # A PIL image passes for an array where nothing prepares it.
        X = X if hasattr(X, "ndim") else np.asarray(X)[None]
        if len(X) != 1:
            raise LinocutError(f"{len(X)} images — one at a time is explained")
        return X

    def images(self, X: Any) -> Any:
        """Return the rows (n, d) whose pixels count: those given, or what the steps make of them.

        Raises
        ------
        LinocutError
            If the images have another shape.
        """
        X = self.prepared(X)
        for step in self.image_steps:
            X = step.transform(X)
        given = np.asarray(X)
        X = flatten_images(given)
        wanted = self.form.shape[1]
        # As many pixels in another shape are other pixels.
        turned = self.image_shape and image_shape_of(given) not in {None, self.image_shape}
        if X.ndim != 2 or X.shape[1] != wanted or turned:
            shape = size_in_words(self.image_shape or (wanted,))
            raise LinocutError(
                f"images of shape {given.shape[1:] if X.ndim > 1 else X.shape} — the model reads "
                f"images of {shape} pixels, given as (n, h, w) or (n, {wanted})"
            )
        return X

    def pixels(self, image: Any) -> Floats:
        """Return the pixels that count of one image, shape (d,)."""
        return np.asarray(self.images(self.prepared_image(image))[0], np.float64)

    def scores(self, X: Any) -> Floats:
        """Return the K scores of images (n, h, w) or rows (n, d), shape (n, K)."""
        return self.form.scores(self.images(X))

    def named(self, names: Sequence[str]) -> Self:
        """Return the same model with its classes, now positions among names, known by their names.

        Raises
        ------
        LinocutError
            If a class is no such position.
        """
        y = self.classes
        if y.dtype.kind not in "iu" or y.min(initial=0) < 0 or y.max(initial=0) >= len(names):
            raise LinocutError(
                f"classes {', '.join(map(str, y))} — positions among {len(names)} names"
            )
        return replace(self, classes=np.array([names[k] for k in y], dtype=object))

    def position(self, label: Any) -> int:
        """Return the position of a class.

        Raises
        ------
        LinocutError
            If there is no such class.
        """
        places = np.flatnonzero(self.classes.astype(str) == str(label))
        if not len(places):
            known = ", ".join(map(str, self.classes))
            raise LinocutError(f"{label!r} is not a class of this model — known: {known}")
        return int(places[0])


@dataclass(frozen=True, eq=False)
class PulledBack(PixelModel):
    """A model as a polynomial form of the pixels of the images it is shown.

    Attributes
    ----------
    form : LinearForm or QuadraticForm
        Of the pixels, in the unit in which they are given (bytes stay bytes).
    """

    form: Polynomial
