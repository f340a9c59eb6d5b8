"""How images are prepared before features are made: chosen by a short trial, not assumed.

Bringing strokes to one size helps with handwriting and harms photographs; grey paper and uneven
light want something else again. So a recipe may begin with a step ``prepare`` and name several in
its grid. Which of them it is to be is decided first, on some of the rows and by a quick look at the
features; all else is chosen for that one alone. What the recipe names first stays unless another is
better by more than chance.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from linocut.core.blas import one_blas_thread
from linocut.core.steps import used_steps
from linocut.data import ImagePart
from linocut.features import Deskew, Equalise, NormaliseContrast, NormaliseMoments
from linocut.ladder.choose import Rows, ValidationSplit, at_most, best_of, row_losses
from linocut.ladder.features import SharedWork, TrialFeatures, chain_name
from linocut.ladder.mixture import WEIGHTS, mixture_in_words
from linocut.ladder.recipe import AS_THEY_ARE, PREPARE, Candidates, Chosen, Recipe, Steps
from linocut.models import SoftmaxRegression

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]

FITTED, JUDGED = 3000, 1500  # rows at most
FEWEST_JUDGED = 500  # in a smaller validation part chance decides, so all rows are judged in turn
FEWEST = 50  # training images, without which nothing can be told
FOLDS, RUNS = 5, 25
AXES, AXES_FROM = 200, 1000  # main axes, and the rows that they are found from
POWER = 0.25
PENALTIES = ({"C": 0.03}, {"C": 0.1}, {"C": 0.3})


@dataclass(frozen=True)
class Tried:
    """How one preparation did in the trial.

    Attributes
    ----------
    name : str
        What it does to images, in words.
    log_loss : float
        Mean, nats.
    mistakes : int
        Rows misclassified.
    """

    name: str
    log_loss: float
    mistakes: int


@dataclass(frozen=True)
class Preparation:
    """Which preparation a rung takes, and how those tried did.

    Attributes
    ----------
    name : str
        What is done to images, in words.
    tried : tuple of Tried
        All of them, on the same rows; the first is what the recipe takes if there is no telling.
    rows : int
        Training images that they were judged on, by models fitted on others.
    seconds : float
        What the trial took.
    """

    name: str
    tried: tuple[Tried, ...]
    rows: int
    seconds: float

    @property
    def sentence(self) -> str:
        """Say what was chosen, and what the others would have cost.

        Examples
        --------
        >>> tried = Tried("normalised", 0.5, 90), Tried("as they are", 0.4, 82)
        >>> Preparation("as they are", tried, 1000, 1.0).sentence
        'Images are taken as they are: of 1,000 training images held out in a short trial, 8.2 % \
were misclassified so, and 9.0 % normalised.'
        """
        rates = {each.name: f"{100 * each.mistakes / self.rows:.1f} %" for each in self.tried}
        *before, last = (f"{rate} {name}" for name, rate in rates.items() if name != self.name)
        others = f"{', '.join(before)} and {last}" if before else f"and {last}"
        best = min(self.tried, key=lambda each: each.log_loss)
        return (
            f"Images are {'' if self.name.endswith('ed') else 'taken '}{self.name}: of "
            f"{self.rows:,} training images held out in a short trial, {rates[self.name]} were "
            f"misclassified so, {others}."
            + ("" if best.name == self.name else " By log loss, none is better beyond chance.")
        )


def in_words(step: Any) -> str:
    """Say what a preparation does to images.

    Examples
    --------
    >>> in_words(NormaliseMoments()), in_words("passthrough")
    ('normalised', 'as they are')
    """
    if step in (None, AS_THEY_ARE):
        return "as they are"
    if isinstance(step, NormaliseMoments):
        return "normalised"
    if isinstance(step, NormaliseContrast):
        return "by local contrast"
    return "deskewed" if isinstance(step, Deskew) else repr(step)


def told(chosen: Chosen) -> Chosen:
    """Return what was chosen as plain values: a preparation, and the views that count, in words."""
    words = dict(chosen)
    if PREPARE in words:
        words[PREPARE] = in_words(words[PREPARE])
    return {
        name.removesuffix(WEIGHTS): mixture_in_words(value) if name.endswith(WEIGHTS) else value
        for name, value in words.items()
    }


@dataclass(frozen=True, eq=False)
class _Trial:
    losses: Floats  # of each row judged, nats
    wrong: NDArray[np.bool_]
    seconds: float
    shared: float  # seconds of these spent on features that are there for rungs, too


@dataclass
class Preparations:
    """Decides on preparations, each tried once for all rungs that look at the same features.

    Attributes
    ----------
    part : ImagePart
        The training part.
    split : ValidationSplit
        Its rows to fit on and to judge by.
    seed : int
        Of the draw of rows.
    shared : SharedWork, optional
        Of its images; its own if not given.
    """

    part: ImagePart
    split: ValidationSplit
    seed: int
    shared: SharedWork | None = None
    _trials: dict[str, _Trial] = field(default_factory=dict)
    _features: dict[str, BaseEstimator] = field(default_factory=dict)

    def decide(
        self, recipe: Recipe, candidates: Candidates
    ) -> tuple[Candidates, Preparation | None]:
        """Return the candidates with one preparation, and how it was chosen if there was a trial.

        With fewer than 50 images there is none: the first is taken.
        """
        choices = preparations_of(candidates)
        if len(choices) < 2:
            return candidates, None
        if len(self.part) < FEWEST:
            return prepared(candidates, choices[0]), None
        features = self._tried_features(recipe, candidates)
        trials = [self._trial(choice, features) for choice in choices]
        taken = clearly_best([trial.losses for trial in trials])
        tried = tuple(
            Tried(in_words(choice), float(trial.losses.mean()), int(trial.wrong.sum()))
            for choice, trial in zip(choices, trials, strict=True)
        )
        rows, seconds = len(trials[0].losses), sum(trial.seconds for trial in trials)
        made = Preparation(in_words(choices[taken]), tried, rows, seconds)
        return prepared(candidates, choices[taken]), made

    def known(self, recipe: Recipe, candidates: Candidates) -> Candidates:
        """Return the candidates with the preparation, if that is decided; else with the first."""
        choices = preparations_of(candidates)
        if len(choices) < 2:
            return candidates
        if self._to_be_tried(recipe, candidates):
            return prepared(candidates, choices[0])
        return self.decide(recipe, candidates)[0]

    def spent(self, recipe: Recipe, candidates: Candidates) -> float:
        """Return the seconds that trials took which this recipe need not make again."""
        choices = preparations_of(candidates)
        if len(choices) < 2:
            return 0.0
        features = self._tried_features(recipe, candidates)
        names = [_name(choice, features) for choice in choices]
        return sum(self._trials[name].seconds for name in names if name in self._trials)

    def shared_seconds(self, recipe: Recipe, candidates: Candidates) -> float:
        """Return how much of the trial was spent on features that the one candidate has, too."""
        (choice,) = preparations_of(candidates)
        trial = self._trials.get(_name(choice, self._tried_features(recipe, candidates)))
        return trial.shared if trial else 0.0

    def chains(self, recipe: Recipe, candidates: Candidates) -> list[Steps]:
        """Return the steps, unfitted, whose features trials to come will be made with."""
        choices = self._to_be_tried(recipe, candidates)
        return [_chain(each, self._tried_features(recipe, candidates)) for each in choices]

    def _to_be_tried(self, recipe: Recipe, candidates: Candidates) -> list[Any]:
        choices = preparations_of(candidates)
        if len(choices) < 2 or len(self.part) < FEWEST:
            return []
        features = self._tried_features(recipe, candidates)
        return [choice for choice in choices if _name(choice, features) not in self._trials]

    def _tried_features(self, recipe: Recipe, candidates: Candidates) -> BaseEstimator:
        # The same object each time, whose name is then written out once.
        if recipe.name not in self._features:
            self._features[recipe.name] = tried_features(recipe, candidates, self.part)
        return self._features[recipe.name]

    def _trial(self, choice: Any, features: BaseEstimator) -> _Trial:
        name = _name(choice, features)
        if name not in self._trials:
            began = time.perf_counter()
            rows, folds = trial_rows(self.part.labels, self.split, self.seed)
            made = TrialFeatures(self.shared or SharedWork(self.part.images))
            features_of = made(
                [(step, clone(each)) for step, each in _chain(choice, features)], rows
            )
            with one_blas_thread():  # many small products, for which threads would wait
                on_axes = _on_main_axes(_as_rows(features_of))
            X = Equalise(POWER).fit_transform(on_axes)
            losses, wrong = _judged(X, self.part.labels[rows], folds)
            seconds = time.perf_counter() - began - made.seconds + made.shared_seconds
            self._trials[name] = _Trial(losses, wrong, seconds, made.shared_seconds)
        return self._trials[name]


def preparations_of(candidates: Candidates) -> list[Any]:
    """Return the preparations among the candidates, in their order."""
    by_name = {
        repr(each[PREPARE]): each[PREPARE] for each in candidates.features if PREPARE in each
    }
    return list(by_name.values())


def prepared(candidates: Candidates, choice: Any) -> Candidates:
    """Return the candidates that prepare images so."""
    kept = tuple(each for each in candidates.features if repr(each[PREPARE]) == repr(choice))
    return replace(candidates, features=kept)


def tried_features(recipe: Recipe, candidates: Candidates, part: ImagePart) -> BaseEstimator:
    """Return what makes the features that preparations are tried with, not fitted."""
    if recipe.tried_with is not None:
        return recipe.tried_with(part)
    steps = candidates.steps(candidates.features[0])
    return next(step for name, step in steps if name != PREPARE)


def trial_rows(
    labels: Labels, split: ValidationSplit, seed: int
) -> tuple[Rows, list[tuple[Rows, Rows]]]:
    """Choose the rows of a trial, and which of those to fit on and to judge by.

    Returns
    -------
    rows : intp array, shape (m,)
        Of the training part, in ascending order.
    folds : list of pairs of intp arrays
        Places among these rows: one pair, of which the second lies in the validation part; or five,
        each row judged once, where that part is too small, less those that would be fitted on one
        class or judge nothing.
    """
    if len(split.validation) < FEWEST_JUDGED:
        rows = at_most(np.arange(len(labels)), FITTED, np.random.default_rng(seed))
        fold = _folds(labels[rows])
        pairs = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(FOLDS)]
        return rows, [
            (fit, held)
            for fit, held in pairs
            if len(held) and len(np.unique(labels[rows[fit]])) > 1
        ]
    some = split.some(FITTED, JUDGED, seed)
    rows = np.union1d(some.fit, some.validation)
    return rows, [(np.searchsorted(rows, some.fit), np.searchsorted(rows, some.validation))]


def clearly_best(losses: Sequence[Floats]) -> int:
    """Return which of several losses of the same rows is lowest in the mean.

    The first of them, if the difference is below its standard error.

    Examples
    --------
    >>> usual = np.array([0.5, 0.6, 0.4, 0.5])
    >>> clearly_best([usual, usual - 0.1]), clearly_best([usual, usual + [0.3, -0.1, 0.1, -0.4]])
    (1, 0)
    """
    best = int(np.argmin([loss.mean() for loss in losses]))
    gained = losses[0] - losses[best]
    return best if gained.mean() > gained.std() / np.sqrt(len(gained)) else 0


def _judged(X: Any, labels: Labels, folds: list[tuple[Rows, Rows]]) -> tuple[Floats, Any]:
    """Return the log loss of each row judged, nats, and whether it is misclassified."""
    losses, wrong = [], []
    for fit, held in folds:
        judged = best_of(SoftmaxRegression(), PENALTIES, X, labels, fit, held)
        losses.append(row_losses(judged, labels[held]))
        classes = judged.model.classes_
        wrong.append(classes[judged.scores.argmax(axis=1)] != labels[held])
    return np.concatenate(losses), np.concatenate(wrong)


def _as_rows(features: Any) -> NDArray[np.float32]:
    rows = np.asarray(features, np.float32)
    return rows.reshape(len(rows), -1)


def _on_main_axes(X: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows on the main axes of their standardised features, found from some of them."""
    mean, deviation = X.mean(axis=0), X.std(axis=0)
    Z = (X - mean) / np.where(deviation > 0, deviation, 1)
    some = Z[np.linspace(0, len(Z) - 1, min(len(Z), AXES_FROM)).astype(np.intp)]
    # Of rows × rows, which are fewer than features where those are dear to turn.
    m = len(some)
    variances, U = eigh(some @ some.T, subset_by_index=(max(0, m - AXES), m - 1))
    kept = variances > max(1e-5 * variances[-1], np.finfo(np.float32).tiny)
    if not kept.any():  # all rows are the same
        return np.zeros((len(X), 1), np.float32)
    return np.asarray(Z @ (some.T @ (U[:, kept] / np.sqrt(variances[kept]))))


def _folds(labels: Labels) -> NDArray[np.intp]:
    """Return the fold of each row: in runs of rows of a class, which may be of one writer."""
    fold = np.empty(len(labels), np.intp)
    for k, label in enumerate(np.unique(labels)):
        rows = np.flatnonzero(labels == label)
        run = np.arange(len(rows)) * min(RUNS, len(rows)) // len(rows)
        fold[rows] = (run + k) % FOLDS  # not all classes of one row in the same fold
    return fold


def _chain(choice: Any, features: BaseEstimator) -> Steps:
    return list(used_steps(Pipeline([(PREPARE, choice), ("features", features)])))


def _name(choice: Any, features: BaseEstimator) -> str:
    return chain_name(_chain(choice, features))
