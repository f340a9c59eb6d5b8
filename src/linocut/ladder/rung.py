"""What climbing leaves behind: one `Rung` a model, together a `Ladder`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.classifier import ImageClassifier
from linocut.core import LinocutError, Result, plain
from linocut.evaluate import Evaluation, Predictions, chance_of_split
from linocut.ladder.preparation import Preparation

if TYPE_CHECKING:
    from matplotlib.figure import Figure


MUCH_THE_SAME = 1.01  # times as many numbers


@dataclass(frozen=True, eq=False, repr=False)
class Rung(Result):
    """One model on the ladder: fitted on the training part, scored once on the test part.

    Attributes
    ----------
    name, short, title, description : str
        What is typed, name for tables and charts, full name, one sentence on what it does.
    linear : bool
        True for a convex model that is linear in its features.
    model : ImageClassifier
        The finished model: it classifies images, explains and is saved.
    chosen : dict
        What was chosen on a validation part of the training part, by scikit-learn's names; how
        images are prepared, in words.
    validation_accuracy : float
        Share of the validation rows correctly classified by the model chosen, when fitted on the
        others.
    validation_rows : int
        Number of those.
    on_train, on_test : Predictions
        What the model says of each part.
    on_validation : Predictions or None
        What the model chosen says of the validation rows when fitted on the others; None for a
        network, which holds rows out on its own.
    fit_seconds : float
        The final fit on the training part, features included.
    total_seconds : float
        From images to score: choosing, fitting, scoring the test part.
    parameters, bytes : int
        Numbers that the compact model must keep, and their size in bytes as float32.
    converged : bool or None
        Whether the fit reached its tolerance; None for closed forms.
    preparation : Preparation or None
        How the preparation of the images was chosen; None where there was no choice.
    """

    name: str
    short: str
    title: str
    description: str
    linear: bool
    model: ImageClassifier
    chosen: dict[str, Any]
    validation_accuracy: float
    validation_rows: int
    on_train: Predictions
    on_test: Predictions
    on_validation: Predictions | None
    fit_seconds: float
    total_seconds: float
    parameters: int
    bytes: int
    converged: bool | None
    preparation: Preparation | None = None

    @property
    def estimator(self) -> Any:
        """The pipeline as it was fitted, from uint8 images (n, h, w) to positions of classes."""
        return self.model.estimator_

    @property
    def train(self) -> Evaluation:
        """How well it does on the training part."""
        return self.on_train.evaluation

    @property
    def test(self) -> Evaluation:
        """How well it does on the test part."""
        return self.on_test.evaluation

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Class predicted for each test image, shape (n_test,)."""
        return self.on_test.predicted

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """Probability of each class for each test image, shape (n_test, K)."""
        return self.on_test.probabilities

    @property
    def sentence(self) -> str:
        """Say how well it does on the test part."""
        return f"{self.title}, on the test part: {self.test.sentence}"

    def table_rows(self) -> list[dict[str, Any]]:
        """Return what there is to compare it by, as one row."""
        low, high = self.test.interval
        return [
            {
                "rung": self.name,
                "test, %": round(100 * self.test.accuracy, 2),
                "95 % interval": f"{100 * low:.2f} – {100 * high:.2f}",
                "validation, %": round(100 * self.validation_accuracy, 2),
                "log loss": self.test.log_loss,
                "total, s": round(self.total_seconds, 2),
                "parameters": self.parameters,
            }
        ]

    def plot(self) -> Figure:
        """Draw the confusion matrix of the test part."""
        return self.test.plot()

    def to_dict(self) -> dict[str, Any]:
        """Return the row of the ladder's table as plain data."""
        top = self.test.top_confusion
        return {
            "name": self.name,
            "short": self.short,
            "title": self.title,
            "test_accuracy": self.test.accuracy,
            "interval": list(self.test.interval),
            "train_accuracy": self.train.accuracy,
            "validation_accuracy": self.validation_accuracy,
            "log_loss": self.test.log_loss,
            "top_confusion": vars(top) if top else None,
            "fit_seconds": self.fit_seconds,
            "total_seconds": self.total_seconds,
            "parameters": self.parameters,
            "bytes": self.bytes,
            "linear": self.linear,
            "chosen": self.chosen,
            "converged": self.converged,
            "preparation": plain(self.preparation),
        }


@dataclass(frozen=True)
class Skipped:
    """A rung that is not there, and why.

    Attributes
    ----------
    name, short, title : str
        As of a `Rung`.
    estimated, left : float
        Seconds that it was estimated to take, and that were left.
    reason : str
        Why it could not be made, in one line; empty if there was no time for it.
    """

    name: str
    short: str
    title: str
    estimated: float
    left: float
    reason: str = ""

    @property
    def message(self) -> str:
        """Tell in one line why it is not there."""
        if self.reason:
            return f"skipped {self.name}: {self.reason}"
        return (
            f"skipped {self.name}: estimated to take {_seconds(self.estimated)} s, "
            f"{_seconds(max(0.0, self.left))} s were left"
        )


def _seconds(value: float) -> str:
    """Write seconds so that few of them can be told apart."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


@dataclass(frozen=True)
class Step:
    """What one rung classifies differently from the one before.

    Attributes
    ----------
    before, name : str
        The two rungs.
    gained, lost : tuple of int
        Test images that only the later one, and only the earlier one, classifies correctly.
    """

    before: str
    name: str
    gained: tuple[int, ...]
    lost: tuple[int, ...]

    @property
    def chance(self) -> float:
        """How often chance alone would split so many images at least as unevenly."""
        return chance_of_split(len(self.gained), len(self.lost))


@dataclass(frozen=True, eq=False, repr=False)
class Ladder(Result):
    """All rungs climbed on one dataset, in the order of the ladder.

    Attributes
    ----------
    dataset : str
        Name of the dataset.
    rungs : tuple of Rung
        Simplest first, whatever the order they were made in.
    skipped : tuple of Skipped
        Rungs that the budget had no time for, or that could not be made of these images.
    """

    dataset: str
    rungs: tuple[Rung, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def best(self) -> Rung:
        """The rung with the highest test accuracy; the earlier one of equals."""
        return max(self.rungs, key=lambda rung: rung.test.accuracy)

    @property
    def recommended(self) -> Rung:
        """The smallest model within one standard error of the best, both on the validation part.

        Breiman et al., "Classification and regression trees" (1984), section 3.4.3. The test part
        has no say, so that its accuracies stay what they are: those of models chosen without it.
        """
        return _recommended(self.rungs)

    @property
    def recommended_linear(self) -> Rung:
        """The same among the linear models, which can be saved.

        Raises
        ------
        LinocutError
            If there is none.
        """
        linear = [rung for rung in self.rungs if rung.linear]
        if not linear:
            raise LinocutError("no rung of this ladder is linear — only linear models can be saved")
        return _recommended(linear)

    def steps(self, labels: NDArray[np.int64]) -> tuple[Step, ...]:
        """Return what each rung gained and lost against the one before.

        Parameters
        ----------
        labels : int64 array, shape (n_test,)
            True classes of the test part.
        """
        steps = []
        for a, b in pairwise(self.rungs):
            before, after = a.predicted == labels, b.predicted == labels
            gained, lost = np.flatnonzero(after & ~before), np.flatnonzero(before & ~after)
            steps.append(Step(a.name, b.name, tuple(gained.tolist()), tuple(lost.tolist())))
        return tuple(steps)

    @property
    def late(self) -> tuple[Skipped, ...]:
        """The rungs that there was no time for."""
        return tuple(rung for rung in self.skipped if not rung.reason)

    @property
    def budget_for_all(self) -> int:
        """Seconds with which the rungs that there was no time for are likely to be there, too."""
        wanted = sum(rung.total_seconds for rung in self.rungs)
        wanted += sum(rung.estimated for rung in self.late)
        step = 10 if wanted < 600 else 60
        return step * math.ceil(1.25 * wanted / step)

    def __getitem__(self, name: str) -> Rung:
        for rung in self.rungs:
            if rung.name == name:
                return rung
        known = ", ".join(rung.name for rung in self.rungs)
        raise KeyError(f"{name!r} is not on this ladder — it has {known}")

    @property
    def sentence(self) -> str:
        """Say how far it goes, and which rung to use."""
        many = f"{len(self.rungs)} {'rung' if len(self.rungs) == 1 else 'rungs'}"
        use = self.recommended
        return (
            f"{self.dataset}: {many}, at best {self.best.test.accuracy:.2%} of the test images "
            f"correctly classified ({self.best.name}). Recommended is {use.name}, the smallest "
            "model within one standard error of the best on the validation part."
        )

    def table_rows(self) -> list[dict[str, Any]]:
        """Return one row a rung, of what there is to compare it by."""
        return [row for rung in self.rungs for row in rung.table_rows()]

    def plot(self) -> Figure:
        """Draw accuracy with its 95 % interval by rung, and accuracy against seconds."""
        from linocut.plot import plot_ladder  # Matplotlib loads on use

        return plot_ladder(
            [rung.short for rung in self.rungs],
            [rung.test.accuracy for rung in self.rungs],
            [rung.test.interval for rung in self.rungs],
            [rung.total_seconds for rung in self.rungs],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain data: ``{"dataset": …, "best": …, "recommended": …, …}``."""
        return {
            "dataset": self.dataset,
            "best": self.best.name,
            "recommended": self.recommended.name,
            "rungs": self.rows(),
            "skipped": plain(self.skipped),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a rung."""
        return [rung.to_dict() for rung in self.rungs]


def _recommended(rungs: Sequence[Rung]) -> Rung:
    known = [rung for rung in rungs if np.isfinite(rung.validation_accuracy)]
    if not known:
        return rungs[0]
    best = max(known, key=lambda rung: rung.validation_accuracy)
    share = best.validation_accuracy
    error = float(np.sqrt(share * (1 - share) / max(1, best.validation_rows)))
    near = [rung for rung in known if rung.validation_accuracy >= share - error]
    fewest = min(rung.parameters for rung in near)
    # A few numbers more or less make no model smaller.
    smallest = [rung for rung in near if rung.parameters <= MUCH_THE_SAME * fewest]
    return max(smallest, key=lambda rung: rung.validation_accuracy)
