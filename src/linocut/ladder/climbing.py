"""Climb: choose, fit and score one rung after the other, cheapest first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate import evaluate
from linocut.ladder.budget import Budget
from linocut.ladder.choose import Judged, ValidationSplit, best_of, final_model
from linocut.ladder.features import (
    SharedWork,
    common_part,
    per_image_part,
    transformed,
)
from linocut.ladder.fold import fold
from linocut.ladder.recipe import Options, Recipe, Steps
from linocut.ladder.rung import Ladder, Rung, Skipped
from linocut.ladder.standard_recipes import recipes

Labels = NDArray[np.int64]


def climb(
    dataset: ImageDataset,
    *,
    rungs: list[str] | None = None,
    seed: int = 42,
    budget: float | None = None,
    on_start: Callable[[Recipe], None] | None = None,
    on_rung: Callable[[Rung], None] | None = None,
) -> Ladder:
    """Climb the ladder on a dataset.

    Hyper-parameters are chosen on a fifth of the training part; a rung sees the test images once,
    to be scored.

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
        Seconds for the whole climb. A rung that is foreseen to take more than what is left of them
        is skipped, and those after it that cost as much.
    on_start, on_rung : callable, optional
        Told of each recipe before, and of each rung after it is made.

    Returns
    -------
    Ladder

    Raises
    ------
    LinocutError
        If a name is no rung, the budget is no time, or the training part holds fewer than two
        classes.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> ladder = climb(load_dataset("digits"), rungs=["nearest-mean", "least-squares"])
    >>> [rung.name for rung in ladder.rungs]
    ['nearest-mean', 'least-squares']
    >>> bool(ladder.best.test.accuracy > 0.9)
    True
    """
    chosen_recipes = recipes(rungs)
    left = Budget.of(budget, dataset)
    if len(np.unique(dataset.train.labels)) < 2:
        raise LinocutError(f"{dataset.name}: the training part holds one class — two are needed")
    side = min(dataset.train.images.shape[1:])
    for recipe in chosen_recipes:
        if recipe.least_side > side and rungs is not None:
            raise LinocutError(
                f"the rung {recipe.name!r} needs images of at least {recipe.least_side} pixels a "
                f"side, these have {side}"
            )
    chosen_recipes = tuple(each for each in chosen_recipes if each.least_side <= side)
    maker = RungMaker(dataset, seed)
    made, skipped = list[Rung](), list[Skipped]()
    for position, recipe in enumerate(chosen_recipes):
        foreseen = left.foresee(recipe)
        if foreseen > left.seconds:
            skipped.append(Skipped(recipe.name, recipe.title, foreseen, left.seconds))
            continue
        if on_start:
            on_start(recipe)
        rung = maker.make(recipe, chosen_recipes[position + 1 :])
        left.learn(recipe, rung.total_seconds)
        made.append(rung)
        if on_rung:
            on_rung(rung)
    if not made:
        first = min(skipped, key=lambda rung: rung.foreseen)
        raise LinocutError(
            f"a budget of {budget:g} s is too short for any rung — {first.name} is foreseen to "
            f"take {first.foreseen:.1f} s"
        )
    return Ladder(dataset.name, tuple(made), tuple(skipped))


class RungMaker:
    """Make rungs of one dataset, each piece of work that several need only once."""

    def __init__(self, dataset: ImageDataset, seed: int) -> None:
        self.dataset, self.seed = dataset, seed
        self.parts = ValidationSplit.of(dataset.train, split=dataset.split, seed=seed)
        self.shared = SharedWork(dataset.train.images)

    def make(self, recipe: Recipe, later: tuple[Recipe, ...] = ()) -> Rung:
        """Choose on the validation rows, fit on the whole training part, score the test part once.

        Parameters
        ----------
        recipe : Recipe
            Of the rung.
        later : tuple of Recipe
            Those to come, for which shared work is kept.
        """
        train, test = self.dataset.train, self.dataset.test
        options = recipe.options(train)
        chains = [recipe.features(each) for each in options.features]
        ahead = [chain for other in later for chain in self._chains(other)]
        began = time.perf_counter()
        common, earlier = self._common(recipe, chains, ahead)
        labels = np.tile(train.labels, 2) if recipe.copies else train.labels

        blank = recipe.model(options.model[0])
        if hasattr(blank, "held_out"):  # it holds images out itself, to know when to stop
            judged, steps = None, chains[0]
        else:
            judged, steps = self._choose(recipe, options, chains, common, labels)
        fit_began = time.perf_counter()
        done = common_part(chains)
        features = transformed(steps[done:], common)
        del common
        model = final_model(recipe.model, judged) if judged else blank
        model.fit(features, labels)
        if judged is None:
            judged = Judged(np.nan, model.validation_accuracy_, 1.0, options.model[0])
        fit_seconds = time.perf_counter() - fit_began
        if hasattr(model, "warm_start"):
            model.set_params(warm_start=False)
        train_scores = model.scores(features[: len(train)])
        del features
        kept, folded = fold(steps, model)
        estimator = Pipeline([*kept, ("model", folded)])
        test_scores = folded.scores(_through(kept, test.images))
        total_seconds = time.perf_counter() - began + earlier
        self.shared.forget_all_but(ahead)
        return self._rung(
            recipe, estimator, judged, (train_scores, test_scores), (fit_seconds, total_seconds)
        )

    def _chains(self, recipe: Recipe) -> list[Steps]:
        return [recipe.features(each) for each in recipe.options(self.dataset.train).features]

    def _common(self, recipe: Recipe, chains: list[Steps], ahead: list[Steps]) -> tuple[Any, float]:
        """Do the steps that all candidates share, for the images and, if any, their copies.

        Returns their rows, and the seconds that were spent on them for an earlier rung.
        """
        first = chains[0]
        done = common_part(chains)
        alone = min(done, per_image_part(first))
        keep = any(common_part([first[:alone], chain]) > 0 for chain in ahead)
        images, copies, earlier = self.dataset.train.images, None, 0.0
        if recipe.copies:
            copies = recipe.copies(self.dataset.train).copies(images, seed=self.seed)
        if copies is not None and not keep and not self.shared.has(first[:alone]):
            # One array from the start, where two and then both in one would be twice the memory.
            fitted, rows = first[:alone], np.concatenate([images, copies])
            for _, step in fitted:  # what they note of the images, they note of those given
                rows = step.fit(rows[: len(images)]).transform(rows)
        else:
            began = time.perf_counter()
            fitted, rows, seconds = self.shared.after(first[:alone], keep=keep)
            earlier = max(0.0, seconds - (time.perf_counter() - began))
            if copies is not None:
                rows = np.concatenate([rows, _through(fitted, copies)])
        rows = transformed(first[alone:done], rows)
        for chain in chains:  # fitted once for all
            chain[:done] = [*fitted, *first[alone:done]]
        return rows, earlier

    def _choose(
        self, recipe: Recipe, options: Options, chains: list[Steps], common: Any, labels: Labels
    ) -> tuple[Judged, Steps]:
        n = len(self.dataset.train)
        fit = self.parts.fit_with_copies(n, 1 if recipe.copies else 0)
        done = common_part(chains) if len(chains) > 1 else len(chains[0])
        found: list[tuple[Judged, Steps]] = []
        for features, chain in zip(options.features, chains, strict=True):
            judged = best_of(
                recipe.model,
                options.model,
                transformed(chain[done:], common),
                labels,
                fit,
                self.parts.validation,
            )
            chosen = {**features, **judged.chosen}
            found.append((replace(judged, chosen=chosen), chain))
        return min(found, key=lambda each: each[0].log_loss)

    def _rung(
        self,
        recipe: Recipe,
        estimator: Pipeline,
        judged: Judged,
        scores: tuple[NDArray[np.float64], NDArray[np.float64]],
        seconds: tuple[float, float],
    ) -> Rung:
        train, test, names = self.dataset.train, self.dataset.test, self.dataset.class_names
        model = estimator[-1]
        # Scores that are no probabilities become some by the temperature of the validation part.
        temperature = 1.0 if hasattr(model, "predict_proba") else judged.temperature
        K = self.dataset.n_classes
        train_predicted, train_probabilities = _read(model, scores[0], temperature, K)
        predicted, probabilities = _read(model, scores[1], temperature, K)
        parameters = count_parameters(estimator)
        return Rung(
            name=recipe.name,
            title=recipe.title,
            description=recipe.description,
            linear=recipe.linear,
            estimator=estimator,
            chosen=judged.chosen,
            validation_accuracy=judged.accuracy,
            validation_rows=getattr(model, "validation_rows_", len(self.parts.validation)),
            train=evaluate(train.labels, train_predicted, names, train_probabilities),
            test=evaluate(test.labels, predicted, names, probabilities),
            train_predicted=train_predicted,
            predicted=predicted,
            probabilities=probabilities.astype(np.float32),
            fit_seconds=seconds[0],
            total_seconds=seconds[1],
            parameters=parameters,
            bytes=4 * parameters,
            converged=model.converged_ if hasattr(model, "record_") else None,
        )


def count_parameters(estimator: Pipeline) -> int:
    """Count the numbers that a fitted pipeline must keep to read an image."""
    kept = (
        "coef_", "intercept_", "components_", "mean_", "scale_", "filters_", "weights_", "offsets_",
        "random_weights_", "random_offset_",
    )  # fmt: skip
    return sum(
        int(np.size(getattr(step, name)))
        for _, step in estimator.steps
        for name in kept
        if hasattr(step, name)
    ) + int(getattr(estimator[-1], "n_parameters_", 0))


def _through(steps: Steps, X: Any) -> Any:
    for _, step in steps:
        X = step.transform(X)
    return X


def _read(
    model: BaseEstimator, scores: NDArray[np.float64], temperature: float, n_classes: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Turn scores into classes and probabilities over all classes of the dataset."""
    if hasattr(model, "probabilities"):
        found = model.probabilities(scores)
    else:
        found = softmax(scores / temperature, axis=1)
    P = np.zeros((len(scores), n_classes))
    P[:, model.classes_] = found
    return model.classes_[scores.argmax(axis=1)].astype(np.int64), P
