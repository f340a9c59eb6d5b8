"""What the likelihood looks like over a single weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from linocut.data import ImageDataset
from linocut.ladder.studies.findings import Findings
from linocut.ladder.studies.trial import Trial
from linocut.models import SoftmaxRegression
from linocut.plot import Line, Lines

Floats = NDArray[np.float64]

ROWS = 4000
STEPS = np.linspace(-1, 1, 81)
REACH = 4.0  # largest distance from the fitted weight


@dataclass(frozen=True, eq=False)
class Slice:
    """The likelihood along one weight, all others held.

    Attributes
    ----------
    pixel : (int, int)
        Row and column.
    weight : float
        As fitted.
    moved : float64 array, shape (T,)
        Values of the weight.
    log_likelihood, penalised : float64 arrays, shape (T,)
        Of all training images, nats; less the penalty.
    curvature : float
        Minus the second derivative of the log likelihood at the fitted weight.
    """

    pixel: tuple[int, int]
    weight: float
    moved: Floats
    log_likelihood: Floats
    penalised: Floats
    curvature: float


def study_likelihood(dataset: ImageDataset, *, seed: int = 42) -> Findings:
    """Move one weight of softmax regression, all others held, and watch the likelihood.

    Three pixels of the class with most images: the one whose weight the images determine best, a
    middling one, and the one that they determine least. The log likelihood is concave in every
    direction; where a pixel hardly ever sees ink it is flat, and the penalty alone says where the
    weight is to be. Without a penalty, the standard error of a weight alone would be the inverse
    root of the curvature.

    Parameters
    ----------
    dataset : ImageDataset
        Only its training part is used.
    seed : int
        Of the rows drawn.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> study = study_likelihood(load_dataset("digits"))
    >>> curvatures = [row["curvature"] for row in study.rows()]
    >>> curvatures == sorted(curvatures, reverse=True)
    True
    """
    trial = Trial.of(dataset, seed, ROWS)
    model = SoftmaxRegression(trial.inverse_penalty).fit(trial.pixels, trial.labels)
    k = int(np.bincount(np.searchsorted(model.classes_, trial.labels)).argmax())
    slices = _slices(trial, model, k)
    name = dataset.class_names[int(model.classes_[k])]
    first, last = slices[0], slices[-1]
    sentence = (
        f"Of class “{name}”, the weight of pixel {first.pixel} is determined best: to move it by 1 "
        f"costs up to {_drop(first):,.1f} nats of log likelihood over {len(trial.fit):,} images. "
        f"Moving that of pixel {last.pixel}, which sees hardly any ink, by 1 costs up to "
        f"{_drop(last):,.2g} nats: there the penalty decides, of which the largest is at zero."
    )
    rows = tuple(
        {
            "row": each.pixel[0],
            "column": each.pixel[1],
            "weight": each.weight,
            "curvature": each.curvature,
            "standard_error": float(1 / np.sqrt(each.curvature)),
            "drop_at_1": _drop(each),
            "best_weight_alone": float(each.moved[each.log_likelihood.argmax()]),
        }
        for each in slices
    )
    return Findings(
        "likelihood",
        dataset.name,
        "What the likelihood looks like over one weight",
        sentence,
        rows,
        tuple(_chart(each) for each in slices),
        f"Softmax regression on the pixels of {len(trial.fit):,} training images, C = "
        f"{trial.inverse_penalty:g}; class “{name}”, all other weights as fitted.",
    )


def _slices(trial: Trial, model: SoftmaxRegression, k: int) -> list[Slice]:
    X, columns = trial.pixels, np.searchsorted(model.classes_, trial.labels)
    Z = np.asarray(model.scores(X), np.float64)
    p = np.exp(Z[:, k] - logsumexp(Z, axis=1))
    curvatures = (p * (1 - p)) @ np.square(X, dtype=np.float64)
    seen = np.flatnonzero(curvatures > 1e-9)
    order = seen[np.argsort(-curvatures[seen])]
    width = trial.dataset.image_shape[1]
    found = []
    for j in (order[0], order[len(order) // 2], order[-1]):
        x, w = X[:, j].astype(np.float64), float(model.coef_[k, j])
        moves = REACH * STEPS
        log_likelihood = []
        for move in moves:
            moved = Z.copy()
            moved[:, k] += move * x
            mine = moved[np.arange(len(Z)), columns]
            log_likelihood.append(float((mine - logsumexp(moved, axis=1)).sum()))
        values = np.array(log_likelihood)
        # ‖W‖²/(2 C), but for what does not change.
        penalty = ((w + moves) ** 2 - w**2) / (2 * trial.inverse_penalty)
        pixel = (int(j) // width, int(j) % width)
        found.append(Slice(pixel, w, w + moves, values, values - penalty, float(curvatures[j])))
    return found


def _drop(each: Slice) -> float:
    """Return how much is lost at most by moving the weight by 1."""
    at = [int(np.argmin(np.abs(each.moved - each.weight - move))) for move in (-1.0, 0.0, 1.0)]
    down, here, up = (float(each.log_likelihood[k]) for k in at)
    return here - min(down, up)


def _chart(each: Slice) -> Lines:
    middle = len(each.moved) // 2
    likelihood = each.log_likelihood - each.log_likelihood[middle]
    penalised = each.penalised - each.penalised[middle]
    return Lines(
        f"Pixel {each.pixel}: to move its weight by 1 costs up to {_drop(each):,.2g} nats",
        "weight",
        "log likelihood, nats",
        (
            Line("likelihood", each.moved, likelihood, colour="ink"),
            Line("less penalty", each.moved, penalised, colour="accent"),
        ),
        upright=((each.weight, "fitted"),),
    )
