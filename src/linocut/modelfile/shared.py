"""What the documents of models of images and of models of rows have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.modelfile.container import Tensors
from linocut.modelfile.plain import Fields, checked_text, named, shown

Array = NDArray[Any]

COEF, INTERCEPT = "coef", "intercept"
INPUTS, SCORES = "parity.inputs", "parity.scores"
CANNOT_COMPUTE = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


def classes_document(names: tuple[str, ...], integers: bool) -> dict[str, Any]:
    """Return what `classes_of` reads."""
    return {"names": list(names), "integers": integers}


def classes_of(given: Fields) -> tuple[tuple[str, ...], bool]:
    """Return the names of the classes, and whether they are whole numbers."""
    with named("class names"):
        names = tuple(checked_text(each) for each in given.items("names"))
    integers = given.flag("integers")
    given.end()
    if len(names) < 2:
        raise LinocutError(f"{len(names)} class names — at least two")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise LinocutError(f"class name {shown(twice[0])} comes twice")
    if integers and not all(_is_integer(name) for name in names):
        raise LinocutError("class names that should be whole numbers are none")
    return names, integers


def check_numbers(tensors: Tensors) -> None:
    """Refuse tensors with values that are no finite numbers."""
    for name in sorted(tensors):
        if not np.isfinite(tensors[name]).all():
            raise LinocutError(f"tensor {shown(name)} holds values that are no finite numbers")


def tensor_of(left: Tensors, name: str, dtype: str, shape: tuple[int, ...]) -> Array:
    """Take a tensor that must be there, of this type and shape."""
    if name not in left:
        raise LinocutError(f"tensor {name!r} is missing")
    array = left.pop(name)
    if array.dtype != dtype or array.shape != shape:
        raise LinocutError(
            f"tensor {name!r} holds {array.dtype} of shape {array.shape} — {dtype} of shape {shape}"
        )
    return array


def check_none_left(left: Tensors) -> None:
    """Refuse tensors that no part of the document has taken."""
    if left:
        raise LinocutError(f"tensor {shown(min(left))} belongs to no part of the model")


def computed(scores: Callable[[], Array]) -> Array:
    """Return scores; what keeps them from being computed is said of the file."""
    try:
        with np.errstate(all="ignore"):
            return scores()
    except CANNOT_COMPUTE as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise LinocutError(f"it cannot compute scores: {reason}") from error


def _is_integer(name: str) -> bool:
    digits = name.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) <= 18
    return plain and str(int(name)) == name
