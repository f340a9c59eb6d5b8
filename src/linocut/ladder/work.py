"""How much work the steps of a pipeline are: counted where it is known, else measured on a few.

What treats each image on its own is run on a few dozen and takes so many times as long for so many
times as many. What learns from all rows at once grows otherwise, and is counted by the shape of its
matrices.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from linocut.core.steps import kind_of, model_kind_of
from linocut.features.axes import rows_for_axes
from linocut.ladder.pace import Clock, Work

Array = NDArray[Any]

UNCORRELATED = frozenset({"decorrelate", "principal-pairs", "principal-components", "rbf-sampler"})
# Readings of the rows that a fit takes: to choose the penalty by, and in the end. Where columns do
# not vary together a fit needs few; of pixels as they are, the more the fewer the rows are.
PASSES = {True: (14, 30), False: (18, 20)}
PASSES_OF_FEW, FEW = (75, 150), 4000
PRECONDITIONED = 4000  # rows that a preconditioner is made of, at most
WHATEVER, A_FIT = 120, 10  # calls that a rung and a fit come to whatever the images
# Of the cube that the pace was measured on: larger matrices go faster, some of the vectors, too.
LARGER, SOME = 0.7, 0.4
TRIED = 0.9  # of the penalties, before the log loss rises
VISITS = 150_000  # of patches in k-means, which stops when it gets no better
# What a distance takes beside its products, in products.
DISTANCE = 300
LEAST_CLASSES = 8  # for which a pass takes as long as for fewer
EPOCHS = {"mlp": 10, "lenet": 20}  # after which a network has mostly stopped
EPOCHS_PIXELS = 784  # of the images that those were counted on
NETWORK_IMAGES, MORE_EPOCHS = 200, 3  # on which its steps are measured
LONG = 0.1  # seconds that need be measured but once


@dataclass(frozen=True)
class StepWork:
    """What a step comes to.

    Attributes
    ----------
    width : int
        Columns of what it makes.
    fit : Work
        To fit it.
    row : Work
        To transform one row.
    """

    width: int
    fit: Work
    row: Work


def counted(step: Any, n: int, d: int) -> StepWork | None:
    """Count the work of a step on n rows of d columns; None where that is not known.

    Examples
    --------
    >>> from linocut.features import Decorrelate
    >>> counted(Decorrelate(), 300, 70_000).fit.cubes < 300**3
    True
    """
    rule = RULES.get(kind_of(step).name)
    return None if rule is None else rule(step, n, d)


def _decorrelate(step: Any, n: int, d: int) -> StepWork:
    # Of the axes, n rows and half of d columns leave some out.
    k = max(1, int(1 / (1 / n + 1 / (0.55 * d))))
    return StepWork(k, axes_of(n, d), Work(products=d * k))


def _components(step: Any, n: int, d: int) -> StepWork:
    k = min(step.n_components or d, n, d)
    axes = axes_of(n, d)
    return StepWork(k, replace(axes, cubes=SOME * axes.cubes), Work(products=d * k))


def _pairs(step: Any, n: int, d: int) -> StepWork:
    of = _components(step, n, d)
    return StepWork(of.width * (of.width + 3) // 2, of.fit, of.row)


def _leading_pairs(step: Any, n: int, d: int) -> StepWork:
    k = min(step.n_leading, d)
    return StepWork(d + k * (k + 1) // 2, Work(), Work(narrow=k * k))


def _equalise(step: Any, n: int, d: int) -> StepWork:
    return StepWork(d, Work(narrow=2 * n * d), Work(narrow=d))


def _units(step: Any, n: int, d: int) -> StepWork:
    m = step.n_units
    return StepWork(m, Work(products=4000 * d * m / 2), Work(products=d * m))


def _waves(step: Any, n: int, d: int) -> StepWork:
    m = step.n_components
    return StepWork(m, Work(narrow=4 * n * d), Work(products=2 * d * m, narrow=20 * m))


RULES: dict[str, Callable[[Any, int, int], StepWork]] = {
    "decorrelate": _decorrelate,
    "principal-components": _components,
    "pca": _components,
    "principal-pairs": _pairs,
    "leading-pairs": _leading_pairs,
    "equalise": _equalise,
    "random-units": _units,
    "rbf-sampler": _waves,
}


def axes_of(n: int, d: int) -> Work:
    """Count the work of the principal axes of n rows of d columns (`linocut.features.axes`)."""
    n = rows_for_axes(n, d)
    if n < d:  # half of the products of two rows, and back for half of the axes
        return Work(products=n * n * d, cubes=LARGER * n**3)
    return Work(products=n * d * d / 2, cubes=LARGER * d**3)


@dataclass(frozen=True)
class Measured:
    """A step run on a few rows."""

    work: StepWork
    rows: Any


def measured(step: Any, rows: Any, clock: Clock = time.perf_counter) -> Measured:
    """Run a step on a few rows; what it takes is in proportion to their number.

    Parameters
    ----------
    step : transformer
        Not fitted; it stays so.
    rows : array, shape (m, …)
        A few dozen, so that one core does it all.
    clock : callable
        Tells seconds.
    """
    step, m = clone(step), len(rows)
    if kind_of(step).name == "patch-dictionary":
        step.fit(rows[:2])
        patch = step.filters_.shape
        fit = Work(narrow=VISITS * patch[0] * (patch[1] + DISTANCE))
    else:
        began = clock()
        step.fit(rows)
        learns = kind_of(step).learns
        fit = Work(seconds=(clock() - began) / m if learns else 0.0)
    step.transform(rows[:1])  # makes what is made once
    began = clock()
    made = np.asarray(step.transform(rows))
    taken = (clock() - began) / m
    return Measured(StepWork(int(np.prod(made.shape[1:])), fit, Work(seconds=taken)), made)


@dataclass(frozen=True)
class Shape:
    """The rows that a classifier is fitted on: n of d columns, K classes."""

    n: int
    d: int
    K: int
    uncorrelated: bool  # the columns


def fitted(model: Any, candidates: int, held_out: float, shape: Shape) -> Work:
    """Count the work of choosing among candidates and of the fit at the end.

    Parameters
    ----------
    model : classifier
        Not fitted.
    candidates : int
        Of its parameters.
    held_out : float
        Share of the rows that they are judged by.
    shape : Shape
        Of all rows.
    """
    kind, few = model_kind_of(model), round((1 - held_out) * shape.n)
    if kind.iterative:
        return tried(candidates, replace(shape, n=few)) + _regression(shape, last=True)
    if kind.name == "least-squares":
        return max(1.0, TRIED * candidates) * _ridge(few, shape) + _ridge(shape.n, shape)
    return (1 + candidates) * _passes(2, shape.n, shape.d, shape.K)


def tried(candidates: int, shape: Shape) -> Work:
    """Count the fits of a regression by which one of several candidates is chosen.

    Parameters
    ----------
    candidates : int
        Of its parameters; none counts as one.
    shape : Shape
        Of the rows that they are fitted on.
    """
    # The rows' own space is found once for all of them.
    once, times = _space(shape), max(1.0, TRIED * candidates)
    return times * _regression(shape, last=False) + (1 - times) * once


def _regression(shape: Shape, *, last: bool) -> Work:
    n, d, K = shape.n, shape.d, shape.K
    passes = PASSES[shape.uncorrelated]
    if not shape.uncorrelated and n < FEW:
        passes = PASSES_OF_FEW
    if 2 * n <= d:
        return _space(shape) + _passes(passes[last], n, n, K)
    # A preconditioner is the Hessian of some of the rows, or a part of it, decomposed.
    maker = Work(products=min(n, PRECONDITIONED) * d**2 + d**3 / 3)
    return maker + _passes(passes[last], n, d, K)


def _space(shape: Shape) -> Work:
    """Count the work of finding the space of few wide rows; none if they are not."""
    n, d, K = shape.n, shape.d, shape.K
    if 2 * n > d:
        return Work()
    return Work(products=2 * n * n * d, cubes=n**3, narrow=6 * n * d * K)


def _passes(many: float, n: int, d: int, K: int) -> Work:
    return Work(narrow=many * 2 * n * d * max(K, LEAST_CLASSES), calls=many + A_FIT)


def _ridge(n: int, shape: Shape) -> Work:
    small, large = sorted((n, shape.d))
    # A system is solved in a third of the cube that it is multiplied in, in float64.
    return Work(products=2 * large * small**2 + small**3 / 1.5, narrow=4 * n * shape.d * shape.K)


def network(model: Any, images: Array, labels: Array, n: int, clock: Clock) -> Work:
    """Measure steps of a network on a few images, and count those that n images need."""
    rows, y = images[:NETWORK_IMAGES], labels[:NETWORK_IMAGES]

    def taken(epochs: int) -> float:
        best = math.inf
        for _ in range(2):  # whatever else runs only adds
            began = clock()
            clone(model).set_params(max_epochs=epochs, patience=epochs).fit(rows, y)
            best = min(best, clock() - began)
            if best > LONG:
                break
        return best

    taken(1)  # loads PyTorch
    # What is done once for a fit takes longer than an epoch of so few.
    once = taken(1)
    step = max(0.0, taken(1 + MORE_EPOCHS) - once) / (MORE_EPOCHS * _steps(model, len(rows)))
    epochs = EPOCHS[model.kind]
    if model.kind == "mlp":  # the more pixels, the sooner it knows the images by heart
        epochs = max(model.patience + 1, epochs * (EPOCHS_PIXELS / images[0].size) ** 0.5)
    return Work(seconds=once + step * _steps(model, n) * min(model.max_epochs, epochs))


def _steps(model: Any, n: int) -> int:
    """Return the steps of an epoch of n images, some of which are held out."""
    return max(1, int(np.ceil((1 - model.held_out) * n / model.batch_size)))
