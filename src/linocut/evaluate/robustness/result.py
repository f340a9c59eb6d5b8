"""What became of accuracy on corrupted images."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linocut.core import LinocutError, Result
from linocut.evaluate.intervals import Estimate, percent, wilson_interval
from linocut.evaluate.robustness.corruptions import STRENGTHS, Corruption
from linocut.evaluate.robustness.shares import mean_difference, mean_share
from linocut.evaluate.robustness.shifts import ShiftAccuracy

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, repr=False)
class Robustness(Result):
    """Which of n images M models classify correctly after C corruptions in five strengths.

    Attributes
    ----------
    models : tuple of M str
        Names of the models.
    corruptions : tuple of C Corruption
        Rows of the table.
    clean : bool array, shape (M, n)
        Which images are correctly classified as they are.
    correct : bool array, shape (M, C, 5, n)
        Which are, corrupted in each way.
    of : int
        Images that there were, of which n were taken.
    shifts : tuple of M ShiftAccuracy, or empty
        The map of shifts of each model.
    seconds : float
        How long it took.
    """

    models: tuple[str, ...]
    corruptions: tuple[Corruption, ...]
    clean: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    of: int
    shifts: tuple[ShiftAccuracy, ...] = field(default=())
    seconds: float = 0.0

    @property
    def n(self) -> int:
        """Number of images."""
        return int(self.clean.shape[1])

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the corruptions."""
        return tuple(each.kind for each in self.corruptions)

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share correctly classified by model, kind and strength, shape (M, C, 5)."""
        return np.asarray(self.correct.mean(axis=3))

    def mean(self, model: str | None = None, kind: str | None = None) -> Estimate:
        """Return the mean accuracy of a model over all strengths, with its interval.

        Parameters
        ----------
        model : str, optional
            Its name; the first if not given.
        kind : str, optional
            Of one kind; over all kinds alike if not given.
        """
        correct = self.correct[self._model(model)]
        return mean_share(correct if kind is None else correct[self._kind(kind)])

    def difference(self, model: str, other: str, kind: str | None = None) -> Estimate:
        """Return how much higher a model's mean accuracy is than another's, on the same images."""
        first, second = self.correct[[self._model(model), self._model(other)]]
        if kind is not None:
            first, second = first[self._kind(kind)], second[self._kind(kind)]
        return mean_difference(first, second)

    @property
    def sentence(self) -> str:
        """Say what is left on average, and what hurts most."""
        by_kind = self.accuracy[0].mean(axis=1)
        worst, best = int(by_kind.argmin()), int(by_kind.argmax())
        name = self.models[0]
        many = f"{len(self.kinds)} kinds" if len(self.kinds) > 1 else "one kind"
        told = (
            f"Over {many} of corruption in five strengths, {name} classifies "
            f"{self.mean().percent_in_words()} of the images correctly, unchanged "
            f"{percent(self.clean[0].mean())}."
        )
        if len(self.kinds) > 1:
            told += (
                f" {_capital(self.kinds[worst])} costs most ({percent(by_kind[worst])} left), "
                f"{self.kinds[best]} least ({percent(by_kind[best])})."
            )
        if len(self.models) == 2:
            _, other = self.models
            change = self.difference(other, self.models[0])
            told += (
                f" {_capital(other)}: {percent(self.mean(other).value)}, "
                f"{change.change_in_words()}."
            )
        return told

    def rows(self) -> list[dict[str, Any]]:
        """Return one row a model, kind and strength; strength 0 is the images as they are."""
        rows = []
        for m, name in enumerate(self.models):
            rows.append(self._row(name, "none", 0, 0.0, self.clean[m]))
            for k, each in enumerate(self.corruptions):
                rows += [
                    self._row(name, each.kind, s + 1, each.amounts[s], self.correct[m, k, s])
                    for s in range(STRENGTHS)
                ]
        return rows

    def table_rows(self) -> list[dict[str, Any]]:
        """Return one row a kind: the mean accuracy of each model over all strengths."""
        means = self.accuracy.mean(axis=2)
        shown = [("unchanged", self.clean.mean(axis=1))]
        shown += [(kind, means[:, k]) for k, kind in enumerate(self.kinds)]
        shown.append(("mean of all kinds", means.mean(axis=1)))
        return [
            {"corruption": kind, **dict(zip(self.models, column.tolist(), strict=True))}
            for kind, column in shown
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data."""
        return {
            "n": self.n,
            "of": self.of,
            "seconds": self.seconds,
            "models": [
                {"name": name, "clean": float(self.clean[m].mean()), "mean": vars(self.mean(name))}
                for m, name in enumerate(self.models)
            ],
            "corruptions": [
                {"kind": each.kind, "amounts": list(each.amounts), "unit": each.unit}
                for each in self.corruptions
            ],
            "rows": self.rows(),
            "shifts": [each.to_dict() for each in self.shifts],
        }

    def plot(self, ax: Any = None) -> Figure:
        """Draw the accuracies: by kind and strength, of three models or more by kind and model.

        Into ``ax``, if given, goes one panel.
        """
        from linocut.plot import plot_robustness  # Matplotlib loads on use

        return plot_robustness(
            self.kinds,
            self.models,
            self.accuracy,
            self.clean.mean(axis=1),
            title=self.sentence if ax is None else "",
            ax=ax,
        )

    def _row(
        self, model: str, kind: str, strength: int, amount: float, correct: NDArray[np.bool_]
    ) -> dict[str, Any]:
        low, high = wilson_interval(int(correct.sum()), self.n)
        return {
            "model": model, "kind": kind, "strength": strength, "amount": float(amount),
            "n": self.n, "accuracy": float(correct.mean()), "low": low, "high": high,
        }  # fmt: skip

    def _model(self, name: str | None) -> int:
        return 0 if name is None else _place(name, self.models)

    def _kind(self, name: str) -> int:
        return _place(name, self.kinds)


def _place(name: str, names: tuple[str, ...]) -> int:
    if name not in names:
        raise LinocutError(f"{name!r} is not among {', '.join(names)}")
    return names.index(name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
