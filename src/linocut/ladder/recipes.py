"""The recipes: which features and which model make each rung."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.base import BaseEstimator

from linocut.core import LinocutError
from linocut.data import ImagePart
from linocut.features import PrincipalPairs, UnitPixels
from linocut.models import (
    ClassMeans,
    LeastSquaresClassifier,
    OneVsRestRegression,
    SoftmaxRegression,
)

Chosen = dict[str, Any]
Steps = list[tuple[str, BaseEstimator]]

# Inverse penalties for features between 0 and 1, strongest penalty first.
INVERSE_PENALTIES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
COMPONENTS = (30, 50)
# Of an optimum that is this near, no accuracy depends on what is left.
FINAL_TOL = 1e-3


@dataclass(frozen=True)
class Options:
    """What a recipe leaves open: each pair of one and one is a candidate."""

    features: tuple[Chosen, ...]
    model: tuple[Chosen, ...]


@dataclass(frozen=True)
class Recipe:
    """How to make one rung.

    Attributes
    ----------
    name, title, description : str
        For the command line, for tables, and one sentence on what the model does.
    features : callable
        Makes the unfitted steps from uint8 images to features, given what was chosen.
    model : callable
        Makes the unfitted classifier, given what was chosen.
    options : callable
        What is to be chosen, given the rows to choose on.
    linear : bool
        Whether the model is convex and linear in its features.
    """

    name: str
    title: str
    description: str
    features: Callable[[Chosen], Steps]
    model: Callable[[Chosen], BaseEstimator]
    options: Callable[[ImagePart], Options]
    linear: bool = True


def _pixels(chosen: Chosen) -> Steps:
    return [("pixels", UnitPixels())]


def _pca_quadratic(chosen: Chosen) -> Steps:
    return [("pairs", PrincipalPairs(chosen["components"]))]


def _nothing(part: ImagePart) -> Options:
    return Options(({},), ({},))


def _penalty(part: ImagePart) -> Options:
    return Options(({},), tuple({"C": C} for C in INVERSE_PENALTIES))


def _components_and_penalty(part: ImagePart) -> Options:
    n, height, width = part.images.shape
    most = min(n - 1, height * width)
    counts = sorted({min(count, most) for count in COMPONENTS})
    return Options(tuple({"components": count} for count in counts), _penalty(part).model)


RECIPES = (
    Recipe(
        "mean-dot",
        "Dot product with the class mean",
        "Multiplies each image, pixel by pixel, with the mean image of each class.",
        _pixels,
        lambda chosen: ClassMeans("dot"),
        _nothing,
    ),
    Recipe(
        "mean-difference",
        "Class mean minus the others' mean",
        "Multiplies each image with the mean of a class minus the mean of all other classes.",
        _pixels,
        lambda chosen: ClassMeans("difference"),
        _nothing,
    ),
    Recipe(
        "mean-offset",
        "Dot product after subtracting 0.2",
        "Subtracts a fifth of full ink from image and class mean, so that blank paper where a "
        "class has ink counts against it, then multiplies.",
        _pixels,
        lambda chosen: ClassMeans("offset", offset=0.2),
        _nothing,
    ),
    Recipe(
        "nearest-mean",
        "Nearest class mean",
        "Takes the class whose mean image is nearest, by the sum of squared differences.",
        _pixels,
        lambda chosen: ClassMeans("nearest"),
        _nothing,
    ),
    Recipe(
        "least-squares",
        "Least squares",
        "Fits one weight a pixel so that the score is near 1 for the class and near 0 for the "
        "others.",
        _pixels,
        lambda chosen: LeastSquaresClassifier(),
        _nothing,
    ),
    Recipe(
        "one-vs-rest",
        "One-vs-rest regression",
        "Fits one weight a pixel to tell each class from all the others, one class at a time.",
        _pixels,
        lambda chosen: OneVsRestRegression(tol=FINAL_TOL, **_model_part(chosen)),
        _penalty,
    ),
    Recipe(
        "softmax",
        "Softmax regression",
        "Fits one weight a pixel and class so that all classes together give the most probable "
        "labels.",
        _pixels,
        lambda chosen: SoftmaxRegression(tol=FINAL_TOL, **_model_part(chosen)),
        _penalty,
    ),
    Recipe(
        "pca-quadratic",
        "PCA + pairs, softmax",
        "Describes each image by a few principal components and all products of two of them, then "
        "fits softmax regression: still linear, in pairs of features.",
        _pca_quadratic,
        lambda chosen: SoftmaxRegression(tol=FINAL_TOL, **_model_part(chosen)),
        _components_and_penalty,
    ),
)


def _model_part(chosen: Chosen) -> Chosen:
    return {name: value for name, value in chosen.items() if name == "C"}


def recipes(names: list[str] | None = None) -> tuple[Recipe, ...]:
    """Return the recipes of these names in the order of the ladder; all of them for None.

    Raises
    ------
    LinocutError
        If a name is no rung.
    """
    known = {recipe.name: recipe for recipe in RECIPES}
    for name in names or ():
        if name not in known:
            raise LinocutError(f"{name!r} is no rung of the ladder — known: {', '.join(known)}")
    return tuple(recipe for recipe in RECIPES if names is None or recipe.name in names)
