"""What a finished model may be given: arrays as they are, everything else through its intake."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from linocut.core import LinocutError
from linocut.core.arrays import as_array
from linocut.core.colour import Shape, is_colour, size_in_words
from linocut.core.threads import map_in_order
from linocut.data import ImagePart, Intake
from linocut.data.unlabelled import image_files

Images = NDArray[np.uint8]

AT_ONCE = 2048  # images that are prepared and read together
ALL = 1 << 40


def image_batches(X: Any, intake: Intake, *, rows_at_once: int = AT_ONCE) -> Iterator[Images]:
    """Yield all images as a model expects them, uint8 arrays (b, *shape), not too many at once.

    Parameters
    ----------
    X : array, path, bytes, PIL image, or a sequence of these
        An array holds images that are prepared already: of shape (n, h, w), one image (h, w), or
        rows (n, h · w), with three planes at the end for a model of colour, as bytes or whole
        numbers from 0 to 255. A path names an image file or a folder, whose image files are taken
        in the order of their names. Files, bytes and PIL images pass the intake.
    intake : Intake
        Of the model; its shape is known.
    rows_at_once : int
        Images of an array that are yielded together; of others `AT_ONCE` are.

    Raises
    ------
    LinocutError
        If an array has another shape or other values, or a file cannot be read.
    """
    if isinstance(X, ImagePart):
        X = X.images
    if isinstance(X, list | tuple) and X and isinstance(X[0], list | tuple):
        X = as_array(X, "the model")
    if isinstance(X, np.ndarray) or (hasattr(X, "__array__") and not isinstance(X, Image.Image)):
        images = as_images(_as_array(X, intake), intake.image_shape)
        for start in range(0, len(images), rows_at_once):
            yield as_bytes(images[start : start + rows_at_once])
        return
    sources = _sources(X)
    for start in range(0, len(sources), AT_ONCE):
        some = sources[start : start + AT_ONCE]
        yield np.stack(list(map_in_order(lambda each: _one(each, intake), some)))


def all_images(X: Any, intake: Intake) -> Images:
    """Return all images as a model expects them, uint8, shape (n, *shape); see `image_batches`."""
    assert intake.image_shape is not None
    parts = list(image_batches(X, intake))
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.empty((0, *intake.image_shape), np.uint8), *parts])


def _as_array(X: Any, intake: Intake) -> NDArray[Any]:
    """Return an array; one image (3, h, w) in colour is no three images in grey."""
    array = np.asarray(as_array(X, "the model"))
    shape = intake.image_shape
    if array.ndim == 3 and shape is not None and is_colour(shape) and array.shape != shape:
        array = np.asarray(as_array(array[None], "the model")) if array.shape[0] == 3 else array
    return array


def as_images(X: NDArray[Any], shape: Shape | None) -> NDArray[Any]:
    """Return an array of images, one image or rows of pixels as images (n, h, w) or (n, h, w, 3).

    Raises
    ------
    LinocutError
        If it is none of these.
    """
    if shape is None:
        if X.ndim in {3, 4}:
            return X
        side = round(np.sqrt(X.shape[1])) if X.ndim == 2 else 0
        if X.ndim != 2 or side * side != X.shape[1] or side == 0:
            raise LinocutError(
                f"images of shape {X.shape} — (n, h, w), or rows of square images; for others give "
                "intake=Intake((h, w))"
            )
        return X.reshape(len(X), side, side)
    if X.ndim == len(shape) + 1 and X.shape[1:] == shape:
        return X
    if X.shape == shape:
        return X[None]
    if X.ndim == 2 and X.shape[1] == math.prod(shape):
        return X.reshape(-1, *shape)
    sides = ", ".join(map(str, shape))
    raise LinocutError(
        f"images of shape {X.shape} — the model reads images of {size_in_words(shape)} pixels, as "
        f"an array (n, {sides}); an image of another size is prepared by intake.read(image)"
    )


def as_bytes(images: NDArray[Any]) -> Images:
    """Return images as bytes.

    Raises
    ------
    LinocutError
        If a value is no whole number from 0 to 255.
    """
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind in "uif" and images.size:
        low, high = images.min(), images.max()
        if low >= 0 and high <= 255:
            made = images.astype(np.uint8)
            if images.dtype.kind != "f" or np.array_equal(made, images):
                return made
        raise LinocutError(
            f"pixels from {low:g} to {high:g}, of type {images.dtype} — whole numbers from 0, "
            "paper, to 255, full ink; pixels from 0 to 1 are np.rint(255 * images).astype(np.uint8)"
        )
    if images.size == 0:
        return images.astype(np.uint8)
    raise LinocutError(f"images of type {images.dtype} — numbers from 0, paper, to 255, full ink")


def holds_arrays(X: Sequence[Any]) -> bool:
    """Tell whether a sequence holds arrays, tensors or lists of numbers, which pass no intake."""
    first = X[0] if len(X) else None
    return isinstance(first, list | tuple) or (
        hasattr(first, "__array__") and not isinstance(first, Image.Image)
    )


def _sources(X: Any) -> Sequence[Any]:
    if isinstance(X, str | Path):
        path = Path(X)
        return image_files(path) if path.is_dir() else [path]
    if isinstance(X, bytes | Image.Image) or hasattr(X, "read"):
        return [X]
    if isinstance(X, Sequence):
        found: list[Any] = []
        for each in X:
            found += _sources(each) if isinstance(each, str | Path) else [each]
        return found
    raise LinocutError(
        f"{type(X).__name__} — an array of images, a path, bytes, a PIL image, or a list of these"
    )


def _one(source: Any, intake: Intake) -> Images:
    if hasattr(source, "__array__") and not isinstance(source, Image.Image):
        images = as_images(_as_array(source, intake), intake.image_shape)
        if len(images) != 1:
            raise LinocutError(f"an array of shape {source.shape} in a list — one image each")
        return np.asarray(as_bytes(images)[0])
    return intake.read(source)
