"""What is chosen on a validation part: the preparation of images, and the penalty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from linocut.lines.glyphs.second_look import SecondLook
from linocut.lines.learning.learners import Learner
from linocut.lines.learning.line_model import LineModel
from linocut.lines.learning.looking_again import Lesson, propose
from linocut.lines.learning.summed_cuts import SummedCuts
from linocut.lines.learning.training import Encoded, Prepared, fitted_temperature, prepare
from linocut.lines.learning.two_looks import TwoLooks
from linocut.lines.learning.whole_string import Weights
from linocut.lines.windows.copies import distorted, slight_distortion
from linocut.lines.windows.preparing import Preparation, prepared, shrunk

Array = NDArray[Any]
Images = Sequence[NDArray[np.uint8]]
Tell = Callable[[str], object]
Start = TypeVar("Start")

VALIDATION, MOST_VALIDATION = 1 / 8, 1000  # images held out
FEW, SHORT = 800, 20  # images and iterations with which preparations are compared
PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # the search begins in the middle
WITH_COPIES = 0.4  # of the iterations, for the fit that goes on with copies
LAST = 15  # iterations on all images, from what was learned without the validation part
MISREAD = 20  # validation images: of fewer, none could tell whether a second look helps
PENALTIES_OF_SECOND = (0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Trial:
    """One setting that was tried.

    Attributes
    ----------
    preparation : Preparation
    C : float
    temperature : float
        What fits the validation part best.
    loss : float
        Mean of −log p(text) there at that temperature, nats an image.
    accuracy : float
        Share of its images wholly correctly read.
    copies : int
        Distorted copies of each training image that were learned from, too.
    second_C : float or None
        Inverse of the penalty of a second look, if one was taken.
    """

    preparation: Preparation
    C: float
    temperature: float
    loss: float
    accuracy: float
    copies: int = 0
    second_C: float | None = None


@dataclass(frozen=True)
class Choice:
    """What was chosen, and what on.

    Attributes
    ----------
    preparation : Preparation
    C : float
    trials : tuple of Trial
        All settings tried.
    rows : int
        Images of the validation part.
    accuracy : float
        Share of those wholly correctly read by the chosen setting, fitted on the others.
    second_C : float or None
        Inverse of the penalty of the second look; None where none is taken.
    """

    preparation: Preparation
    C: float
    trials: tuple[Trial, ...]
    rows: int
    accuracy: float
    second_C: float | None = None


def choose(
    images: Images, encoded: Encoded, learner: Learner, *, preparation: Preparation | None,
    C: float | None, copies: int, max_iter: int, random_state: int, progress: Tell | None,
) -> tuple[Choice, LineModel, float]:  # fmt: skip
    """Choose what is not given on a validation part; return the model fitted on all images.

    The temperature is fitted on the validation part, by the model that did not learn from it.

    Returns
    -------
    choice : Choice
    fitted : LineModel
    temperature : float
    """
    learner.check(encoded.texts)
    tell = progress or (lambda line: None)
    validation, rest = validation_rows(len(images), random_state)
    trials: list[Trial] = []
    given = Lines(images, encoded)

    first_C = C if C is not None else PENALTIES[len(PENALTIES) // 2]
    if preparation is None:
        few = rest[:FEW]
        for each in Preparation:
            ready = given.prepared(few, each)
            fitted, _ = learner.fit(
                ready, encoded.take(few), len(encoded.symbols), C=first_C, max_iter=SHORT
            )
            trials.append(given.trial(fitted, first_C, validation))
            tell(_said(trials[-1]))
        preparation = min(trials, key=lambda trial: trial.loss).preparation

    ready = given.prepared(rest, preparation)
    fits: dict[float, tuple[Trial, LineModel, Weights | None]] = {}

    def loss(each_C: float, start: Weights | None) -> tuple[float, Weights | None]:
        fitted, weights = learner.fit(
            ready, encoded.take(rest), len(encoded.symbols), C=each_C, start=start,
            max_iter=max_iter,
        )  # fmt: skip
        fits[each_C] = given.trial(fitted, each_C, validation), fitted, weights
        tell(_said(fits[each_C][0]))
        return fits[each_C][0].loss, weights

    _search((C,) if C is not None else PENALTIES, loss)
    best, fitted, weights = min(fits.values(), key=lambda fit: fit[0].loss)
    trials += [trial for trial, _, _ in fits.values()]
    everything = np.concatenate([rest, validation])
    if copies:
        more = given.with_copies(ready, rest, copies, random_state)
        fitted, weights = learner.fit(
            more, encoded.take(np.tile(rest, 1 + copies)), len(encoded.symbols), C=best.C,
            start=weights, max_iter=max(1, round(max_iter * WITH_COPIES)),
        )  # fmt: skip
        best = given.trial(fitted, best.C, validation, copies)
        trials.append(best)
        tell(_said(best))
    second = None
    right = round(best.accuracy * len(validation))
    if isinstance(fitted, SummedCuts) and len(validation) - right >= MISREAD:
        found, trial = given.second_look(ready, fitted, best, rest, validation, max_iter)
        trials.append(trial)
        tell(_said(trial))
        if trial.accuracy > best.accuracy:
            best, second = trial, found
    whole = given.with_copies(
        given.more(ready, fitted, validation), everything, copies, random_state
    )
    final, _ = learner.fit(
        whole, encoded.take(np.tile(everything, 1 + copies)), len(encoded.symbols), C=best.C,
        start=weights, max_iter=LAST,
    )  # fmt: skip
    choice = Choice(
        preparation, best.C, tuple(trials), len(validation), best.accuracy, best.second_C
    )
    if second is not None and isinstance(final, SummedCuts):
        final = TwoLooks(final, second)
    return choice, final, best.temperature


def _search(
    values: Sequence[float], loss: Callable[[float, Start | None], tuple[float, Start]]
) -> None:
    """Go from the middle of some values downwards, or else upwards, while the loss falls.

    Each fit begins where the one before it ended.
    """
    middle = len(values) // 2
    first, start = loss(values[middle], None)
    for way in (values[:middle][::-1], values[middle + 1 :]):
        least, ended = first, start
        for value in way:
            found, ended = loss(value, ended)
            if found >= least:
                break
            least = found
        if least < first:
            return


def validation_rows(n: int, random_state: int) -> tuple[Array, Array]:
    """Draw which of n training images are held out to choose by; return these, and the others."""
    order = np.random.default_rng(random_state).permutation(n)
    held = min(MOST_VALIDATION, max(2, round(n * VALIDATION)))
    return order[:held], order[held:]


@dataclass(frozen=True, eq=False)
class Lines:
    """Images and texts of which some are learned from, and others held out."""

    images: Images
    encoded: Encoded

    def prepared(self, rows: Array, preparation: Preparation) -> Prepared:
        """Return some of them as columns, with windows of their own."""
        return prepare(
            [self.images[i] for i in rows], [len(self.encoded.texts[i]) for i in rows], preparation
        )

    def more(self, ready: Prepared, fitted: LineModel, rows: Array) -> Prepared:
        """Return those that are columns already and some more, with the same windows."""
        some = [prepared(self.images[i], fitted.preparation) for i in rows]
        lines = [*ready.lines, *ready.windows.of_lines(some)]
        return Prepared(ready.preparation, ready.windows, ready.metric, lines, ready.mean_width)

    def with_copies(self, ready: Prepared, rows: Array, copies: int, seed: int) -> Prepared:
        """Return the same lines, and so many distorted copies of each after them."""
        lines = list(ready.lines)
        images = [shrunk(self.images[i]) for i in rows]
        for copy in range(copies):
            how = slight_distortion(images[0].shape[0])
            some = distorted(images, how, (seed * 1009 + copy) % 2**31)
            some = [prepared(image, ready.preparation) for image in some]
            lines += ready.windows.of_lines(some)
        return replace(ready, lines=lines)

    def trial(self, fitted: LineModel, C: float, rows: Array, copies: int = 0) -> Trial:
        """Return how well a model reads some of them."""
        lines = fitted.lines_of([prepared(self.images[i], fitted.preparation) for i in rows])
        texts = self.encoded.take(rows)
        T, loss = fitted_temperature(fitted, lines, texts)
        found = fitted.read(lines)
        right = sum(
            np.array_equal(each.symbols, text) for each, text in zip(found, texts, strict=True)
        )
        return Trial(fitted.preparation, C, T, loss, right / len(rows), copies)

    def second_look(
        self, ready: Prepared, fitted: SummedCuts, first: Trial, rows: Array, validation: Array,
        max_iter: int,
    ) -> tuple[SecondLook, Trial]:  # fmt: skip
        """Learn second looks on some of them, and return the best on others, and how good it is."""
        K, texts = len(self.encoded.symbols), self.encoded.take(rows)
        proposed = propose(ready, texts, K, C=first.C, max_iter=max_iter)
        images = [prepared(self.images[i], ready.preparation) for i in rows]
        lesson = Lesson.of(proposed, images, ready.windows.columns.step, K)
        found: dict[float, tuple[SecondLook, Trial]] = {}

        def loss(C: float, start: Array | None) -> tuple[float, Array]:
            vector = lesson.fit(C, start)
            second = lesson.second_look(vector, first.temperature)
            trial = self.trial(TwoLooks(fitted, second), first.C, validation, first.copies)
            found[C] = second, replace(trial, second_C=C)
            return trial.loss, vector

        _search(PENALTIES_OF_SECOND, loss)
        return min(found.values(), key=lambda each: each[1].loss)


def _said(trial: Trial) -> str:
    copies = f", copies {trial.copies}" if trial.copies else ""
    second = f", a second look with C = {trial.second_C:g}" if trial.second_C else ""
    return (
        f"preparation {trial.preparation.value}, C = {trial.C:g}{copies}{second}: "
        f"{trial.accuracy:.1%} of the validation images, {trial.loss:.3f} nats an image"
    )
