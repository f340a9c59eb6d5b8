"""Climb: choose, fit and score one rung after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.ladder.budget import Budget, in_turn
from linocut.ladder.estimating import Estimates
from linocut.ladder.making import FAILURES, RungMaker
from linocut.ladder.recipe import Recipe
from linocut.ladder.rung import Ladder, Rung, Skipped
from linocut.ladder.standard_recipes import recipes


def climb(
    dataset: ImageDataset,
    *,
    rungs: list[str] | None = None,
    seed: int = 42,
    budget: float | None = None,
    engine: str = "threads",
    estimates: Estimates | None = None,
    on_start: Callable[[Recipe], None] | None = None,
    on_rung: Callable[[Rung], None] | None = None,
) -> Ladder:
    """Climb the ladder on a dataset.

    Hyper-parameters are chosen on a fifth of the training part; a rung sees the test images once,
    to be scored. The cheap rungs are made first, then those that are likely to be the best, then
    the rest; the ladder holds them simplest first. Where time is short the likely best have the
    first claim to it.

    Parameters
    ----------
    dataset : ImageDataset
        uint8 images of shape (n, h, w) in a train and a test part.
    rungs : list of str, optional
        Names of the rungs to climb; all of them if not given, but those that need an extra which
        is not installed.
    seed : int
        Seed of the validation split, and of distorted copies.
    budget : float, optional
        Seconds for the whole climb. What each rung takes is estimated from a quick measurement on
        this machine and these images; a rung that is estimated to take more than what is left of
        them is skipped.
    engine : str
        What fits the models that can be fitted elsewhere: ``"threads"``, ``"dask"`` for the active
        Dask client, or the address of its scheduler.
    estimates : Estimates, optional
        What rungs take on this dataset, if it was measured already; only used with a budget.
    on_start, on_rung : callable, optional
        Told of each recipe before, and of each rung after it is made.

    Returns
    -------
    Ladder

    Raises
    ------
    LinocutError
        If a name is no rung, the budget is no time, the training part holds fewer than two
        classes, or no rung could be made. A rung that fails beside others is among the skipped.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> ladder = climb(load_dataset("digits"), rungs=["nearest-mean", "least-squares"])
    >>> [rung.name for rung in ladder.rungs]
    ['nearest-mean', 'least-squares']
    >>> bool(ladder.best.test.accuracy > 0.9)
    True
    """
    chosen_recipes = tuple(recipe.on(engine) for recipe in recipes(rungs))
    left = Budget.of(budget, dataset, chosen_recipes, estimates)
    if len(np.unique(dataset.train.labels)) < 2:
        raise LinocutError(f"{dataset.name}: the training part holds one class — two are needed")
    maker = RungMaker(dataset, seed)
    made, skipped = list[Rung](), list[Skipped]()
    waiting = list(in_turn(chosen_recipes))

    def skip(recipe: Recipe, reason: str = "") -> None:
        estimated = left.estimate(recipe, maker.done_for(recipe))
        name = recipe.name, recipe.short, recipe.title
        skipped.append(Skipped(*name, estimated, left.seconds, reason))

    while (recipe := left.next_of(waiting, maker.done_for)) is not None:
        waiting.remove(recipe)
        if on_start:
            on_start(recipe)
        try:
            _check_side(recipe, dataset)
            rung = maker.make(recipe, tuple(waiting))
        except FAILURES as error:
            skip(recipe, one_line(error))
            continue
        left.learn(recipe, rung.total_seconds)
        made.append(rung)
        if on_rung:
            on_rung(rung)
    for recipe in waiting:
        skip(recipe)
    if not made:
        failed = [rung for rung in skipped if rung.reason]
        if failed:
            raise LinocutError(f"no rung could be made — {failed[0].name}: {failed[0].reason}")
        first = min(skipped, key=lambda rung: rung.estimated)
        raise LinocutError(
            f"a budget of {budget:g} s is too short for any rung — {first.name} is estimated to "
            f"take {first.estimated:.1f} s"
        )
    place = {recipe.name: at for at, recipe in enumerate(chosen_recipes)}
    made.sort(key=lambda rung: place[rung.name])
    skipped.sort(key=lambda rung: place[rung.name])
    return Ladder(dataset.name, tuple(made), tuple(skipped))


def one_line(error: Exception) -> str:
    """Return what an error says, in one line; those of others are told with their kind.

    Examples
    --------
    >>> one_line(LinocutError("rows of 1 pixel — two are needed"))
    'rows of 1 pixel — two are needed'
    >>> one_line(ZeroDivisionError("division by zero"))
    'ZeroDivisionError: division by zero'
    """
    said = " ".join(str(error).split())
    return said if isinstance(error, LinocutError) else f"{type(error).__name__}: {said}"


def _check_side(recipe: Recipe, dataset: ImageDataset) -> None:
    side = min(dataset.image_shape[:2])
    if recipe.least_side > side:
        raise LinocutError(
            f"it needs images of at least {recipe.least_side} pixels a side, these have {side}"
        )
