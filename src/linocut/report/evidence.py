"""The models whose scores and evidence the page computes for any image: forms of its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from linocut.core import LinocutError
from linocut.core.forms import LinearForm, Polynomial, QuadraticForm
from linocut.core.links import Link
from linocut.core.steps import model_kind_of
from linocut.data.dataset import ImageDataset
from linocut.explain import PulledBack, TrainingCoefficients, pull_back, training_coefficients
from linocut.ladder.rung import Ladder, Rung
from linocut.report.document import EvidenceModel, PairWeights
from linocut.report.packing import pack
from linocut.report.stacks import Stacks, numbers

PREFERRED = "softmax"  # its margins are probability ratios
FULL_INK = 255
ROWS = 1000  # test images at a time

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class ExplainedRung:
    """A rung that is a form of the pixels, and what it predicts for the test part.

    Attributes
    ----------
    dataset : ImageDataset
        What the ladder was climbed on.
    rung : Rung
        The rung.
    model : PulledBack
        The rung as a form of grey values; classes are known by their names.
    positions : intp array, shape (K,)
        Of each of its classes, the position among the dataset's.
    """

    dataset: ImageDataset
    rung: Rung
    model: PulledBack
    positions: Positions

    @cached_property
    def scores(self) -> NDArray[np.float64]:
        """Scores of the test images, shape (n, K)."""
        return self.model.scores(self.dataset.test.images)

    @cached_property
    def predicted(self) -> Positions:
        """Row of the scores of the class predicted for each test image, shape (n,)."""
        return np.asarray(self.scores.argmax(axis=1))

    @cached_property
    def truth(self) -> Positions:
        """Row of the scores of each test image's true class, −1 where the model has none."""
        rows = np.full(self.dataset.n_classes, -1, np.intp)
        rows[self.positions] = np.arange(len(self.positions))
        return np.asarray(rows[self.dataset.test.labels])

    @cached_property
    def margins(self) -> NDArray[np.float64]:
        """Margin of the predicted class over its best rival, shape (n,)."""
        first_two = np.partition(self.scores, -2, axis=1)[:, -2:]
        return np.asarray(first_two[:, 1] - first_two[:, 0])

    @cached_property
    def coefficients(self) -> TrainingCoefficients:
        """How much of every training image is in the templates of its classes."""
        names, train = np.asarray(self.dataset.class_names), self.dataset.train
        return training_coefficients(self.rung.model, train.images, names[train.labels])

    @property
    def size(self) -> int:
        """How many numbers the page needs for its scores, but for a few."""
        form = self.model.form
        if isinstance(form, LinearForm):
            return int(form.W.size)
        K, m = form.W.shape
        return int((K + m) * form.A.shape[1] + K * m * (m + 1) // 2)

    @property
    def link(self) -> Link:
        """How its scores become probabilities."""
        steps = getattr(self.rung.estimator, "steps", None)
        return model_kind_of(steps[-1][1] if steps else self.rung.estimator).link

    @property
    def temperature(self) -> float:
        """What its scores are divided by first."""
        return float(self.rung.model.temperature_)

    def name(self, row: int) -> str:
        """Return the name of a class of the model."""
        return str(self.model.classes[row])


@dataclass(frozen=True, eq=False)
class InkForm:
    """Scores of an image by its ink, from 0 to 1, counted against the blank page.

    A score is ``b + L·x + xᵀ Aᵀ Q A x``, so one number a pixel, ``x (L + Aᵀ Q A x)``, adds up to
    what the image has more than the blank page: each pair of pixels is shared half and half.

    Attributes
    ----------
    L : float64 array, shape (K, d)
        What a fully inked pixel adds to each score on its own.
    b : float64 array, shape (K,)
        Scores of the blank page.
    Q : float64 array, shape (K, m, m), or None
        Symmetric; what products of two measurements add. None where the form is linear.
    A : float64 array, shape (m, d), or None
        What is measured.
    """

    L: Floats
    b: Floats
    Q: Floats | None = None
    A: Floats | None = None

    @classmethod
    def of(cls, form: Polynomial) -> InkForm:
        """Return a form of grey values from 0 to 255 as one of ink."""
        blank = np.zeros((1, form.shape[1]))
        b = form.scores(blank)[0]
        if isinstance(form, LinearForm):
            return cls(FULL_INK * form.W, b)
        slopes = 2 * np.einsum("kij,j->ki", form.Q, form.c) + form.W
        return cls(FULL_INK * slopes @ form.A, b, form.Q, FULL_INK * form.A)

    def scores(self, ink: Floats) -> Floats:
        """Return the scores of rows (n, d), shape (n, K)."""
        scores = ink @ self.L.T + self.b
        if self.Q is None or self.A is None:
            return np.asarray(scores)
        Z = ink @ self.A.T
        return np.asarray(scores + np.stack([((Z @ Q) * Z).sum(axis=1) for Q in self.Q], axis=1))


def explained_rungs(dataset: ImageDataset, ladder: Ladder) -> tuple[ExplainedRung, ...]:
    """Return the rungs that are forms of the pixels as they are, the most telling one first.

    That is softmax, else the best one that is linear in the pixels; the others follow, linear ones
    first, the most accurate ahead.
    """
    found = [rung for each in ladder.rungs if (rung := _explained(dataset, each))]
    return tuple(
        sorted(
            found,
            key=lambda each: (
                isinstance(each.model.form, QuadraticForm),
                each.rung.name != PREFERRED,
                -each.rung.test.accuracy,
            ),
        )
    )


def choose_explained_rung(dataset: ImageDataset, ladder: Ladder) -> ExplainedRung | None:
    """Return softmax, else the best rung that is linear in the pixels, else None."""
    return first_linear(explained_rungs(dataset, ladder))


def first_linear(explained: tuple[ExplainedRung, ...]) -> ExplainedRung | None:
    """Return the first of some rungs that is linear in the pixels, None if there is none."""
    return next((each for each in explained if isinstance(each.model.form, LinearForm)), None)


def pulled_rung(rung: Rung) -> PulledBack | None:
    """Collapse a rung to the pixels; None where that cannot be done."""
    try:
        return pull_back(rung.model)
    except (LinocutError, NotFittedError):
        return None


def evidence_model(explained: ExplainedRung, stacks: Stacks) -> EvidenceModel | None:
    """Pack what the page needs, the weights among the stacks; None where these do not fit."""
    form = InkForm.of(explained.model.form)
    shape = explained.dataset.image_shape
    places = stacks.add_all_finely(_arrays(form, shape))
    if places is None:
        return None
    kept = [numbers(stacks.held[place]).astype(np.float64) for place in places]
    return EvidenceModel(
        rung=explained.rung.name,
        title=explained.rung.title,
        unit=explained.model.unit,
        link=explained.link.value,
        temperature=explained.temperature,
        stack=places[0],
        pairs=PairWeights(*places[1:]) if len(places) > 1 else None,
        intercepts=pack(form.b.astype(np.float32)),
        rounding=0.0 if stacks.exact else _rounding(explained, _form(kept, form.b)),
        classes=tuple(map(int, explained.positions)),
    )


def _arrays(form: InkForm, shape: tuple[int, ...]) -> list[Floats]:
    """Return the numbers of a form as stacks: weights, and for pairs what is measured and Q."""
    weights = form.L.reshape(-1, *shape)
    if form.Q is None or form.A is None:
        return [weights]
    upper = np.triu_indices(form.Q.shape[1])
    return [weights, form.A.reshape(-1, *shape), form.Q[:, *upper][:, None, :]]


def _form(arrays: list[Floats], b: Floats) -> InkForm:
    """Return the form whose numbers these are."""
    L = arrays[0].reshape(len(b), -1)
    if len(arrays) == 1:
        return InkForm(L, b)
    A = arrays[1].reshape(len(arrays[1]), -1)
    upper = np.triu_indices(len(A))
    Q = np.zeros((len(b), len(A), len(A)))
    Q[:, *upper] = arrays[2][:, 0]
    Q[:, upper[1], upper[0]] = arrays[2][:, 0]
    return InkForm(L, b, Q, A)


def _rounding(explained: ExplainedRung, kept: InkForm) -> float:
    """Return the most by which a margin of a test image differs with the numbers that are kept."""
    images = explained.dataset.test.images
    most = 0.0
    for start in range(0, len(images), ROWS):
        rows = images[start : start + ROWS].reshape(-1, kept.L.shape[1]) / FULL_INK
        off = kept.scores(rows) - explained.scores[start : start + ROWS]
        most = max(most, float(np.ptp(off, axis=1).max()))
    return most


def _explained(dataset: ImageDataset, rung: Rung) -> ExplainedRung | None:
    pulled = pulled_rung(rung)
    # What is done to an image before its pixels are weighed, the page cannot do.
    if pulled is None or pulled.image_steps:
        return None
    if pulled.form.shape[1] != int(np.prod(dataset.image_shape)):
        return None
    place = {name: k for k, name in enumerate(dataset.class_names)}
    positions = [place.get(str(name), -1) for name in pulled.classes]
    if min(positions) < 0:
        return None
    return ExplainedRung(dataset, rung, pulled, np.array(positions, np.intp))
