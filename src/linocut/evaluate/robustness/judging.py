"""Judge how a model does on images that are made worse in fifteen ways."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from linocut.core import LinocutError
from linocut.evaluate.robustness.corruptions import STRENGTHS, corruptions
from linocut.evaluate.robustness.images import fair_order, labelled, positions, predicted
from linocut.evaluate.robustness.in_time import doubling
from linocut.evaluate.robustness.preparation import without_preparation
from linocut.evaluate.robustness.result import Robustness
from linocut.evaluate.robustness.shifts import ShiftAccuracy, accuracy_under_shifts

MODEL, UNPREPARED = "the model", "without its preparation"
FOR_SHIFTS = 0.25  # share of the time


def judge_robustness(
    models: Any,
    X: Any,
    y: Any = None,
    *,
    kinds: Sequence[str] | None = None,
    shifts: bool = True,
    seconds: float | None = 15.0,
    images: int | None = None,
    random_state: int = 42,
    on_progress: Callable[[float], None] | None = None,
) -> Robustness:
    """Judge one model, or several, on corrupted images.

    All models see the same corrupted copies of the same images.

    Parameters
    ----------
    models : classifier of images, or mapping of names to such
        Fitted. A single one that brings images into one form first, by deskewing say, is judged
        without these steps, too.
    X : ImageDataset, or uint8 array, shape (n, h, w)
        A dataset, of which the test part is taken, or images.
    y : array, shape (n,)
        Their classes; none for a dataset.
    kinds : sequence of str, optional
        Kinds of corruption, of those in `CORRUPTIONS`; all of them if not given.
    shifts : bool
        Whether to make the map of shifts of each model as well.
    seconds : float or None
        Images are taken, in an order in which any beginning has the classes' shares, as long as
        there is time. None takes all.
    images : int, optional
        At most so many are taken.
    random_state : int
        Of that order and of the corruptions.
    on_progress : callable, optional
        Told of the share that is done.

    Raises
    ------
    LinocutError
        If there are no images or no models, images are of another size or of a class that a model
        does not know, or there is no such kind.

    Examples
    --------
    >>> from linocut.classifier import ImageClassifier
    >>> from linocut.data import load_dataset
    >>> digits = load_dataset("digits")
    >>> found = judge_robustness(ImageClassifier().fit(digits), digits, kinds=["shift", "fog"])
    >>> found.accuracy.shape, bool(found.mean("the model").value < found.clean.mean())
    ((1, 2, 5), True)
    """
    began = time.perf_counter()
    table = corruptions(kinds)
    named = _named(models)
    pixels, names = labelled(X, y)
    labels = [positions(model, pixels, names) for model in named.values()]
    if images is not None and images < 1:
        raise LinocutError(f"images={images!r} — an integer from 1 up")
    order = fair_order(labels[0], np.random.default_rng(random_state))[:images]
    left = None if seconds is None else seconds * (1 - FOR_SHIFTS * shifts)
    clean, correct = [], []
    for some in doubling(len(order), left):
        rows = order[some]
        truth = np.stack([each[rows] for each in labels])
        taken = pixels[rows]
        right = np.empty((len(named), len(table), STRENGTHS, len(rows)), bool)
        for k, corruption in enumerate(table):
            seed = random_state + some.start
            # All strengths at once: of few images a model takes longer to be called than to think.
            changed = np.concatenate(
                [corruption.apply(taken, s + 1, random_state=seed) for s in range(STRENGTHS)]
            )
            for m, model in enumerate(named.values()):
                said = predicted(model, changed).reshape(STRENGTHS, len(rows))
                right[m, k] = said == truth[m]
            if on_progress:
                share = (k + 1) / len(table)
                on_progress((some.start + share * (some.stop - some.start)) / len(order))
        clean.append(np.stack([predicted(model, taken) for model in named.values()]) == truth)
        correct.append(right)
    maps: tuple[ShiftAccuracy, ...] = ()
    if shifts:
        left = None if seconds is None else seconds * FOR_SHIFTS / len(named)
        maps = tuple(
            accuracy_under_shifts(
                model, pixels[order], names[order], seconds=left, random_state=random_state
            )
            for model in named.values()
        )
    return Robustness(
        tuple(named),
        table,
        np.concatenate(clean, axis=1),
        np.concatenate(correct, axis=3),
        len(pixels),
        maps,
        time.perf_counter() - began,
    )


def _named(models: Any) -> dict[str, Any]:
    if isinstance(models, Mapping):
        if not models:
            raise LinocutError("no models — one at least is judged")
        return {str(name): model for name, model in models.items()}
    bare = without_preparation(models)
    return {MODEL: models} if bare is None else {MODEL: models, UNPREPARED: bare}
