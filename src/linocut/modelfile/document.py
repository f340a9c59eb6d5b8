"""What a model consists of, as one JSON document and tensors, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.core.colour import Shape
from linocut.core.decisions import DecisionRule
from linocut.core.links import Link
from linocut.data import Intake
from linocut.data.decode import checked_resampling
from linocut.features import Augmentation
from linocut.modelfile.chain import Budget
from linocut.modelfile.container import Tensors
from linocut.modelfile.contents import ModelContents
from linocut.modelfile.parity import COUNT, check_parity, parity_images
from linocut.modelfile.plain import Fields, checked_text, encoded, is_whole, named
from linocut.modelfile.provenance import provenance_document, provenance_of
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
from linocut.modelfile.steps_document import (
    check_names,
    recipe_document,
    recipe_of,
    step_document,
    steps_of,
)
from linocut.models import FittedLinear

Array = NDArray[Any]

THRESHOLDS, COSTS = "thresholds", "costs"
DECISIONS = "decisions"  # a field of models with more to decide by than thresholds
LARGEST_SIDE = 4096  # pixels
LARGEST_IMAGE = 2**20  # pixels


def document_of(contents: ModelContents) -> tuple[dict[str, Any], Tensors]:
    """Return the JSON document and the tensors of a model.

    Raises
    ------
    LinocutError
        If a step or a value is none that a model file can hold; the message names it.
    """
    linear, tensors = contents.linear, Tensors()
    if type(linear) is not FittedLinear:
        raise LinocutError(
            f"the pipeline ends in {type(linear).__name__} — a FittedLinear, as in "
            "ImageClassifier.contents"
        )
    inputs = parity_images(contents.image_shape)
    X: Any = inputs
    steps = []
    for name, step in contents.steps:
        with named(f"step {name!r}"):
            document, X = step_document(name, step, X, tensors)
            steps.append(document)
    tensors[COEF], tensors[INTERCEPT] = linear.coef_, linear.intercept_
    tensors[INPUTS], tensors[SCORES] = inputs, linear.scores(X).astype(np.float32)
    document = {
        "intake": _intake_document(contents.intake),
        "classes": classes_document(contents.class_names, contents.integer_classes),
        "temperature": float(contents.temperature),
        **_decisions_document(contents.decisions, tensors),
        "provenance": provenance_document(contents.provenance),
        "steps": steps,
        "linear": {
            "name": contents.pipeline.steps[-1][0],
            "link": linear.link,
            "image_shape": encoded(linear.image_shape_),
        },
        "recipe": None if contents.recipe is None else recipe_document(contents.recipe),
        "augmentation": _augmentation_document(contents.augmentation),
        "random_state": encoded(contents.random_state),
    }
    return document, tensors


def contents_of(document: Mapping[str, Any], tensors: Tensors) -> ModelContents:
    """Make a model of its JSON document and tensors, and see that it computes what it did.

    Raises
    ------
    LinocutError
        If a part is missing, unknown, or does not fit the others; the message names it.
    """
    left = dict(tensors)
    check_numbers(tensors)
    given = Fields(document)
    intake = _intake(given.object("intake"))
    images = intake.image_shape
    assert images is not None
    class_names, integers = classes_of(given.object("classes"))
    K = len(class_names)
    if COEF in left and len(left[COEF]) != K:
        raise LinocutError(f"{K} class names, but weights of {len(left[COEF])} classes")
    temperature = given.number("temperature", 1e-9, 1e9)
    decisions = _decisions(given, left, class_names, integers)
    provenance = provenance_of(given.object("provenance"))
    inputs = tensor_of(left, INPUTS, "uint8", (COUNT, *images))
    scores = tensor_of(left, SCORES, "float32", (COUNT, K))
    budget = Budget.of(sum(array.size for array in tensors.values()))
    steps, shape = steps_of(given.items("steps"), left, images, budget)
    coef = tensor_of(left, COEF, "float32", (K, math.prod(shape)))
    intercept = tensor_of(left, INTERCEPT, "float32", (K,))
    name, linear = _linear(given.object("linear"), coef, intercept, images)
    recipe = recipe_of(given.take("recipe"))
    augmentation = _augmentation(given.take("augmentation"))
    random_state = given.whole("random_state", 0, 2**32 - 1)
    given.end()
    check_none_left(left)
    check_names([*(each for each, _ in steps), name])
    contents = ModelContents(
        intake=intake,
        pipeline=Pipeline([*steps, (name, linear)]),
        class_names=class_names,
        integer_classes=integers,
        temperature=temperature,
        decisions=decisions,
        provenance=provenance,
        recipe=recipe,
        augmentation=augmentation,
        random_state=random_state,
    )
    check_parity(computed(lambda: contents.scores(inputs)), scores)
    return contents


def _decisions_document(rule: DecisionRule | None, tensors: Tensors) -> dict[str, Any]:
    """Return the fields that tell of a rule, as few as it needs; its arrays join the tensors."""
    if rule is None:
        return {THRESHOLDS: False}
    document: dict[str, Any] = {THRESHOLDS: rule.thresholds is not None}
    if rule.thresholds is not None:
        tensors[THRESHOLDS] = rule.thresholds
    if rule.costs is not None:
        tensors[COSTS] = rule.costs
    if rule.costs is not None or rule.rejected is not None:
        document[DECISIONS] = {
            "costs": rule.costs is not None,
            "cost_of_rejecting": rule.costs is not None and rule.may_reject,
            "rejected": rule.rejected,
        }
    return document


def _decisions(
    given: Fields, left: Tensors, names: tuple[str, ...], integers: bool
) -> DecisionRule | None:
    K = len(names)
    thresholds = costs = rejected = None
    if given.flag(THRESHOLDS):
        thresholds = tensor_of(left, THRESHOLDS, "float64", (K,))
    if DECISIONS in given.left:
        more = given.object(DECISIONS)
        has_costs, rejecting = more.flag("costs"), more.flag("cost_of_rejecting")
        if has_costs:
            costs = tensor_of(left, COSTS, "float64", (K, K + rejecting))
        value = more.take("rejected")
        with named("the name of rejected images"):
            rejected = None if value is None else checked_text(value)
        more.end()
    elif thresholds is None:
        return None
    with named(DECISIONS):
        rule = DecisionRule(thresholds, costs, rejected)
        rule.check_names(names, integers=integers)
    return rule


def _linear(
    given: Fields, coef: Array, intercept: Array, images: Shape
) -> tuple[str, FittedLinear]:
    name, link = given.text("name"), given.text("link")
    if link not in {each.value for each in Link}:
        raise given.wrong("link", link, ", ".join(each.value for each in Link))
    image_shape = given.value("image_shape")
    if image_shape not in (None, images):
        raise given.wrong("image_shape", image_shape, f"none or {images}")
    given.end()
    classes = np.arange(len(coef))
    return name, FittedLinear.of(
        coef, intercept, classes, link=Link(link), image_shape=image_shape and images
    )


def _intake_document(intake: Intake) -> dict[str, Any]:
    document = asdict(intake)
    for name in ("binarise", "colour"):  # fields that older files do not have
        if not document[name]:
            del document[name]
    return document


def _intake(given: Fields) -> Intake:
    sides = given.items("shape")
    if len(sides) != 2 or not all(is_whole(each) and 1 <= each <= LARGEST_SIDE for each in sides):
        raise given.wrong("shape", sides, f"height and width, from 1 to {LARGEST_SIDE} pixels")
    shape = sides[0], sides[1]
    if shape[0] * shape[1] > LARGEST_IMAGE:
        raise LinocutError(
            f"images of {shape[0]} × {shape[1]} pixels — {LARGEST_IMAGE:,} pixels at most"
        )
    ink, resampling, box = given.text("ink"), given.text("resampling"), given.value("box")
    if box is not None and not is_whole(box):
        raise given.wrong("box", box, "a whole number or none")
    white = given.value("white")
    if white is not None and not is_whole(white):
        raise given.wrong("white", white, "a whole number or none")
    binarise = given.flag("binarise") if "binarise" in given.left else False
    colour = given.flag("colour") if "colour" in given.left else False
    given.end()
    return Intake(
        shape,
        ink=ink,
        resampling=checked_resampling(resampling),
        box=box,
        white=white,
        binarise=binarise,
        colour=colour,
    )


def _augmentation_document(augmentation: Augmentation | None) -> dict[str, float] | None:
    if augmentation is None:
        return None
    return {name: float(amount) for name, amount in asdict(augmentation).items()}


def _augmentation(value: Any) -> Augmentation | None:
    if value is None:
        return None
    given = Fields(value, "augmentation")
    amounts = {each.name: given.number(each.name, 0, 1e4) for each in fields(Augmentation)}
    given.end()
    return Augmentation(**amounts)
