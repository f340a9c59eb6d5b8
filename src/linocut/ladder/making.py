"""Make one rung: choose, fit and score, and share what other rungs need."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import FeatureUnion, Pipeline

from linocut._version import __version__
from linocut.classifier import ImageClassifier
from linocut.core.steps import count_numbers, model_kind_of, passed_through, views_of
from linocut.data import ImageDataset
from linocut.evaluate import Predictions
from linocut.ladder.choose import Judged, ValidationSplit, best_of, final_model
from linocut.ladder.features import (
    Done,
    SharedWork,
    chain_name,
    common_part,
    fixed_part,
    transformed,
)
from linocut.ladder.mixture import Mixtures, ViewRows, counting_views, unions_of
from linocut.ladder.preparation import Preparations, told
from linocut.ladder.recipe import PREPARE, Candidates, Chosen, Recipe, Steps
from linocut.ladder.rung import Rung
from linocut.modelfile import Provenance

Labels = NDArray[np.int64]

# What a rung may fail with on images that it is not made for; it never takes the others with it.
# LinocutError and LinAlgError are ValueErrors.
FAILURES = (ValueError, ArithmeticError)


class RungMaker:
    """Make rungs of one dataset, each piece of work that several need only once."""

    def __init__(self, dataset: ImageDataset, seed: int) -> None:
        self.dataset, self.seed = dataset, seed
        self.parts = ValidationSplit.of(dataset.train, split=dataset.split, seed=seed)
        self.shared = SharedWork(dataset.train.images)
        self.with_copies: dict[str, SharedWork] = {}  # by how the copies are distorted
        self.preparations = Preparations(dataset.train, self.parts, seed, self.shared)
        self.mixtures = Mixtures(dataset.train, self.parts, seed, self.shared)
        # What views made for the last rung that has some.
        self.views: dict[str, tuple[ViewRows, float]] = {}
        self.fingerprint = dataset.fingerprint
        self._candidates: dict[str, Candidates] = {}
        # To write the names of steps takes longer than to make many a rung, so the steps are kept.
        self._unfitted: dict[tuple[str, str], list[Steps]] = {}

    def make(self, recipe: Recipe, later: tuple[Recipe, ...] = ()) -> Rung:
        """Choose on the validation rows, fit on the whole training part, score the test part once.

        Parameters
        ----------
        recipe : Recipe
            Of the rung.
        later : tuple of Recipe
            Those to come, for which shared work is kept.
        """
        train = self.dataset.train
        candidates, preparation = self.preparations.decide(recipe, self._candidates_of(recipe))
        chains = [candidates.steps(each) for each in candidates.features]
        ahead = [(self._copied(other), chain) for other in later for chain in self._chains(other)]
        ahead += [("", chain) for other in later for chain in self._tried_chains(other)]
        first = chains[:1]
        self.shared.forget_all_but([*first, *_views_in(first), *(chain for _, chain in ahead)])
        began = time.perf_counter()
        labels = np.tile(train.labels, 2) if recipe.copies else train.labels
        if unions_of(chains):
            common, earlier, k = self._side_by_side(recipe, candidates, chains, ahead)
            candidates = replace(candidates, features=(candidates.features[k],))
            chains = [chains[k]]
        else:
            common, earlier = self._common(recipe, chains, ahead)
            if preparation:
                tried = self.preparations.shared_seconds(recipe, candidates)
                earlier = max(0.0, earlier - tried)

        judged: Judged | None = None
        chosen, steps, model = candidates.features[0], chains[0], candidates.classifier
        if not model_kind_of(model).validates_itself:
            copies = 1 if recipe.copies else 0
            judged, chosen, steps = self._choose(candidates, chains, common, labels, copies)
            model = final_model(model, judged)
            chosen = candidates.named(chosen, judged.chosen)
        fit_began = time.perf_counter()
        features = transformed(steps[common_part(chains) :], common)
        del common
        model.fit(features, labels)
        fit_seconds = time.perf_counter() - fit_began
        if model_kind_of(model).iterative:
            model.set_params(warm_start=False)
        train_scores = model.scores(features[: len(train)])
        del features

        last = candidates.pipeline.steps[-1][0]
        finished = ImageClassifier.finished(
            Pipeline([*steps, (last, model)]),
            recipe=candidates.chosen_pipeline(chosen),
            intake=self.dataset.intake,
            classes=self.dataset.class_names,
            # Scores that are no probabilities become some by the validation part's temperature.
            temperature=_temperature(model, judged),
            augmentation=recipe.copies(train) if recipe.copies else None,
            random_state=self.seed,
        )
        test_scores = finished.scores(self.dataset.test.images)
        total_seconds = time.perf_counter() - began + earlier
        total_seconds += preparation.seconds if preparation else 0.0
        self.shared.forget_all_but([chain for _, chain in ahead])
        for copied, work in self.with_copies.items():
            work.forget_all_but([chain for other, chain in ahead if other == copied])
        if not any(unions_of([chain]) for _, chain in ahead):
            self.views.clear()

        on_train = self._predictions(finished, train.labels, train_scores)
        on_test = self._predictions(finished, self.dataset.test.labels, test_scores)
        on_validation = None if judged is None else self._on_validation(finished, judged)
        chosen = told(chosen)
        finished.provenance_ = self._provenance(recipe, chosen, model, judged, on_test)
        parameters = count_parameters(finished)
        return Rung(
            name=recipe.name,
            short=recipe.short,
            title=recipe.title,
            description=recipe.description,
            linear=recipe.linear,
            model=finished,
            chosen=chosen,
            validation_accuracy=judged.accuracy if judged else model.validation_accuracy_,
            validation_rows=len(self.parts.validation) if judged else model.validation_rows_,
            on_train=on_train,
            on_test=on_test,
            on_validation=on_validation,
            fit_seconds=fit_seconds,
            total_seconds=total_seconds,
            parameters=parameters,
            bytes=4 * parameters,
            converged=model.converged_ if model_kind_of(model).iterative else None,
            preparation=preparation,
        )

    def _candidates_of(self, recipe: Recipe) -> Candidates:
        if recipe.name not in self._candidates:
            self._candidates[recipe.name] = Candidates.of(recipe, self.dataset.train)
        return self._candidates[recipe.name]

    def _chains(self, recipe: Recipe) -> list[Steps]:
        """Return the steps of each candidate, to be compared with others: they stay unfitted."""
        try:
            candidates = self.preparations.known(recipe, self._candidates_of(recipe))
        except FAILURES:  # told when its turn comes; the rungs before it are none the worse
            return []
        key = recipe.name, repr(candidates.features[0].get(PREPARE))
        if key not in self._unfitted:
            chains = [candidates.steps(each) for each in candidates.features]
            self._unfitted[key] = chains + _views_in(chains[:1])
        return self._unfitted[key]

    def _tried_chains(self, recipe: Recipe) -> list[Steps]:
        """Return the steps of each preparation that is to be tried, to be compared with others."""
        try:
            return self.preparations.chains(recipe, self._candidates_of(recipe))
        except FAILURES:
            return []

    def _side_by_side(
        self,
        recipe: Recipe,
        candidates: Candidates,
        chains: list[Steps],
        ahead: list[tuple[str, Steps]],
    ) -> tuple[Any, float, int]:
        """Choose which views count, and make those, each once.

        Returns the rows after all steps of the chain chosen, which are fitted, the seconds that
        were spent on them for an earlier rung, and the place of the chain.
        """
        unions = unions_of(chains)
        k, earlier, just_now = self.mixtures.decide(unions, candidates)
        key = _views_key(recipe, unions[k])
        if key not in self.views:
            self.views.clear()
            began, shared = time.perf_counter(), 0.0
            pipelines, rows = dict[str, Pipeline](), dict[str, Any]()
            for view in counting_views(unions[k]):
                steps = list(view.steps)
                rows[view.name], before = self._common(recipe, [steps], ahead)
                pipelines[view.name], shared = Pipeline(steps), shared + before
            self.views[key] = ViewRows(pipelines, rows), time.perf_counter() - began + shared
            earlier += max(0.0, shared - just_now)
        else:
            earlier += self.views[key][1]
        views, _ = self.views[key]
        chain = chains[k]
        made = transformed(chain[1:], views.side_by_side(unions[k]))
        chain[0] = chain[0][0], views.fitted(unions[k])
        return made, earlier, k

    def done_for(self, recipe: Recipe) -> float:
        """Return the seconds that were spent on work for others that a rung needs, too."""
        chains = self._chains(recipe)
        works = [self.shared, self.with_copies.get(self._copied(recipe))]
        found = [
            done.seconds
            for chain in chains[:1]
            for work in works
            if work is not None and (done := work.found(chain)) is not None
        ]
        trial = self.preparations.spent(recipe, self._candidates_of(recipe)) if chains else 0.0
        return trial + max([*found, self._done_side_by_side(recipe, chains)])

    def _done_side_by_side(self, recipe: Recipe, chains: list[Steps]) -> float:
        """Return the seconds spent on a mixture and its views, if that was decided."""
        firsts = [chain[0][1] for chain in chains if chain]
        unions = [first for first in firsts if views_of(first)]
        known = self.mixtures.known(unions) if unions else None
        if known is None:
            return 0.0
        k, seconds = known
        _, made = self.views.get(_views_key(recipe, unions[k]), (None, 0.0))
        return seconds + made

    def _copied(self, recipe: Recipe) -> str:
        """Tell how the copies that a recipe is fitted on are distorted; nothing if on none."""
        return repr(recipe.copies(self.dataset.train)) if recipe.copies else ""

    def _common(
        self, recipe: Recipe, chains: list[Steps], ahead: list[tuple[str, Steps]]
    ) -> tuple[Any, float]:
        """Do the steps that all candidates share, for the images and, if any, their copies.

        Returns their rows, and the seconds that were spent on them for an earlier rung.
        """
        first, began = chains[0], time.perf_counter()
        wanted = first[: common_part(chains)]
        alike = [chain for copied, chain in ahead if copied == self._copied(recipe)]
        if recipe.copies is None:
            keep = any(common_part([wanted[:1], chain]) > 0 for _, chain in ahead)
            fixed = wanted[: fixed_part(wanted)]
            # A trial may have done more of them.
            done = self.shared.found(wanted)
            if done is None or len(done.steps) < len(fixed):
                done = Done(*self.shared.after(fixed, keep=keep))
        else:
            images, copied = self.dataset.train.images, self._copied(recipe)
            work = self.with_copies.setdefault(copied, SharedWork(images))
            done = work.found(wanted) or self._with_copies(recipe, wanted, ahead)
        earlier = max(0.0, done.seconds - (time.perf_counter() - began))
        shared = max((common_part([wanted, chain]) for chain in alike), default=0)
        for position in range(len(done.steps), len(wanted)):
            step = wanted[position]
            rows = step[1].fit_transform(done.rows)
            seconds = earlier + time.perf_counter() - began
            done = Done([*done.steps, step], rows, seconds)
            if recipe.copies and len(done.steps) == shared:
                work.put(done)
        for chain in chains:  # fitted once for all
            chain[: len(wanted)] = done.steps
        return done.rows, earlier

    def _with_copies(self, recipe: Recipe, wanted: Steps, ahead: list[tuple[str, Steps]]) -> Done:
        """Do the fixed ones of the steps for the images and one copy of each."""
        assert recipe.copies is not None
        began, earlier, images = time.perf_counter(), 0.0, self.dataset.train.images
        fixed = wanted[: fixed_part(wanted)]
        copies = recipe.copies(self.dataset.train).copies(images, random_state=self.seed)
        keep = any(
            copied != self._copied(recipe) and common_part([fixed, chain]) > 0
            for copied, chain in ahead
        )
        if not keep and self.shared.found(fixed) is None:
            # One array from the start, where two and then both in one would be twice the memory.
            rows = np.concatenate([images, copies])
            for _, step in fixed:  # what they note of the images, they note of those given
                rows = step.fit(rows[: len(images)]).transform(rows)
        else:
            before = time.perf_counter()
            fixed, rows, seconds = self.shared.after(fixed, keep=keep)
            earlier = max(0.0, seconds - (time.perf_counter() - before))
            rows = np.concatenate([rows, passed_through(fixed, copies)])
        return Done(fixed, rows, earlier + time.perf_counter() - began)

    def _choose(
        self,
        candidates: Candidates,
        chains: list[Steps],
        common: Any,
        labels: Labels,
        copies: int,
    ) -> tuple[Judged, Chosen, Steps]:
        """Return the best candidate's judgement, its choice for the features, and its steps."""
        fit = self.parts.fit_with_copies(len(self.dataset.train), copies)
        done = common_part(chains) if len(chains) > 1 else len(chains[0])
        judged = [
            best_of(
                candidates.classifier,
                candidates.model,
                transformed(chain[done:], common),
                labels,
                fit,
                self.parts.validation,
            )
            for chain in chains
        ]
        k = min(range(len(judged)), key=lambda k: judged[k].log_loss)
        return judged[k], candidates.features[k], chains[k]

    def _predictions(
        self,
        model: ImageClassifier,
        labels: Labels,
        scores: NDArray[Any],
        images: NDArray[np.intp] | None = None,
        columns: NDArray[Any] | None = None,
    ) -> Predictions:
        return Predictions.of(
            self.dataset.class_names,
            labels,
            np.asarray(model.estimator_.classes_ if columns is None else columns),
            scores,
            model.probabilities(scores),
            images,
        )

    def _on_validation(self, model: ImageClassifier, judged: Judged) -> Predictions:
        rows = self.parts.validation
        labels = self.dataset.train.labels[rows]
        return self._predictions(model, labels, judged.scores, rows, judged.model.classes_)

    def _provenance(
        self,
        recipe: Recipe,
        chosen: Chosen,
        model: Any,
        judged: Judged | None,
        on_test: Predictions,
    ) -> Provenance:
        low, high = on_test.evaluation.interval
        return Provenance(
            dataset=self.dataset.name,
            source=self.dataset.loaded_from,
            loaded_with=self.dataset.loaded_with,
            rows=len(self.dataset.train),
            test_rows=len(self.dataset.test),
            data_sha256=self.fingerprint,
            rung=recipe.name,
            title=recipe.title,
            chosen=chosen,
            gap=float(model.gap_) if model_kind_of(model).iterative else None,
            accuracy=on_test.evaluation.accuracy,
            low=low,
            high=high,
            validation_accuracy=judged.accuracy if judged else float(model.validation_accuracy_),
            validation_rows=len(self.parts.validation) if judged else model.validation_rows_,
            version=__version__,
            created=date.today().isoformat(),
        )


def _views_in(chains: list[Steps]) -> list[Steps]:
    """Return the steps of each view that chains begin with."""
    return [list(view.steps) for union in unions_of(chains) for view in views_of(union)]


def _views_key(recipe: Recipe, union: FeatureUnion) -> str:
    """Return a name that equal views of equal copies share, and different ones do not."""
    return f"{chain_name([('views', union)])} | {recipe.copies}"


def count_parameters(model: ImageClassifier) -> int:
    """Count the numbers that a finished model must keep to classify an image."""
    last = model.compact().estimator_[-1]
    if not model_kind_of(last).linear:
        return int(last.n_parameters_)
    steps = model.compact().estimator_.steps[:-1]
    return int(last.coef_.size + last.intercept_.size) + sum(count_numbers(s) for _, s in steps)


def _temperature(model: Any, judged: Judged | None) -> float:
    known = judged is None or model_kind_of(model).link.gives_probabilities
    return 1.0 if known or judged is None else judged.temperature
