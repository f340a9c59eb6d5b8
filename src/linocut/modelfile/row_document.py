"""What a model of rows consists of, as one JSON document and tensors, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError
from linocut.core.links import Link
from linocut.modelfile.container import Tensors
from linocut.modelfile.parity import COUNT, check_parity, parity_rows
from linocut.modelfile.plain import Fields, checked_text, named
from linocut.modelfile.provenance import provenance_document, provenance_of
from linocut.modelfile.row_contents import RowContents
from linocut.modelfile.shared import (
    COEF,
    INPUTS,
    INTERCEPT,
    SCORES,
    check_none_left,
    check_numbers,
    classes_document,
    classes_of,
    computed,
    tensor_of,
)

ROWS = "rows"  # the field that the documents of these models have, and no others
MOST_FEATURES = 10**9


def row_document_of(contents: RowContents) -> tuple[dict[str, Any], Tensors]:
    """Return the JSON document and the tensors of a model of rows."""
    inputs = parity_rows(contents.coef.shape[1])
    names = contents.feature_names
    document = {
        ROWS: {
            "features": contents.coef.shape[1],
            "names": None if names is None else list(names),
        },
        "classes": classes_document(contents.class_names, contents.integer_classes),
        "link": contents.link.value,
        "temperature": float(contents.temperature),
        "provenance": provenance_document(contents.provenance),
    }
    coef, intercept = np.ascontiguousarray(contents.coef), contents.intercept
    tensors = {
        COEF: coef,
        INTERCEPT: intercept,
        INPUTS: inputs,
        SCORES: _scores(inputs, coef, intercept),
    }
    return document, tensors


def row_contents_of(document: Mapping[str, Any], tensors: Tensors) -> RowContents:
    """Make a model of rows of its JSON document and tensors, and see that it computes what it did.

    Raises
    ------
    LinocutError
        If a part is missing, unknown, or does not fit the others; the message names it.
    """
    left = dict(tensors)
    check_numbers(left)
    given = Fields(document)
    d, names = _features(given.object(ROWS))
    class_names, integers = classes_of(given.object("classes"))
    link = given.text("link")
    if link not in {each.value for each in Link}:
        raise given.wrong("link", link, ", ".join(each.value for each in Link))
    temperature = given.number("temperature", 1e-9, 1e9)
    provenance = provenance_of(given.object("provenance"))
    given.end()
    K = len(class_names)
    coef = tensor_of(left, COEF, "float64", (K, d))
    intercept = tensor_of(left, INTERCEPT, "float64", (K,))
    inputs = tensor_of(left, INPUTS, "float64", (COUNT, d))
    scores = tensor_of(left, SCORES, "float64", (COUNT, K))
    check_none_left(left)
    check_parity(computed(lambda: _scores(inputs, coef, intercept)), scores)
    return RowContents(
        coef, intercept, class_names, integers, names, Link(link), temperature, provenance
    )


def _scores(
    inputs: NDArray[np.float64], coef: NDArray[np.float64], intercept: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(inputs @ coef.T + intercept)


def _features(given: Fields) -> tuple[int, tuple[str, ...] | None]:
    """Return how many features there are, and their names, where they have some."""
    d, names = given.whole("features", 1, MOST_FEATURES), given.take("names")
    given.end()
    if names is None:
        return d, None
    if not isinstance(names, list):
        raise given.wrong("names", names, "a list or none")
    with named("feature names"):
        texts = tuple(checked_text(each) for each in names)
    if len(texts) != d:
        raise LinocutError(f"{len(texts)} names of features, but {d} features")
    return d, texts
