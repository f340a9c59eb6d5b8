"""Fit a model, or fit it for one penalty after another, and keep the templates on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from linocut.core import LinocutError
from linocut.core.arrays import flatten_images
from linocut.core.blocks import ArrayBlocks
from linocut.core.colour import Shape
from linocut.core.forms import Floats
from linocut.explain.given_models import (
    FOLDED,
    class_names_of,
    estimator_of,
    images_for,
    labels_within,
    steps_and_last,
)
from linocut.explain.pixel_models import LOG_RATIO
from linocut.explain.pulling_back import shown_weights, unit_of, weights_in_pixels
from linocut.explain.replay.moments import Replay
from linocut.models import FittedLinear, LogisticRegression, regularisation_path
from linocut.models.regression import Regression

FRAMES = 12  # at most, of a fit
PATH = 13  # penalties: half-decades from a thousandth to a thousandfold of what fits the pixels


def replay_fit(
    model: Any, images: Any, labels: Any, *, test: tuple[Any, Any] | None = None
) -> Replay:
    """Fit a model and show its templates over the iterations.

    Parameters
    ----------
    model : SoftmaxRegression or OneVsRestRegression, Pipeline that ends in one, or ImageClassifier
        Its options are used; it stays as it is.
    images, labels
        To fit on. For an `ImageClassifier` labels are names or positions.
    test : (images, labels), optional
        To tell accuracies.

    Returns
    -------
    Replay
        The start, which is a rough fit of some images where there are many, then moments spread
        over the iterations.

    Raises
    ------
    LinocutError
        If the model is not fitted step by step, or the images are no array (n, h, w).
    """
    steps, last = _parts(model)
    images, labels = images_for(model, images), labels_within(model, labels)
    if test is not None:
        test = images_for(model, test[0]), labels_within(model, test[1])
    shape = _shape(images)
    X = images if steps is None else steps.fit_transform(images)
    fitted = clone(last).fit(X, labels, keep=range(10_000))
    kept = fitted.snapshots_
    spread = np.geomspace(1, len(kept), min(FRAMES, len(kept))).round().astype(int)
    moments = [kept[t] for t in np.unique(spread) - 1]
    accuracies = None
    if test is not None:
        sets = [(X, labels), (test[0] if steps is None else steps.transform(test[0]), test[1])]
        of_class = [(rows, np.searchsorted(fitted.classes_, y)) for rows, y in sets]
        accuracies = np.array(
            [[_accuracy(rows, y, m.W, m.b) for rows, y in of_class] for m in moments]
        )
    frames, unit = _frames(steps, [m.W for m in moments], images, shape, unit_of(fitted))
    iterations = tuple(moment.step for moment in moments)
    lines = fitted.record_.iterations
    return Replay(
        frames,
        tuple(f"iteration {step}" for step in iterations),
        class_names_of(model, fitted.classes_),
        unit,
        accuracies,
        iterations,
        np.array([lines[step].objective for step in iterations]),
    )


def replay_path(
    images: Any,
    labels: Any,
    *,
    steps: Pipeline | None = None,
    Cs: int | Sequence[float] = PATH,
    tol: float = 1e-3,
    test: tuple[Any, Any] | None = None,
) -> Replay:
    """Show the templates of softmax regression along C, from mean images to speckle.

    With hardly any freedom the weights are C times the class means less their share of the mean
    of all; with all of it they fit each image that is hard to read.

    Parameters
    ----------
    images, labels
        To fit on.
    steps : Pipeline, optional
        What comes before the model; fitted here.
    Cs : int or sequence of float
        Inverse penalties, or how many; see `regularisation_path`.
    tol : float
        Of each fit, relative to its optimum.
    test : (images, labels), optional
        To tell accuracies.
    """
    X = images if steps is None else steps.fit_transform(images)
    tests = None
    if test is not None:
        tests = test if steps is None else (steps.transform(test[0]), test[1])
    path = regularisation_path(X, labels, Cs, tol=tol, test=tests)
    accuracies = None
    if path.test_accuracy is not None:
        accuracies = np.column_stack([path.train_accuracy, path.test_accuracy])
    shape = _shape(images)
    frames, unit = _frames(steps, path.coef, images, shape, LOG_RATIO)
    captions = tuple(f"C = {C:.3g}" for C in path.Cs)
    return Replay(frames, captions, tuple(map(str, path.classes)), unit, accuracies)


def _shape(images: Any) -> Shape:
    if np.ndim(images) not in {3, 4}:
        raise LinocutError(
            f"images of shape {np.shape(images)} — a replay needs images of shape (n, h, w) or "
            "(n, h, w, 3)"
        )
    return tuple(map(int, np.shape(images)[1:]))


def _frames(
    steps: Pipeline | None,
    weights: Iterable[Floats],
    images: Any,
    shape: Shape,
    unit: str,
) -> tuple[Floats, str]:
    """Return weights on features (K, m) as templates (T, K, h, w), and the unit of them all."""
    full = float(np.max(images)) or 1.0
    frames = []
    for W in weights:
        shown, of_score = shown_weights(W, unit)
        frames.append((weights_in_pixels(steps, shown) * full).reshape(-1, *shape))
    return np.stack(frames), f"{of_score} per fully inked pixel"


def _accuracy(X: Any, positions: Any, W: Floats, b: Floats) -> float:
    blocks = ArrayBlocks(flatten_images(X), np.dtype(np.float32))
    W_ = W.astype(np.float32)
    read = blocks.map(lambda X, y, w: np.asarray(X @ W_.T + b).argmax(axis=1))
    return float(np.mean(np.concatenate(list(read)) == positions))


def _parts(model: Any) -> tuple[Pipeline | None, Regression]:
    steps, last = steps_and_last(estimator_of(model))
    if isinstance(last, FittedLinear):
        raise LinocutError(FOLDED)
    if isinstance(last, LogisticRegression):
        last = last.as_regression()
    if not isinstance(last, Regression):
        raise LinocutError(
            f"{type(last).__name__} is not fitted step by step — SoftmaxRegression and "
            "OneVsRestRegression are"
        )
    return (clone(steps) if steps is not None else None), last
