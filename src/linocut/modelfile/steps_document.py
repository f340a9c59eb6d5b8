"""The steps of a pipeline as JSON and tensors, and back; views hold steps of their own.

A view is an object with ``name``, ``weight`` and ``steps``; the tensors of its steps are called
``step/view/inner step.attribute``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.core import LinocutError
from linocut.core.steps import View, kind_of, state_of, used_steps, views_of
from linocut.modelfile.chain import Budget, Shape
from linocut.modelfile.container import Tensors
from linocut.modelfile.plain import Fields, encoded, named, shown
from linocut.modelfile.vocabulary import CLASSIFIERS, TRANSFORMERS, VIEWS, Known, known_as, name_of

Array = NDArray[Any]
Steps = list[tuple[str, Any]]

MOST_STEPS = 100


def step_document(
    name: str, step: Any, X: Any, tensors: Tensors, within: str = ""
) -> tuple[dict[str, Any], Any]:
    """Return one fitted transformer as JSON, and what it makes of a few rows.

    Parameters
    ----------
    name : str
        Of the step.
    step : transformer
        Fitted.
    X : array
        What comes into it, of the parity images.
    tensors : Tensors
        Those of the model; what of the step's state is an array joins them.
    within : str
        What the names of tensors begin with: step and view that it stands in.

    Raises
    ------
    LinocutError
        If a model file cannot hold it.
    """
    if isinstance(step, FeatureUnion):
        return _views_document(name, step, X, tensors)
    kind = name_of(step, TRANSFORMERS)
    known = TRANSFORMERS[kind]
    state, arrays = {}, {}
    for attribute, value in state_of(step):
        if not (isinstance(value, np.ndarray) and value.ndim):
            state[attribute] = encoded(value)
            continue
        if value.dtype not in (np.float32, np.float64):
            raise LinocutError(f"{attribute} holds {value.dtype} — float32 or float64")
        enough = attribute in known.cast and X.dtype == np.float32
        tensors[f"{within}{name}.{attribute}"] = value.astype(np.float32) if enough else value
        arrays[attribute] = _memory_order(value)
    document = {
        "name": name,
        "kind": kind,
        "parameters": known.parameters(step),
        "state": state,
        "arrays": arrays,
    }
    return document, step.transform(X)


def _views_document(
    name: str, union: FeatureUnion, X: Any, tensors: Tensors
) -> tuple[dict[str, Any], Any]:
    views, made = [], []
    for view in views_of(union):
        steps, rows = [], X
        for inner, step in view.steps:
            with named(f"view {view.name!r}: step {inner!r}"):
                _check_no_views(step)
                document, rows = step_document(
                    inner, step, rows, tensors, within=f"{name}/{view.name}/"
                )
            steps.append(document)
        views.append(_view_document(view, steps))
        made.append(rows * view.weight)
    return {"name": name, "kind": VIEWS, "views": views}, np.concatenate(made, axis=1)


def _view_document(view: View, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": view.name, "weight": view.weight, "steps": steps}


def _check_no_views(step: Any) -> None:
    if isinstance(step, FeatureUnion):
        raise LinocutError("views within a view — put all views side by side")


def _memory_order(array: Array) -> str:
    """Return whether an array lies by rows, C, or by columns, F.

    A product with it is summed in another order, and rounded otherwise, if it lies otherwise.
    """
    return "F" if array.ndim == 2 and array.strides[0] < array.strides[1] else "C"


def steps_of(
    items: list[Any], left: Tensors, shape: Shape, budget: Budget, within: str = ""
) -> tuple[Steps, Shape]:
    """Make the transformers, and return the shape of what leaves the last of them.

    Raises
    ------
    LinocutError
        If one is not known, or does not fit what comes into it.
    """
    steps: Steps = []
    for where, item in _labelled(items, "step"):
        with named(where):
            each = Fields(item)
            name, kind = each.text("name"), each.take("kind")
            if kind == VIEWS and not within:
                union, shape = _union_of(name, each, left, shape, budget)
                steps.append((name, union))
                continue
            known = known_as(kind, TRANSFORMERS)
            step = known.unfitted(each.take("parameters"))
            tensor = f"{within}{name}"
            _set_state(step, tensor, each.object("state"), each.object("arrays"), left)
            each.end()
            assert known.passage is not None
            shape = known.passage(step, shape, budget)
            budget.take(math.prod(shape), "what it makes")
            steps.append((name, step))
    return steps, shape


def _union_of(
    name: str, given: Fields, left: Tensors, shape: Shape, budget: Budget
) -> tuple[FeatureUnion, Shape]:
    widths: list[int] = []

    def steps(view: str, items: list[Any]) -> Steps:
        made, row = steps_of(items, left, shape, budget, within=f"{name}/{view}/")
        if len(row) != 1:
            raise LinocutError(f"images of shape {row} leave it — rows of features")
        widths.append(*row)
        return made

    union = _views(given, steps)
    return union, (sum(widths),)


def _views(given: Fields, steps: Callable[[str, list[Any]], Steps]) -> FeatureUnion:
    """Make views of what is given, their steps by a function of name and list."""
    views, weights = [], {}
    for where, item in _labelled(given.items("views"), "view"):
        with named(where):
            each = Fields(item)
            name, weights_of = each.text("name"), each.number("weight")
            inner = steps(name, each.items("steps"))
            each.end()
            if not inner:
                raise LinocutError("it has no steps")
            check_names([step for step, _ in inner])
            views.append((name, Pipeline(inner)))
            weights[name] = weights_of
    given.end()
    if not views:
        raise LinocutError("it has no views")
    check_names([name for name, _ in views])
    counted = any(weight != 1 for weight in weights.values())
    return FeatureUnion(views, transformer_weights=weights if counted else None)


def _labelled(items: list[Any], what: str) -> Iterator[tuple[str, Any]]:
    """Yield steps, and how a message names each."""
    if len(items) > MOST_STEPS:
        raise LinocutError(f"{len(items)} steps — at most {MOST_STEPS}")
    for at, item in enumerate(items, 1):
        name = item.get("name") if isinstance(item, dict) else None
        yield f"{what} {at} ({shown(name)})" if isinstance(name, str) else f"{what} {at}", item


def _set_state(step: Any, name: str, state: Fields, arrays: Fields, left: Tensors) -> None:
    for attribute in kind_of(step).state:
        if attribute in arrays.left:
            order = arrays.text(attribute)
            if order not in {"C", "F"}:
                raise LinocutError(f"the order of {attribute} is {shown(order)} — C or F")
            tensor = f"{name}.{attribute}"
            if tensor not in left:
                raise LinocutError(f"tensor {shown(tensor)} is missing")
            array = left.pop(tensor)
            if array.dtype.kind != "f":
                raise LinocutError(f"tensor {shown(tensor)} holds {array.dtype} — floats")
            setattr(step, attribute, np.asarray(array, order="F" if order == "F" else "C"))
        else:
            setattr(step, attribute, state.value(attribute))
    state.end()
    arrays.end()


def recipe_document(recipe: Pipeline) -> list[dict[str, Any]]:
    """Return the steps of an unfitted pipeline; what passes through is left out."""
    if not isinstance(recipe, Pipeline):
        raise LinocutError(f"the recipe is a {type(recipe).__name__} — a Pipeline")
    steps = used_steps(recipe)
    made = []
    for name, step in steps:
        with named(f"recipe step {name!r}"):
            among = CLASSIFIERS if step is steps[-1][1] else TRANSFORMERS
            made.append(_unfitted_document(name, step, among))
    return made


def _unfitted_document(name: str, step: Any, among: Mapping[str, Known]) -> dict[str, Any]:
    if not isinstance(step, FeatureUnion):
        kind = name_of(step, among)
        return {"name": name, "kind": kind, "parameters": among[kind].parameters(step)}
    views = []
    for view in views_of(step):
        with named(f"view {view.name!r}"):
            for _, each in view.steps:
                _check_no_views(each)
            inner = [_unfitted_document(at, each, TRANSFORMERS) for at, each in view.steps]
        views.append(_view_document(view, inner))
    return {"name": name, "kind": VIEWS, "views": views}


def recipe_of(items: Any) -> Pipeline | None:
    """Make the unfitted pipeline of what `recipe_document` returned; None of nothing.

    Raises
    ------
    LinocutError
        If a step is not known or has parameters that are not allowed.
    """
    if items is None:
        return None
    if not isinstance(items, list) or not items:
        raise LinocutError("the recipe is no list of steps")
    steps: Steps = []
    for where, item in _labelled(items, "recipe step"):
        with named(where):
            last = len(steps) == len(items) - 1
            steps.append(_unfitted(item, CLASSIFIERS if last else TRANSFORMERS, views=not last))
    check_names([name for name, _ in steps])
    return Pipeline(steps)


def _unfitted(item: Any, among: Mapping[str, Known], *, views: bool) -> tuple[str, Any]:
    each = Fields(item)
    name, kind = each.text("name"), each.take("kind")
    if views and kind == VIEWS:
        return name, _views(each, _unfitted_steps)
    made = known_as(kind, among).unfitted(each.take("parameters"))
    each.end()
    return name, made


def _unfitted_steps(view: str, items: list[Any]) -> Steps:
    steps = []
    for where, item in _labelled(items, "step"):
        with named(where):
            steps.append(_unfitted(item, TRANSFORMERS, views=False))
    return steps


def check_names(names: list[str]) -> None:
    """Refuse names that a pipeline, or scikit-learn's ``FeatureUnion``, would."""
    taken = {*Pipeline([]).get_params(deep=False), *FeatureUnion([]).get_params(deep=False)}
    for name in names:
        if not name or "__" in name or name in taken or names.count(name) > 1:
            raise LinocutError(f"{shown(name)} is no name of a step, or comes twice")
