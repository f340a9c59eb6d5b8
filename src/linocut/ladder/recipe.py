"""What a recipe is: an unfitted pipeline, and a grid of what is to be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import product
from typing import Any

from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.core.steps import used_steps
from linocut.data import ImagePart
from linocut.features import Augmentation

Chosen = dict[str, Any]
Grid = Mapping[str, Sequence[Any]]
Steps = list[tuple[str, BaseEstimator]]

# The step by which images are prepared, in pipelines that leave the choice of it; and
# scikit-learn's word for a step that changes nothing.
PREPARE = "prepare"
AS_THEY_ARE = "passthrough"


class Turn(IntEnum):
    """What kind of rung it is, so that a climb that is short of time has the telling ones.

    Of those that are likely to be the best, the later on the ladder the likelier.
    """

    CHEAP = 0
    LIKELY_BEST = 1
    REST = 2


@dataclass(frozen=True)
class Recipe:
    """How to make one rung: all of it in scikit-learn's terms, so that it can be taken away.

    Attributes
    ----------
    name, short, title, description : str
        What is typed, what stands in tables and charts (at most 22 characters), the full name, and
        one sentence on what the model does.
    pipeline : callable
        Given the training part, makes the unfitted pipeline from uint8 images (n, h, w) to classes;
        its parameters suit the size and number of the images.
    grid : callable
        Given the training part, makes the grid of what is to be chosen: parameters of that
        pipeline by scikit-learn's names, such as ``softmax__C``. Values of a penalty come from the
        strongest to the weakest; of a step ``prepare``, what is taken if there is no telling comes
        first (see `linocut.ladder.preparation`).
    linear : bool
        Whether the model is convex and linear in its features.
    copies : callable or None
        Given the training part, how its images are distorted for a second copy of each to fit on;
        None fits on the images alone.
    extra : str or None
        The extra of this package that it needs.
    least_side : int
        Pixels that images need along either side.
    turn : Turn
        Decides when it is made; its place on the ladder is that in `RECIPES`.
    tried_with : callable or None
        Given the training part, makes the step whose features preparations are tried with, where
        those of the recipe are dear to make; None for its own.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.ladder import recipes
    >>> (recipe,) = recipes(["softmax"])
    >>> part = load_dataset("digits").train
    >>> recipe.pipeline(part).steps[-1][0], recipe.grid(part)["softmax__C"][0]
    ('softmax', 0.001)
    """

    name: str
    short: str
    title: str
    description: str
    pipeline: Callable[[ImagePart], Pipeline]
    grid: Callable[[ImagePart], Grid]
    linear: bool = True
    copies: Callable[[ImagePart], Augmentation] | None = None
    extra: str | None = None
    least_side: int = 1
    turn: Turn = Turn.REST
    tried_with: Callable[[ImagePart], BaseEstimator] | None = None

    def on(self, engine: str) -> Recipe:
        """Return the recipe whose model, where it can, is fitted by an engine.

        Examples
        --------
        >>> from linocut.data import load_dataset
        >>> from linocut.ladder import recipes
        >>> recipe = recipes(["softmax"])[0].on("dask")
        >>> recipe.pipeline(load_dataset("digits").train).get_params()["softmax__engine"]
        'dask'
        """

        def pipeline(part: ImagePart) -> Pipeline:
            made = self.pipeline(part)
            if "engine" in made.steps[-1][1].get_params(deep=False):
                made.steps[-1][1].set_params(engine=engine)
            return made

        return self if engine == "threads" else replace(self, pipeline=pipeline)


@dataclass(frozen=True, eq=False)
class Candidates:
    """All candidates of a recipe: what is chosen for the features, and what for the model.

    Attributes
    ----------
    pipeline : Pipeline
        Not fitted.
    features : tuple of dict
        Parameters of its transformers, by the pipeline's names; ``{}`` where none is to be chosen.
    model : tuple of dict
        Parameters of its classifier, by the classifier's names.
    """

    pipeline: Pipeline
    features: tuple[Chosen, ...]
    model: tuple[Chosen, ...]

    @classmethod
    def of(cls, recipe: Recipe, part: ImagePart) -> Candidates:
        """Take a recipe's grid apart."""
        pipeline, grid = recipe.pipeline(part), recipe.grid(part)
        unknown = sorted(set(grid) - set(pipeline.get_params()))
        if unknown:
            raise LinocutError(f"{unknown[0]!r} is no parameter of the recipe {recipe.name!r}")
        prefix = f"{pipeline.steps[-1][0]}__"
        of_model = {name[len(prefix) :]: grid[name] for name in grid if name.startswith(prefix)}
        of_features = {name: grid[name] for name in grid if not name.startswith(prefix)}
        return cls(pipeline, _each(of_features), _each(of_model))

    @property
    def classifier(self) -> Any:
        """The classifier at the end, not fitted; a new one each time."""
        return clone(self.pipeline.steps[-1][1])

    def steps(self, chosen: Chosen) -> Steps:
        """Return new unfitted transformers with these parameters."""
        return list(self.chosen_pipeline(chosen).steps[:-1])

    def named(self, features: Chosen, model: Chosen) -> Chosen:
        """Return what was chosen by the pipeline's names."""
        last = self.pipeline.steps[-1][0]
        return {**features, **{f"{last}__{name}": value for name, value in model.items()}}

    def chosen_pipeline(self, chosen: Chosen) -> Pipeline:
        """Return the unfitted pipeline with what was chosen."""
        return Pipeline(list(used_steps(clone(self.pipeline).set_params(**chosen))))


def _each(grid: Grid) -> tuple[Chosen, ...]:
    """Return all combinations, the last name's values running fastest."""
    return tuple(dict(zip(grid, values, strict=True)) for values in product(*grid.values()))


def short_names(chosen: Chosen) -> Chosen:
    """Return parameters by their last names, where these tell them apart.

    Examples
    --------
    >>> short_names({"pairs__n_components": 50, "softmax__C": 0.1})
    {'n_components': 50, 'C': 0.1}
    >>> short_names({"a__power": 0.25, "b__power": 0.5})
    {'a__power': 0.25, 'b__power': 0.5}
    """
    short = {name: name.rpartition("__")[2] for name in chosen}
    alone = [last for last in short.values() if list(short.values()).count(last) == 1]
    return {short[name] if short[name] in alone else name: v for name, v in chosen.items()}
