"""The optimum that a `Question` asks for, in the form in which scikit-learn keeps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linocut.core import LinocutError
from linocut.core.arrays import flatten_images
from linocut.core.blocks import ArrayBlocks, Blocks
from linocut.models.inputs import TrainingRows
from linocut.models.linear import Floats
from linocut.models.logistic.question import Question
from linocut.solve import Fit, Outcome, relative_residual

Start = tuple[Floats, Floats] | None


@dataclass(frozen=True, eq=False)
class Answer:
    """Weights and what is known of them.

    Attributes
    ----------
    W : float64 array, shape (m, d)
        Weights; m is 1 for two classes, else K.
    b : float64 array, shape (m,)
        Intercepts.
    objective : float
        Mean loss plus penalty; with one against the rest, summed over classes.
    gap : float
        Bound of its relative distance to the optimum.
    residual : float
        How far the weights are from a weighted sum of the rows; NaN where they are none.
    iterations : int32 array, shape (1,) or (K,)
        Steps taken, for each class where each had a fit of its own.
    outcome : Outcome
        How the fit ended, or the first that did not converge.
    """

    W: Floats
    b: Floats
    objective: float
    gap: float
    residual: float
    iterations: NDArray[np.int32]
    outcome: Outcome


def prepared(question: Question, rows: TrainingRows) -> TrainingRows:
    """Return the rows with the column that makes a penalised intercept, where one is asked for.

    Raises
    ------
    LinocutError
        If they lie on disk, where none can be added.
    """
    if question.scaling is None:
        return rows
    return replace(rows, blocks=_with_column(rows.blocks, question.scaling))


def answered(question: Question, rows: TrainingRows, start: Start = None) -> Answer:
    """Minimise, from the start if one of fitting shapes is given.

    Parameters
    ----------
    question : Question
        What is asked.
    rows : TrainingRows
        As `prepared` returns them.
    start : (W, b), optional
        Where to begin, in the form of an answer.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C ended the fit: who fits a hundred models wants to end all of them.
    """
    K = len(rows.classes)
    regression = question.regression(K)
    objective = regression._objective(rows)
    shape = objective.n_classes, rows.blocks.shape[1]
    begun = _started(question, start, shape)
    fit = regression._minimised(rows, objective, begun).unless_interrupted()
    W, b = _kept_weights(question, fit, K)
    weighted_sum = regression.l1_ratio == 0 and question.scaling is None
    steps = max(1, len(fit.record.iterations) - 1)
    return Answer(
        W,
        b,
        fit.point.value,
        fit.record.last.gap,
        relative_residual(objective, fit.point) if weighted_sum else np.nan,
        np.full(K if K > 2 and question.one_vs_rest else 1, steps, np.int32),
        fit.record.outcome,
    )


def answered_apart(
    question: Question, rows: TrainingRows, weights_of: Callable[[int], Floats]
) -> Answer:
    """Minimise for each class against the rest by itself, with weights of its own.

    Parameters
    ----------
    question : Question
        Of each pair.
    rows : TrainingRows
        Of K classes, as `prepared` returns them.
    weights_of : callable
        Gives the weights of the rows, float64 of shape (n,), all above zero, for a class 0 to
        K − 1.
    """
    pairs = (against_the_rest(rows, k, weights_of(k)) for k in range(len(rows.classes)))
    return joined([answered(question, pair) for pair in pairs])


def joined(each: Sequence[Answer]) -> Answer:
    """Return the answers for each class against the rest as one; a single one as it is."""
    if len(each) == 1:
        return each[0]
    best = sum(part.objective / (1 + part.gap) for part in each)
    objective = sum(part.objective for part in each)
    outcomes = [part.outcome for part in each]
    return Answer(
        np.concatenate([part.W for part in each]),
        np.concatenate([part.b for part in each]),
        objective,
        (objective - best) / best if best > 0 else np.inf,
        np.nan,
        np.concatenate([part.iterations for part in each]),
        next((o for o in outcomes if o is not Outcome.CONVERGED), Outcome.CONVERGED),
    )


def _kept_weights(question: Question, fit: Fit, n_classes: int) -> tuple[Floats, Floats]:
    """Return the weights of a fit as scikit-learn keeps them: one vector for two classes."""
    W, b = fit.point.W, fit.point.b
    if n_classes == 2 and len(W) == 2:
        W, b = W[1:] - W[:1], b[1:] - b[:1]
    if question.scaling is not None:
        W, b = W[:, :-1], question.scaling * W[:, -1]
    return W, b


def against_the_rest(rows: TrainingRows, k: int, weights: Floats | None) -> TrainingRows:
    """Return the rows with two classes: False for the rest, True for the class of a position."""
    return rows.labelled((rows.y == k).astype(np.int64), np.array([False, True]), weights)


def _started(question: Question, start: Start, shape: tuple[int, int]) -> Start:
    """Return weights as scikit-learn keeps them as those that a fit begins at, if they fit."""
    if start is None:
        return None
    W, b = start
    if question.scaling is not None:
        W, b = np.column_stack([W, b / question.scaling]), np.zeros(len(b))
    if len(W) == 1 and shape[0] == 2:
        W, b = np.concatenate([-W, W]) / 2, np.concatenate([-b, b]) / 2
    return (W, b if question.fit_intercept else 0 * b) if W.shape == shape else None


def _with_column(blocks: Blocks, value: float) -> Blocks:
    if not isinstance(blocks, ArrayBlocks):
        raise LinocutError(
            "solver='liblinear' with an intercept adds a column, which rows on disk cannot take — "
            "another solver, or fit_intercept=False"
        )
    X: Any = blocks.raw(slice(None)) if blocks.rows is not None else blocks.array
    dtype = blocks.dtype if X.dtype.kind != "f" else X.dtype
    if sparse.issparse(X):
        column = sparse.csr_array(np.full((X.shape[0], 1), value, dtype))
        wide: Any = sparse.csr_array(sparse.hstack([X, column]))
    else:
        flat = flatten_images(X)
        wide = np.full((flat.shape[0], flat.shape[1] + 1), value, dtype)
        wide[:, :-1] = flat
    return replace(blocks, array=wide, rows=None)
