"""Checks and shapes of arrays that come from outside."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core.blocks import Blocks
from linocut.core.colour import PLANES, Shape, is_colour, size_in_words
from linocut.core.errors import LinocutError

GREY = ("L", "1", "I", "F", "I;16")  # the modes of PIL that have one channel
SIZES = 1e-100, 1e100  # of the largest number: float64 holds its square, and sums of those


def as_array(X: Any, who: str) -> Any:
    """Return what holds numbers as one array, images without an axis of one channel.

    Lists and tuples of images or rows, tensors and whatever else says how to become an array are
    made one; PIL images count as arrays (h, w) or (h, w, 3). Sparse matrices, data frames and
    blocks stay as they are.

    Parameters
    ----------
    X : array-like
        Rows (n, d), images (n, h, w), (n, h, w, 1) or (n, 1, h, w), or in colour (n, h, w, 3) or
        (n, 3, h, w), of which the former is made.
    who : str
        Who takes it, for the message.

    Raises
    ------
    LinocutError
        If images differ in shape, have another number of channels than 1 or 3, or an array has
        more than four axes.

    Examples
    --------
    >>> as_array([np.zeros((2, 3)), np.ones((2, 3))], "Deskew").shape
    (2, 2, 3)
    >>> as_array(np.zeros((5, 1, 2, 3)), "Deskew").shape
    (5, 2, 3)
    >>> as_array(np.zeros((5, 3, 2, 4)), "Deskew").shape
    (5, 2, 4, 3)
    >>> as_array(np.zeros((5, 2, 3, 4)), "Blur")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: images of shape (5, 2, 3, 4) — Blur takes (n, h, w) or \
(n, h, w, 3)
    """
    if isinstance(X, list | tuple) and len(X) and not isinstance(X[0], str | bytes):
        X = _stacked(X, who)
    elif not isinstance(X, np.ndarray) and _is_array_like(X):
        X = _one_array(X)
    if not isinstance(X, np.ndarray) or X.ndim <= 3:
        return X
    if X.ndim == 4 and 1 in {X.shape[1], X.shape[3]}:
        return X[..., 0] if X.shape[3] == 1 else X[:, 0]
    if X.ndim == 4 and PLANES in {X.shape[1], X.shape[3]}:
        return X if X.shape[3] == PLANES else np.moveaxis(X, 1, -1)
    raise LinocutError(f"images of shape {X.shape} — {who} takes (n, h, w) or (n, h, w, 3)")


def largest_magnitude(X: Any) -> float:
    """Return the largest absolute value in an array or sparse matrix; 0 if it is empty.

    Examples
    --------
    >>> largest_magnitude(np.array([[-3.0, 2.0]]))
    3.0
    """
    values = X if isinstance(X, np.ndarray) else X.data
    if values.size == 0:
        return 0.0
    return max(float(values.max()), -float(values.min()))


def check_magnitude(X: Any, who: str) -> float:
    """Return the largest absolute value; refuse rows whose squares float64 could not hold.

    Raises
    ------
    LinocutError
        If it is neither zero nor from 1e-100 to 1e100.

    Examples
    --------
    >>> check_magnitude(np.array([[1e160]]), "Whiten")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: values up to 1e+160 — Whiten takes sizes of 1e-100 to 1e+100
    """
    return check_largest(largest_magnitude(X), who)


def check_largest(largest: float, who: str) -> float:
    """Return the largest absolute value of rows, or refuse them as `check_magnitude` does."""
    low, high = SIZES
    if not (largest == 0 or low <= largest <= high):
        raise LinocutError(f"values up to {largest:.3g} — {who} takes sizes of {low:g} to {high:g}")
    return largest


def flatten_images(X: Any) -> Any:
    """Lay images (n, h, w) or (n, h, w, 3) out as rows (n, d); leave everything else as it is.

    Examples
    --------
    >>> flatten_images(np.zeros((5, 2, 3))).shape, flatten_images(np.zeros((5, 2, 2, 3))).shape
    ((5, 6), (5, 12))
    """
    if isinstance(X, np.ndarray) and X.ndim in {3, 4}:
        return X.reshape(len(X), int(np.prod(X.shape[1:])))
    return X


def image_shape_of(X: Any) -> Shape | None:
    """Return height and width of images (n, h, w), with their planes if (n, h, w, 3); None of rows.

    Examples
    --------
    >>> image_shape_of(np.zeros((5, 2, 3))), image_shape_of(np.zeros((5, 6)))
    ((2, 3), None)
    >>> image_shape_of(np.zeros((5, 32, 32, 3)))
    (32, 32, 3)
    """
    if isinstance(X, np.ndarray) and X.ndim in {3, 4}:
        return tuple(map(int, X.shape[1:]))
    return None


def check_image_shape(X: Any, fitted_on: Shape | None, who: str) -> None:
    """Refuse images (n, h, w) of another shape than those that ``who`` was fitted on.

    Rows (n, d) pass, and so does everything after a fit on rows (None).

    Examples
    --------
    >>> check_image_shape(np.zeros((5, 16, 8)), (8, 16), "UnitPixels")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: images of 16 × 8 pixels — UnitPixels was fitted on 8 × 16
    """
    shape = image_shape_of(X)
    if shape is not None and fitted_on is not None and shape != tuple(fitted_on):
        given, wanted = size_in_words(shape), size_in_words(tuple(fitted_on))
        raise LinocutError(f"images of {given} pixels — {who} was fitted on {wanted}")


def checked_images(X: Any, who: str, *, colour: bool = False) -> NDArray[Any]:
    """Return images as an array (n, h, w); rows of pixels are refused in the name of ``who``.

    Parameters
    ----------
    X : array-like
        As for `as_array`.
    who : str
        Who takes them.
    colour : bool
        Whether those in colour, (n, h, w, 3), are taken, too.

    Examples
    --------
    >>> checked_images(np.zeros((2, 64)), "Deskew")
    Traceback (most recent call last):
    linocut.core.errors.LinocutError: images of shape (2, 64) — Deskew takes images (n, h, w)
    """
    images = np.asarray(as_array(X, who))
    if images.ndim == 3 or (colour and images.ndim == 4):
        return images
    wanted = "images (n, h, w) or (n, h, w, 3)" if colour else "images (n, h, w)"
    grey = " in grey" if is_colour(images.shape[1:]) else ""
    raise LinocutError(f"images of shape {images.shape} — {who} takes {wanted}{grey}")


def _stacked(X: Any, who: str) -> Any:
    """Return a list of images or rows as one array; a list of anything else as it is."""
    if sparse.issparse(X[0]) or not (isinstance(X[0], list | tuple) or _is_array_like(X[0])):
        return X
    parts = [_one_array(each) for each in X]
    if parts[0].ndim == 0:
        return X
    shapes = list(dict.fromkeys(each.shape for each in parts))
    if len(shapes) > 1:
        raise LinocutError(
            f"a list of arrays of shapes {shapes[0]} and {shapes[1]} — {who} takes images or rows "
            "of one shape"
        )
    return np.stack(parts)


def _one_array(X: Any) -> NDArray[Any]:
    """Return a tensor, wherever it is, an image or a sequence as an array."""
    if hasattr(X, "detach"):  # of torch, with a gradient or on another device
        X = X.detach().cpu()
    if _is_image(X):
        if X.mode not in (*GREY, "RGB"):
            raise LinocutError(
                f"an image of mode {X.mode} — a grey one or one in colour, as image.convert('L') "
                "and image.convert('RGB') make them"
            )
        return np.asarray(X.convert("L") if X.mode == "1" else X)
    try:
        return np.asarray(X)
    except ValueError as error:  # nested lists of unequal lengths
        raise LinocutError(f"{error} — images or rows of one shape") from None


def _is_array_like(X: Any) -> bool:
    """Tell a tensor, an image or anything else that says how to become an array."""
    others = isinstance(X, np.generic | Blocks) or hasattr(X, "iloc")
    return not others and (hasattr(X, "__array__") or _is_image(X))


def _is_image(X: Any) -> bool:
    """Tell a PIL image; whoever has one has loaded PIL."""
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(X, module.Image)
