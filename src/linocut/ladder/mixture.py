"""Views side by side on the ladder: which of them count, and each made once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.extmath import randomized_svd

from linocut.core.blas import threads_for_decomposing
from linocut.core.steps import View, views_of
from linocut.data import ImagePart
from linocut.features import Decorrelate, Equalise
from linocut.ladder.choose import Rows, ValidationSplit, best_of
from linocut.ladder.features import SharedWork, TrialFeatures, chain_name
from linocut.ladder.recipe import Candidates, Chosen, Steps

Array = NDArray[Any]
Labels = NDArray[np.int64]

WEIGHTS = "__transformer_weights"  # what the mixture is called behind the name of the views
MOST_FIT, MOST_HELD = 4000, 2000  # rows of the trial
AXES = 400
POWER = 0.25


@dataclass(frozen=True, eq=False)
class ViewRows:
    """What each view makes of the same images, before it is said how much each counts.

    Attributes
    ----------
    pipelines : dict of Pipeline
        Fitted, by the name of the view.
    rows : dict of arrays, shape (n, d_view)
        What each makes.
    """

    pipelines: Mapping[str, Pipeline]
    rows: Mapping[str, Array]

    def fitted(self, union: FeatureUnion) -> FeatureUnion:
        """Return a union as if it had been fitted; views that count nothing are dropped."""
        counting = {view.name for view in counting_views(union)}
        return FeatureUnion(
            [
                (name, self.pipelines[name] if name in counting else "drop")
                for name, _ in union.transformer_list
            ],
            transformer_weights=union.transformer_weights,
        )

    def side_by_side(self, union: FeatureUnion) -> Array:
        """Return what that union makes, float32, shape (n, d)."""
        views = counting_views(union)
        widths = [self.rows[view.name].shape[1] for view in views]
        made = np.empty((len(self.rows[views[0].name]), sum(widths)), np.float32)
        columns = np.split(made, np.cumsum(widths)[:-1], axis=1)
        for view, part in zip(views, columns, strict=True):
            np.multiply(self.rows[view.name], np.float32(view.weight), out=part)
        return made


def counting_views(union: FeatureUnion) -> list[View]:
    """Return the views whose features are multiplied with more than nothing."""
    return [view for view in views_of(union) if view.weight]


def before_axes(view: View) -> Steps:
    """Return the steps of a view before it is turned to its own axes, unfitted."""
    before = takewhile(lambda step: not isinstance(step[1], Decorrelate), view.steps)
    return [(name, clone(step)) for name, step in before]


def mixture_in_words(weights: Mapping[str, float]) -> str:
    """Name the views that count, with how much where that is not 1.

    Examples
    --------
    >>> mixture_in_words({"strokes": 1.0, "seen": 0.5, "patches": 0.0})
    'strokes + 0.5 seen'
    """
    counting = {name: weight for name, weight in weights.items() if weight}
    return " + ".join(
        name if weight == 1 else f"{weight:g} {name}" for name, weight in counting.items()
    )


def unions_of(chains: Sequence[Steps]) -> list[FeatureUnion]:
    """Return the views with which chains of steps begin; none if they begin with something else."""
    firsts = [chain[0][1] for chain in chains if chain]
    return firsts if all(views_of(first) for first in firsts) else []


@dataclass
class Mixtures:
    """Decides which views count, each choice tried once for all rungs that have it.

    Attributes
    ----------
    part : ImagePart
        The training part.
    split : ValidationSplit
        Its rows to fit on and to judge by.
    seed : int
        Of the draw of rows.
    shared : SharedWork
        Of its images.
    """

    part: ImagePart
    split: ValidationSplit
    seed: int
    shared: SharedWork
    _tried: dict[str, tuple[int, float]] = field(default_factory=dict)

    def decide(
        self, unions: Sequence[FeatureUnion], candidates: Candidates
    ) -> tuple[int, float, float]:
        """Choose one of some unions in a trial, unless that was done.

        Returns its place, the seconds spent on that for an earlier rung, and those spent just now
        on features that others share.
        """
        if len(unions) == 1:
            return 0, 0.0, 0.0
        known = self.known(unions)
        if known is not None:
            return *known, 0.0
        began, features = time.perf_counter(), TrialFeatures(self.shared)
        k = choose_mixture(
            unions, features, self.part.labels, self.split, candidates.classifier,
            candidates.model, seed=self.seed,
        )  # fmt: skip
        self._tried[_name(unions)] = k, time.perf_counter() - began - features.seconds
        return k, 0.0, features.seconds

    def known(self, unions: Sequence[FeatureUnion]) -> tuple[int, float] | None:
        """Return the place of the union chosen and the seconds of the trial; None before it."""
        return self._tried.get(_name(unions))


def choose_mixture(
    unions: Sequence[FeatureUnion],
    made: Callable[[Steps, Rows], Array],
    labels: Labels,
    parts: ValidationSplit,
    classifier: BaseEstimator,
    candidates: Sequence[Chosen],
    *,
    seed: int,
) -> int:
    """Return the position of the mixture with the lowest log loss in a trial on some images.

    The trial is of at most 4,000 rows to fit on and 2,000 to judge by, by up to 400 axes along
    which each view, and then the mixed rows, vary most.

    Parameters
    ----------
    unions : sequence of FeatureUnion
        The same views, weighted differently; not fitted.
    made : callable
        Given unfitted steps and rows (m,) of the training part, returns what those steps make of
        their images.
    labels : int64 array, shape (n,)
        Classes of the training part.
    parts : ValidationSplit
        Rows to fit on and to judge by.
    classifier : estimator
        Not fitted.
    candidates : sequence of dict
        Its parameters, of which the best counts.
    seed : int
        Of the draw of rows.
    """
    some = parts.some(MOST_FIT, MOST_HELD, seed)
    at = np.concatenate([some.fit, some.validation])
    labels = labels[at]
    fit, held = np.split(np.arange(len(at)), [len(some.fit)])
    named = {view.name: view for union in unions for view in counting_views(union)}
    rows = {
        name: _along_axes(np.asarray(made(before_axes(view), at)).reshape(len(at), -1), fit)
        for name, view in named.items()
    }
    views = ViewRows({}, rows)

    def log_loss(union: FeatureUnion) -> float:
        turned = Equalise(POWER).fit_transform(_turned(views.side_by_side(union), fit))
        return best_of(classifier, candidates, turned, labels, fit, held).log_loss

    return int(np.argmin([log_loss(union) for union in unions]))


def _along_axes(rows: Array, fit: NDArray[np.intp]) -> Array:
    """Return standardised rows along their axes of most variance, of the size of all others."""
    standard = StandardScaler(copy=False).fit(rows[fit])
    return np.asarray(Equalise(0.0).fit_transform(_turned(standard.transform(rows), fit)))


def _turned(rows: Array, fit: NDArray[np.intp]) -> Array:
    rows = rows - rows[fit].mean(axis=0)
    most = min(AXES, len(fit), rows.shape[1])
    with threads_for_decomposing(most):
        _, _, V = randomized_svd(rows[fit], most, n_iter=2, random_state=0)
    return np.asarray(rows @ V.T, np.float32)


def _name(unions: Sequence[FeatureUnion]) -> str:
    """Return a name that equal mixtures of equal views share, and different ones do not."""
    weights = [union.transformer_weights for union in unions]
    return f"{chain_name([('views', unions[0])])} | {weights}"
