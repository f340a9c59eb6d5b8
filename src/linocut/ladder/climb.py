"""Climb: choose, fit and score one rung after the other, cheapest first."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.data import ImageDataset
from linocut.evaluate import evaluate, fit_temperature
from linocut.ladder.choose import ValidationSplit, choose
from linocut.ladder.recipes import Recipe, recipes
from linocut.ladder.rung import Ladder, Rung


def climb(
    dataset: ImageDataset,
    *,
    rungs: list[str] | None = None,
    seed: int = 42,
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
        Names of the rungs to climb; all of them if not given.
    seed : int
        Seed of the validation split.
    on_start, on_rung : callable, optional
        Told of each recipe before, and of each rung after it is made.

    Returns
    -------
    Ladder

    Raises
    ------
    LinocutError
        If a name is no rung, or the training part holds fewer than two classes.

    Examples
    --------
    >>> from linocut.data import load
    >>> ladder = climb(load("digits"), rungs=["nearest-mean", "least-squares"])
    >>> [rung.name for rung in ladder.rungs]
    ['nearest-mean', 'least-squares']
    >>> bool(ladder.best.test.accuracy > 0.9)
    True
    """
    chosen_recipes = recipes(rungs)
    if len(np.unique(dataset.train.labels)) < 2:
        raise LinocutError(f"{dataset.name}: the training part holds one class — two are needed")
    parts = ValidationSplit.of(dataset.train, split=dataset.split, seed=seed)
    made = []
    for recipe in chosen_recipes:
        if on_start:
            on_start(recipe)
        rung = make_rung(recipe, dataset, parts)
        made.append(rung)
        if on_rung:
            on_rung(rung)
    return Ladder(dataset.name, tuple(made))


def make_rung(recipe: Recipe, dataset: ImageDataset, parts: ValidationSplit) -> Rung:
    """Choose on the validation part, fit on the whole training part, score the test part once."""
    began = time.perf_counter()
    chosen = choose(recipe, parts)
    fit_began = time.perf_counter()
    steps = recipe.features(chosen)
    features: Any = dataset.train.images
    for _, step in steps:
        features = step.fit_transform(features)
    model = recipe.model(chosen).fit(features, dataset.train.labels)
    fit_seconds = time.perf_counter() - fit_began
    estimator = Pipeline([*steps, ("model", model)])
    test_scores = estimator[-1].scores(estimator[:-1].transform(dataset.test.images))
    total_seconds = time.perf_counter() - began

    train_scores = model.scores(features)
    temperature = 1.0
    if not hasattr(model, "predict_proba"):
        positions = np.searchsorted(model.classes_, dataset.train.labels)
        temperature = fit_temperature(train_scores, positions)
    train_predicted, train_probabilities = _read(model, train_scores, temperature, dataset)
    predicted, probabilities = _read(model, test_scores, temperature, dataset)
    parameters = count_parameters(estimator)
    names = dataset.class_names
    return Rung(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        linear=recipe.linear,
        estimator=estimator,
        chosen=chosen,
        train=evaluate(dataset.train.labels, train_predicted, names, train_probabilities),
        test=evaluate(dataset.test.labels, predicted, names, probabilities),
        train_predicted=train_predicted,
        predicted=predicted,
        probabilities=probabilities.astype(np.float32),
        fit_seconds=fit_seconds,
        total_seconds=total_seconds,
        parameters=parameters,
        bytes=4 * parameters,
        converged=model.converged_ if hasattr(model, "record_") else None,
    )


def count_parameters(estimator: Pipeline) -> int:
    """Count the numbers that a fitted pipeline must keep to read an image."""
    kept = ("coef_", "intercept_", "components_", "mean_")
    return sum(
        int(np.size(getattr(step, name)))
        for _, step in estimator.steps
        for name in kept
        if hasattr(step, name)
    )


def _read(
    model: BaseEstimator, scores: NDArray[np.float64], temperature: float, dataset: ImageDataset
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Turn scores into classes and probabilities over all classes of the dataset."""
    if hasattr(model, "probabilities"):
        found = model.probabilities(scores)
    else:
        found = softmax(scores / temperature, axis=1)
    P = np.zeros((len(scores), dataset.n_classes))
    P[:, model.classes_] = found
    return model.classes_[scores.argmax(axis=1)].astype(np.int64), P
