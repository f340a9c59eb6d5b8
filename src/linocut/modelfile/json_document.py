"""A finished model as one JSON document: every number by name, for any language to read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, plain
from linocut.core.colour import Shape
from linocut.core.decisions import DecisionRule
from linocut.core.files import write_whole
from linocut.core.steps import View, kind_of, state_of, views_of
from linocut.modelfile.contents import ModelContents

FORMAT = "linocut-model"
VERSION = 1


def export_json(contents: ModelContents, path: str | os.PathLike[str]) -> Path:
    """Write a model as one JSON document, UTF-8.

    Its members, in this order:

    ``format``, ``version``
        ``"linocut-model"`` and 1.
    ``classes``
        Names, in the order of the scores.
    ``intake``
        How an image becomes bytes: the fields of `linocut.data.Intake`, and ``sentence``, which
        says it in words. ``shape`` is height and width.
    ``steps``
        What is done to the image, in order: objects with ``name``, ``kind`` (what the step is, a
        name that never changes), ``parameters`` (those of the transformer) and ``state`` (what it
        has learned: numbers, strings, or nested lists of numbers, rows first). One of kind
        ``"feature-union"`` has ``views`` instead, whose features stand side by side: objects with
        ``name``, ``steps``, and the ``weight`` that what they make is multiplied with.
    ``linear``
        ``weights``, K lists of d numbers, and ``intercept``, K numbers: the scores are
        weights · x + intercept of the features x after all steps; of bytes from 0 to 255, row by
        row, if there are no steps.
    ``link``, ``temperature``
        How scores become probabilities once they are divided by the temperature: ``"softmax"`` and
        ``"none"`` by the softmax, ``"sigmoids"`` by a sigmoid for each class, divided by their sum.
    ``thresholds``
        Least probability at which each class is accepted, or null. The most probable accepted class
        is predicted; an image without one is rejected.
    ``costs``, ``rejected``
        Only where there are some: K lists of the costs of predicting each class of an image of
        this one, and maybe of rejecting it, the least of which is taken in expectation; and what
        rejected images are called.
    ``provenance``
        The fields of `Provenance`.
    ``examples``
        Three images, as rows of bytes, with their ``scores`` and ``probabilities``, by which a
        reader of this file can be checked.

    Each number is as short as it can be and still be read as the same number, of float32 where the
    model has float32.

    Parameters
    ----------
    contents : ModelContents
        Any linear model.
    path : path-like
        Where the file goes; an existing one is replaced.

    Returns
    -------
    Path
        The file written, links resolved.

    Raises
    ------
    LinocutError
        If a step is of no kind that linocut knows, or a number is not finite, or the file cannot be
        written.

    Examples
    --------
    >>> import tempfile
    >>> from linocut.classifier import ImageClassifier
    >>> from linocut.data import load_dataset
    >>> contents = ImageClassifier().fit(load_dataset("digits")).contents
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = export_json(contents, folder + "/digits.json")
    ...     document = json.loads(path.read_text("utf-8"))
    >>> document["link"], document["intake"]["shape"], len(document["linear"]["weights"])
    ('softmax', [8, 8], 10)
    """
    members = _document(contents).items()
    lines = (f"{json.dumps(name)}: {_dumped(value)}" for name, value in members)
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    # Bytes of a folder's name that are no text are lone surrogates, which JSON has as \udcff, too.
    return write_whole(path, text.encode("utf-8", "backslashreplace"))


def _document(contents: ModelContents) -> dict[str, Any]:
    linear = contents.linear
    return {
        "format": FORMAT,
        "version": VERSION,
        "classes": list(contents.class_names),
        "intake": {**plain(contents.intake), "sentence": contents.intake.sentence},
        "steps": [_step(name, step) for name, step in contents.steps],
        "linear": {
            "weights": _value("the weights", linear.coef_),
            "intercept": _value("the intercept", linear.intercept_),
        },
        "link": linear.model_kind.link.value,
        "temperature": contents.temperature,
        **_decisions(contents.decisions),
        "provenance": plain(contents.provenance),
        "examples": _examples(contents),
    }


def _decisions(rule: DecisionRule | None) -> dict[str, Any]:
    if rule is None:
        return {"thresholds": None}
    more = {"costs": rule.costs, "rejected": rule.rejected}
    return {
        "thresholds": _value("the thresholds", rule.thresholds),
        **{name: _value(f"the {name}", value) for name, value in more.items() if value is not None},
    }


def _step(name: str, step: Any) -> dict[str, Any]:
    kind = kind_of(step).name
    if not kind:
        raise LinocutError(
            f"the step {name!r} ({type(step).__name__}) is of no kind that a file can tell — "
            "linocut.core.steps.register gives it one"
        )
    views = views_of(step)
    if views:
        return {"name": name, "kind": kind, "views": [_view(view) for view in views]}
    return {
        "name": name,
        "kind": kind,
        "parameters": _values(name, step.get_params(deep=False)),
        "state": _values(name, dict(state_of(step))),
    }


def _view(view: View) -> dict[str, Any]:
    steps = [_step(name, step) for name, step in view.steps]
    return {"name": view.name, "weight": view.weight, "steps": steps}


def _values(step: str, named: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(f"{name} of the step {step!r}", each) for name, each in named.items()}


def _value(what: str, value: Any) -> Any:
    """Return numbers, strings, None and nestings of them as JSON has them."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _value(what, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(what, each) for each in value]
    if not isinstance(value, np.ndarray | np.generic | float):
        raise LinocutError(f"{what} is of type {type(value).__name__} — numbers, strings or arrays")
    array = np.asarray(value)
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise LinocutError(f"{what} is not finite — fit the model anew")
        return _shortest(array)
    return array.tolist()


def _shortest(array: NDArray[np.floating]) -> Any:
    """Return Python floats that are printed by the fewest digits that tell them from others."""
    if array.dtype == np.float64:
        return array.tolist()
    short = np.array([float(str(each)) for each in array.ravel()])
    return short.reshape(array.shape).tolist()


def _examples(contents: ModelContents) -> list[dict[str, Any]]:
    images = _example_images(contents.image_shape)
    scores = contents.scores(images)
    shown = _value("a score", scores)
    probabilities = contents.probabilities(scores)
    return [
        {
            "image": image.tolist(),
            "scores": shown[row],
            "probabilities": probabilities[row].tolist(),
        }
        for row, image in enumerate(images)
    ]


def _example_images(shape: Shape) -> NDArray[np.uint8]:
    """Return a blank page, a leaning stroke and random greys or colours, shape (3, *shape)."""
    h, w, *planes = shape
    images = np.zeros((3, *shape), np.uint8)
    y, x = np.ogrid[:h, :w]
    middle = (w - 1) / 2 - (y - (h - 1) / 2) * w / (3 * h)
    stroke = np.where(np.abs(x - middle) <= max(w / 10, 0.5), 255, 0)
    images[1] = stroke[..., None] if planes else stroke
    images[2] = np.random.default_rng(0).integers(0, 256, shape)
    return images


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
