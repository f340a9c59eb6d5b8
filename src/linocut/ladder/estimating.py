"""Estimate what a rung takes: its steps run on a few images, its matrices counted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut.core.steps import kind_of, model_kind_of, used_steps
from linocut.data import ImageDataset
from linocut.ladder import trials
from linocut.ladder.features import chain_name, common_part
from linocut.ladder.mixture import before_axes, counting_views, unions_of
from linocut.ladder.pace import Clock, Pace, Work
from linocut.ladder.preparation import FEWEST, preparations_of, prepared, tried_features
from linocut.ladder.recipe import PREPARE, Candidates, Recipe, Steps
from linocut.ladder.work import (
    UNCORRELATED,
    WHATEVER,
    Measured,
    Shape,
    StepWork,
    counted,
    fitted,
    measured,
    network,
)

Array = NDArray[Any]

SAMPLE, LEAST_SAMPLE = 32, 10  # images that steps are run on: as many as one core takes at once
SAMPLE_PIXELS = 50_000  # of them all
HELD_OUT = 0.2


class Estimates:
    """Estimates for one dataset; what is measured for one rung is there for the next.

    Parameters
    ----------
    dataset : ImageDataset
        Its images are those that steps are run on.
    pace : Pace, optional
        Of this machine; measured if not given.
    clock : callable
        Tells seconds.

    Examples
    --------
    >>> from linocut.data import load_dataset
    >>> from linocut.ladder import recipes
    >>> estimates = Estimates(load_dataset("digits"))
    >>> mean, pairs = (estimates.seconds(each) for each in recipes(["mean-dot", "pca-quadratic"]))
    >>> 0 < mean < pairs
    True
    """

    def __init__(
        self, dataset: ImageDataset, pace: Pace | None = None, clock: Clock = time.perf_counter
    ) -> None:
        self.dataset, self.clock = dataset, clock
        self.pace = pace or Pace.measured(clock)
        train = dataset.train
        most = max(LEAST_SAMPLE, SAMPLE_PIXELS // max(1, int(np.prod(train.images.shape[1:]))))
        self.sample = train.take(_evenly(len(train), min(SAMPLE, most)))
        self._measured: dict[str, Measured] = {}
        self._seconds: dict[str, float] = {}

    def seconds(self, recipe: Recipe) -> float:
        """Return the seconds from images to scores, all choices included; 0 if it cannot be made.

        A rung that fails is no reason not to try it: it says why.
        """
        if recipe.name not in self._seconds:
            try:
                work = self.work(recipe)
            except (ValueError, ArithmeticError):
                work = Work()
            self._seconds[recipe.name] = self.pace.seconds(work)
        return self._seconds[recipe.name]

    def work(self, recipe: Recipe) -> Work:
        """Count and measure the work of a rung."""
        train = self.dataset.train
        candidates = Candidates.of(recipe, train)
        model = candidates.classifier
        if model_kind_of(model).validates_itself:
            some = train.take(_evenly(len(train), 200))
            made = network(model, some.images, some.labels, len(train), self.clock)
            return self.pace.cores * made  # it was measured on all that it takes of them
        candidates, preparing = self._with_one_preparation(recipe, candidates)
        chains, mixing = self._with_one_mixture(candidates)
        copying, n = Work(), len(train)
        if recipe.copies:
            copying = n * self._copied(recipe)
            n *= 2
        return preparing + mixing + copying + self._made(candidates, chains, n)

    def _with_one_preparation(
        self, recipe: Recipe, candidates: Candidates
    ) -> tuple[Candidates, Work]:
        """Return the candidates with the first of the preparations, and the trial of all."""
        choices, train = preparations_of(candidates), self.dataset.train
        if len(choices) < 2:
            return candidates, Work()
        kept = prepared(candidates, choices[0])
        if len(train) < FEWEST:
            return kept, Work()
        features = tried_features(recipe, candidates, train)
        n, held = len(train), round(HELD_OUT * len(train))
        rows, _, _ = trials.rows_of_preparations(n, held)
        trial = Work()
        for choice in choices:
            steps = used_steps(Pipeline([(PREPARE, choice), ("features", features)]))
            chain = list(self._chain(list(steps), rows))
            trial += trials.of_preparation(chain, n, held, self.dataset.n_classes)
        return kept, trial

    def _with_one_mixture(self, candidates: Candidates) -> tuple[list[Steps], Work]:
        """Return the chains of steps with all views, if they have some, and the trial of all."""
        chains = [candidates.steps(each) for each in candidates.features]
        unions = unions_of(chains)
        if len(unions) < 2:
            return chains, Work()
        n, held = len(self.dataset.train), round(HELD_OUT * len(self.dataset.train))
        rows, _ = trials.rows_of_mixtures(n, held)
        most = max(unions, key=lambda union: len(counting_views(union)))
        views = [list(self._chain(before_axes(view), rows)) for view in counting_views(most)]
        trial = trials.of_mixtures(
            views, len(unions), len(candidates.model), n, held, self.dataset.n_classes
        )
        return [chains[unions.index(most)]], trial

    def _made(self, candidates: Candidates, chains: Sequence[Steps], n: int) -> Work:
        """Count what is left of the candidates on n rows, and the scores of the test images."""
        total, K = Work(), self.dataset.n_classes
        model, done = candidates.classifier, common_part(chains)
        rows = n + len(self.dataset.test)
        for k, chain in enumerate(chains):
            width = 0
            uncorrelated = any(kind_of(step).name in UNCORRELATED for _, step in chain)
            for position, step in enumerate(self._chain(chain, n)):
                width = step.width
                if position < done and k:
                    continue
                # What candidates do not share is done for each, and again for the one chosen.
                again = (len(chains) + 1) / len(chains) if position >= done else 1
                total += again * (step.fit + rows * step.row)
            shape = Shape(n, width, K, uncorrelated)
            chosen = fitted(model, len(candidates.model), HELD_OUT, shape)
            last = fitted(model, 0, HELD_OUT, shape)
            total += chosen if k == 0 else chosen + -1 * last
        return total + Work(narrow=2 * rows * width * K, calls=WHATEVER)

    def _copied(self, recipe: Recipe) -> Work:
        assert recipe.copies is not None
        distorted = recipe.copies(self.dataset.train)
        began = self.clock()
        distorted.copies(self.sample.images, random_state=0)
        return Work(seconds=(self.clock() - began) / len(self.sample))

    def _chain(self, steps: Steps, n: int) -> Iterator[StepWork]:
        """Yield what each step comes to on n rows."""
        return self._on(steps, n, self.sample.images, "")

    def _on(self, steps: Steps, n: int, rows: Any, before: str) -> Iterator[StepWork]:
        for position, (_, step) in enumerate(steps):
            done = f"{before} | {chain_name(steps[:position])}" if position else before
            name = f"{before} | {chain_name(steps[: position + 1])}"
            width = int(np.prod(rows.shape[1:]))
            known = counted(step, n, width)
            if known is None and isinstance(step, Pipeline | FeatureUnion):
                known = self._inside(step, n, rows, done)
            if known is None:
                if name not in self._measured:
                    self._measured[name] = measured(step, rows, self.clock)
                found = self._measured[name]
                once = kind_of(step).name == "patch-dictionary"
                fit = (1 if once else n) * found.work.fit
                known = StepWork(found.work.width, fit, found.work.row)
                rows = found.rows
            else:  # rows of that width, for what comes next and is not known
                rows = np.random.default_rng(0).random((len(rows), known.width), np.float32)
            yield known

    def _inside(self, step: Any, n: int, rows: Any, before: str) -> StepWork:
        """Count a pipeline, or branches side by side, as the sum of what they are made of."""
        if isinstance(step, Pipeline):
            branches = [step.steps]
        else:
            branches = [
                branch.steps if isinstance(branch, Pipeline) else [("step", branch)]
                for _, branch in step.transformer_list
                if branch not in ("drop", "passthrough")
            ]
        width, fit, row = 0, Work(), Work()
        for branch in branches:
            each = list(self._on(branch, n, rows, before))
            width += each[-1].width
            for inner in each:
                fit, row = fit + inner.fit, row + inner.row
            # To fit what comes later, what comes first transforms the rows once more.
        return StepWork(width, fit, row)


def _evenly(n: int, most: int) -> NDArray[np.intp]:
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.intp))
