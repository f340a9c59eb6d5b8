"""A grid of penalties fitted in every fold, each fit from the one before, and judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linocut.core.blocks import Matrix
from linocut.models.cross_validation import check_fold
from linocut.models.inputs import TrainingRows
from linocut.models.linear import Floats
from linocut.models.logistic.answer import Answer, answered, prepared
from linocut.models.logistic.question import ENOUGH, Question

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Fold:
    """One way to part the rows.

    Attributes
    ----------
    train, test : intp arrays
        Positions among the rows that are kept.
    given : intp array
        Positions of the test rows among those that were given.
    """

    train: Rows
    test: Rows
    given: Rows


Judge = Callable[[Fold, Sequence[Answer]], Floats]


@dataclass(frozen=True, eq=False)
class Grid:
    """What was fitted: f folds, m penalties C in the order asked for, r shares of ‖W‖₁.

    Attributes
    ----------
    answers : list of list of list of Answer
        By fold, share and C.
    scores : float64 array, shape (f, m, r)
        Of the rows held out; the higher, the better.
    """

    answers: list[list[list[Answer]]]
    scores: Floats

    @property
    def weights(self) -> Floats:
        """Weights and, as the last column, intercepts, shape (f, m, r, rows of W, d + 1)."""
        stacked = [
            [[np.column_stack([each.W, each.b]) for each in path] for path in paths]
            for paths in self.answers
        ]
        return np.swapaxes(np.array(stacked), 1, 2)

    @property
    def iterations(self) -> NDArray[np.int32]:
        """Iterations of each fit, shape (f, m, r)."""
        stacked = [
            [[each.iterations.max() for each in path] for path in paths] for paths in self.answers
        ]
        return np.swapaxes(np.array(stacked, np.int32), 1, 2)

    def count_far(self, tol: float) -> int:
        """Count the fits that are not known to be near their optimum."""
        limit = max(tol, ENOUGH)
        return sum(each.gap > limit for paths in self.answers for path in paths for each in path)

    def best(self) -> tuple[int, int]:
        """Return which C and which share have the best score over all folds; of equals the first.

        Examples
        --------
        >>> Grid([], np.array([[[0.5], [0.9], [0.8]], [[0.5], [0.8], [0.9]]])).best()
        (1, 0)
        """
        of_all = self.scores.sum(axis=0)
        position = np.unravel_index(of_all.argmax(), of_all.shape)
        return int(position[0]), int(position[1])


def fitted_grid(
    question: Question,
    rows: TrainingRows,
    grid: tuple[Floats, Floats],
    folds: Sequence[Fold],
    judge: Judge,
) -> Grid:
    """Fit a grid in every fold.

    Parameters
    ----------
    question : Question
        Whose C and share are those of the grid.
    rows : TrainingRows
        All of them.
    grid : (float64 array of shape (m,), float64 array of shape (r,))
        C in any order, and shares of ‖W‖₁.
    folds : sequence of Fold
        Each of them trains on rows of every class.
    judge : callable
        Scores the answers of one share and every C by the rows that a fold holds out.
    """
    Cs, ratios = grid
    wide = prepared(question, rows)
    answers, scores = [], np.empty((len(folds), len(Cs), len(ratios)))
    for i, fold in enumerate(folds):
        part = wide.take(fold.train)
        paths = [_path(replace(question, l1_ratio=ratio), part, Cs) for ratio in ratios]
        for j, path in enumerate(paths):
            scores[i, :, j] = judge(fold, path)
        answers.append(paths)
    return Grid(answers, scores)


def accuracies(
    rows: TrainingRows, fold: Fold, path: Sequence[Answer], weights: Floats | None
) -> Floats:
    """Return the share of the rows held out that each answer classifies correctly, shape (m,).

    All of them in one reading of these rows.
    """
    W = np.concatenate([each.W for each in path])
    b = np.concatenate([each.b for each in path])
    held_out = rows.blocks.take(fold.test).astype(np.float64)
    right = np.concatenate(list(held_out.map(Right(W, b, len(path)))))
    return np.asarray(np.average(right, axis=0, weights=weights))


@dataclass(frozen=True, eq=False)
class Right:
    """A task: which rows each of m answers classifies correctly, shape (b, m)."""

    W: Floats  # (m K, d), one answer after the other
    b: Floats
    answers: int

    def __call__(self, X: Matrix, y: Any, w: Any) -> NDArray[np.bool_]:
        """See `Task`."""
        Z = (np.asarray(X @ self.W.T) + self.b).reshape(X.shape[0], self.answers, -1)
        best = Z[..., 0] > 0 if Z.shape[2] == 1 else Z.argmax(axis=2)
        return np.asarray(best == y[:, None])


def _path(question: Question, rows: TrainingRows, Cs: Floats) -> list[Answer]:
    """Fit from the strongest penalty to the weakest; return the answers in the order asked for."""
    found: dict[int, Answer] = {}
    start = None
    for i in np.argsort(Cs, kind="stable"):
        found[int(i)] = answer = answered(replace(question, C=float(Cs[i])), rows, start)
        start = answer.W, answer.b
    return [found[i] for i in range(len(Cs))]


def folds_of(cv: Any, X: Any, y: Any, rows: TrainingRows) -> list[Fold]:
    """Part the rows that are kept as ``cv`` parts those that were given.

    Raises
    ------
    LinocutError
        If a fold would train without a class, or hold out no row.
    """
    kept = rows.positions(np.shape(y)[0])
    folds = []
    from sklearn.model_selection import check_cv  # loads much

    for number, (train, test) in enumerate(check_cv(cv, y, classifier=True).split(X, y), 1):
        held_out = kept[test] >= 0
        fold = Fold(kept[train][kept[train] >= 0], kept[test][held_out], test[held_out])
        check_fold(number, fold.train, fold.test, rows)
        folds.append(fold)
    return folds
