"""The model whose evidence the page computes for any image: the best one linear in the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from linocut.core import LinocutError
from linocut.core.forms import LinearForm
from linocut.data.dataset import ImageDataset
from linocut.explain import PulledBack, pull_back
from linocut.ladder.rung import Ladder, Rung
from linocut.report.document import EvidenceModel, pack
from linocut.report.stacks import Stacks, numbers

PREFERRED = "softmax"  # its margins are probability ratios
FULL_INK = 255
ROWS = 1000  # test images at a time

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class ExplainedRung:
    """A rung that is linear in the pixels, and what it predicts for the test part.

    Attributes
    ----------
    dataset : ImageDataset
        What the ladder was climbed on.
    rung : Rung
        The rung.
    model : PulledBack
        The rung as a linear form of grey values; classes are known by their names.
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

    def name(self, row: int) -> str:
        """Return the name of a class of the model."""
        return str(self.model.classes[row])


def choose_explained_rung(dataset: ImageDataset, ladder: Ladder) -> ExplainedRung | None:
    """Return softmax, else the best rung that is linear in the pixels, else None."""
    candidates = [rung for each in ladder.rungs if (rung := _explained(dataset, each))]
    if not candidates:
        return None
    return max(candidates, key=lambda each: (each.rung.name == PREFERRED, each.rung.test.accuracy))


def pulled_rung(rung: Rung) -> PulledBack | None:
    """Collapse a rung to the pixels; None where that cannot be done."""
    try:
        return pull_back(rung.model)
    except (LinocutError, NotFittedError):
        return None


def evidence_model(explained: ExplainedRung, stacks: Stacks) -> EvidenceModel | None:
    """Pack what the page needs, the weights among the stacks; None where these do not fit."""
    form = explained.model.form
    assert isinstance(form, LinearForm)
    shape = len(explained.positions), *explained.dataset.image_shape
    stack = stacks.add_finely((FULL_INK * form.W).reshape(shape))
    if stack is None:
        return None
    kept = numbers(stacks.held[stack]).reshape(len(form.W), -1) / FULL_INK
    return EvidenceModel(
        rung=explained.rung.name,
        title=explained.rung.title,
        unit=explained.model.unit,
        stack=stack,
        intercepts=pack(form.b.astype(np.float32)),
        rounding=0.0 if stacks.exact else _rounding(explained, form.W - kept),
        classes=tuple(map(int, explained.positions)),
    )


def _rounding(explained: ExplainedRung, lost: NDArray[np.float64]) -> float:
    """Return the most that a margin of a test image changes where weights lose so much."""
    images = explained.dataset.test.images
    most = 0.0
    for start in range(0, len(images), ROWS):
        rows = images[start : start + ROWS]
        changes = rows.reshape(len(rows), -1).astype(np.float64) @ lost.T
        most = max(most, float(np.ptp(changes, axis=1).max()))
    return most


def _explained(dataset: ImageDataset, rung: Rung) -> ExplainedRung | None:
    pulled = pulled_rung(rung)
    # What is done to an image before its pixels are weighed, the page cannot do.
    if pulled is None or pulled.image_steps or not isinstance(pulled.form, LinearForm):
        return None
    place = {name: k for k, name in enumerate(dataset.class_names)}
    positions = [place.get(str(name), -1) for name in pulled.classes]
    if min(positions) < 0:
        return None
    return ExplainedRung(dataset, rung, pulled, np.array(positions, np.intp))
